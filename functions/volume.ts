import { createFeedbackHandler } from './handlers/feedback-handler.ts';

/** Takes the queue of Send and Delivery events, in large batches: a counter is written once a batch and scope. */
export const handler = createFeedbackHandler();
