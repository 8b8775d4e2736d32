import { hour, minute } from '../domain/durations.ts';
import type { SesMetrics } from '../domain/reputation/ses-metrics.ts';
import { slotLengthMs } from '../domain/reputation/time-slots.ts';
import type { ReputationStore, ScopeState } from './reputation-store.ts';

/** Older hours are about to be rolled up, and what is in them is not replaced any more. */
const open = 5 * hour;

/** CloudWatch takes a moment to add up five minutes. */
const delay = minute;

/**
 * Where no volume events are published: the account's sends as SES itself counts them, by five minutes. Written in place of what stood
 * there, so it does not matter how often, or how late; some hours that are missed are made good.
 * @returns the state with the sends in it
 */
export async function backfillSends(
  store: ReputationStore,
  state: ScopeState,
  facts: SesMetrics,
  now: number,
): Promise<ScopeState> {
  const counted = new Map(state.buckets.map(({ start, sends }) => [start, sends]));
  const news = (facts.sends ?? []).filter(({ at, value }) => {
    const taken = state.sesSends.get(at) ?? 0;
    // Before the policy was changed these were counted by events.
    const isByEvents = (counted.get(at) ?? 0) > taken;
    return at >= now - open && at + slotLengthMs + delay <= now && !isByEvents && value !== taken;
  });
  const byHour = new Map<number, Map<number, number>>();
  for (const { at, value } of news) {
    const start = Math.floor(at / hour) * hour;
    const slots = byHour.get(start) ?? new Map<number, number>();
    slots.set(Math.floor((at - start) / slotLengthMs), value);
    byHour.set(start, slots);
  }
  for (const [start, slots] of byHour) await store.setSends(start, slots);
  return news.length === 0 ? state : store.read('account', now, true);
}
