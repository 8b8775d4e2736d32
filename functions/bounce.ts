import { createFeedbackHandler } from './handlers/feedback-handler.ts';

/** Takes the bounce queue. A complaint that ends up there is handled like any other: nothing is lost to wiring. */
export const handler = createFeedbackHandler();
