import { hour, minute } from '../domain/durations.ts';
import type { SesMetrics } from '../domain/reputation/ses-metrics.ts';
import { slotLengthMs } from '../domain/reputation/time-slots.ts';
import type { ReputationStore, ScopeState } from './reputation-store.ts';

/** Sends of this long ago can still be replaced. Older hours are about to be rolled up into their day. */
const replaceableMs = 5 * hour;

/** CloudWatch takes a moment to sum up a period of five minutes. */
const publicationDelayMs = minute;

/**
 * Writes the account's sends as SES counts them, for stacks that receive no volume events. Each five minutes replace
 * what was written for them before, so the function can run late or repeatedly, and fills a gap of some hours.
 *
 * @returns the state including these sends
 */
export async function backfillSends(
  store: ReputationStore,
  state: ScopeState,
  { sends = [] }: SesMetrics,
  now: number,
): Promise<ScopeState> {
  const counted = new Map(state.buckets.map((bucket) => [bucket.start, bucket.sends]));
  const changed = sends.filter(({ at, value }) => {
    const written = state.sesSends.get(at) ?? 0;
    // Before the policy changed, volume events counted these sends.
    const isCountedByEvents = (counted.get(at) ?? 0) > written;
    const isComplete = at + slotLengthMs + publicationDelayMs <= now;
    return at >= now - replaceableMs && isComplete && !isCountedByEvents && value !== written;
  });
  const byHour = new Map<number, Map<number, number>>();
  for (const { at, value } of changed) {
    const start = Math.floor(at / hour) * hour;
    const slots = byHour.get(start) ?? new Map<number, number>();
    slots.set(Math.floor((at - start) / slotLengthMs), value);
    byHour.set(start, slots);
  }
  for (const [start, slots] of byHour) await store.setSends(start, slots);
  return changed.length === 0 ? state : store.read('account', now, true);
}
