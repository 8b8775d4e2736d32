import { day } from './durations.ts';

/**
 * Age of an email, in milliseconds, from which its sends and its feedback no longer change a count. Feedback on an
 * older email still suppresses the address. SNS retries a delivery for up to 23 days, and an SQS queue keeps a message
 * for up to 14 days.
 */
export const countingHorizon: number = 30 * day;

/**
 * How long a record remembers an event id, in milliseconds: {@link countingHorizon} plus one day for clocks that
 * disagree.
 */
export const idRetention: number = 31 * day;
