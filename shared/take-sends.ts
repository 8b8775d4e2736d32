import { day, hour } from './feedback/durations.ts';
import { slotLength, slotStart } from './reputation/buckets.ts';
import type { SesFacts } from './reputation/ses-facts.ts';
import type { ReputationStore, ScopeState } from './reputation-store.ts';

/** Days that are over for so long are rolled up: what is in them is not replaced any more. */
const closedAfter = 2 * hour;

/**
 * Where no volume events are published: the account's sends as SES itself counts them, by five minutes. Written in place of what stood
 * there, so it does not matter how often, or how late; up to a day that is missed is made good.
 * @returns the state with the sends in it
 */
export async function takeSends(
  store: ReputationStore,
  state: ScopeState,
  facts: SesFacts,
  now: number,
): Promise<ScopeState> {
  const held = new Map(state.stretches.map(({ start, sends }) => [start, sends]));
  const firstOpen = Math.floor((now - closedAfter) / day) * day;
  const news = (facts.sends ?? []).filter(({ at, value }) => at >= firstOpen && held.get(slotStart(at)) !== value);
  const byHour = new Map<number, Map<number, number>>();
  for (const { at, value } of news) {
    const start = Math.floor(at / hour) * hour;
    const slots = byHour.get(start) ?? new Map<number, number>();
    slots.set(Math.floor((at - start) / slotLength), value);
    byHour.set(start, slots);
  }
  for (const [start, slots] of byHour) await store.setSends(start, slots);
  return news.length === 0 ? state : store.read('account', now, true);
}
