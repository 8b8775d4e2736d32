import { createFeedbackHandler } from './handlers/feedback-handler.ts';

/** Takes the complaint queue: a function of its own, so that a flood of bounces never delays a complaint. */
export const handler = createFeedbackHandler();
