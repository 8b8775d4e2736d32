import { hour, minute } from '../durations.ts';

/** A counter item holds an hour in slots of so many milliseconds. */
export const slotLengthMs = 5 * minute;

/** The start of the slot that a moment is in. Epoch milliseconds. */
export function slotStart(time: number): number {
  return Math.floor(time / slotLengthMs) * slotLengthMs;
}

/** Where a mail sent at this moment is counted: the hour (epoch milliseconds of its start) and the slot in it, 0 to 11. */
export function slotOf(sentAt: number): { readonly hour: number; readonly slot: number } {
  const start = Math.floor(sentAt / hour) * hour;
  return { hour: start, slot: Math.floor((sentAt - start) / slotLengthMs) };
}
