import { createFeedbackHandler } from './handlers/feedback-handler.ts';

/** Processes the complaint queue. It is a function of its own, so that a flood of bounces does not delay complaints. */
export const handler = createFeedbackHandler();
