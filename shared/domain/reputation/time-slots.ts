import { hour, minute } from '../durations.ts';

/** A counter item counts the emails of one hour in slots of this length, in milliseconds. */
export const slotLengthMs = 5 * minute;

/**
 * Emails younger than this are not evaluated yet, because their bounces can arrive before the events that count the emails. Milliseconds.
 */
export const settlementDelayMs = 5 * minute;

/** Returns the start of the slot that contains a time. Both are in epoch milliseconds. */
export function slotStart(time: number): number {
  return Math.floor(time / slotLengthMs) * slotLengthMs;
}

/** Returns where an email sent at this time is counted: the start of its hour in epoch milliseconds, and the slot in it (0 to 11). */
export function slotOf(sentAt: number): { readonly hour: number; readonly slot: number } {
  const start = Math.floor(sentAt / hour) * hour;
  return { hour: start, slot: Math.floor((sentAt - start) / slotLengthMs) };
}
