import { createFeedbackHandler } from './handlers/feedback-handler.ts';

/**
 * Processes the bounce queue. A complaint that arrives here is processed all the same, so that swapped topics
 * lose nothing.
 */
export const handler = createFeedbackHandler();
