import { day } from './durations.ts';

/**
 * Age of an email, in milliseconds, from which its sends and its feedback no longer change a count. Feedback on an
 * older email still suppresses the address. SNS retries a delivery for up to 23 days, and an SQS queue keeps a message
 * for up to 14 days.
 */
export const countingHorizonMs: number = 30 * day;

/**
 * How long a record remembers an event id, in milliseconds: {@link countingHorizonMs} plus one day for clocks that
 * disagree.
 */
export const idRetentionMs: number = 31 * day;

/**
 * How long a strike is kept, in milliseconds: the longest window and the counting horizon, plus a day because windows are counted in whole days
 * (UTC). A strike may arrive up to 30 days late and complete a window with strikes up to a year older.
 */
export const strikeRetentionMs = 396 * day;

/** How long the first hard bounce is remembered where only the second one suppresses permanently, in milliseconds. */
export const firstHardRetentionMs = 365 * day;

/**
 * How long a counter item is kept, in milliseconds. Rates look back 30 days; the other 15 are for analyzing an incident
 * afterwards.
 */
export const counterRetentionMs = 45 * day;
