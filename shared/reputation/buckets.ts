import { hour, minute } from '../feedback/durations.ts';

/** A counter item holds an hour in slots of so many milliseconds. */
export const slotLength = 5 * minute;

/** Where a mail sent at this moment is counted: the hour (epoch milliseconds of its start) and the slot in it, 0 to 11. */
export function bucketOf(sentAt: number): { readonly hour: number; readonly slot: number } {
  const start = Math.floor(sentAt / hour) * hour;
  return { hour: start, slot: Math.floor((sentAt - start) / slotLength) };
}
