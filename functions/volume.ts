import { createFeedbackHandler } from './handlers/feedback-handler.ts';

/**
 * Processes the queue of Send and Delivery events in large batches, because each batch writes each counter only once.
 */
export const handler = createFeedbackHandler();
