import { day, hour } from '../../domain/durations.ts';
import { slotOf } from '../../domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';

/** Rates look back 30 days; the rest is margin for looking at an incident afterwards. */
export const counterRetention = 45 * day;

/** Items of this partition count the account's bounces and complaints by what may be their cause. */
export const contributorsScope = 'causes';

/** Counters with a number for every five minutes; others have one an hour. */
export const slotCounters = ['sends', 'hard', 'soft', 'complaints', 'prevented'] as const;
const slotted: ReadonlySet<string> = new Set(slotCounters);

/** What is to be added to a counter. */
export type Addition = {
  readonly scope: string;
  /** The mail's send time, which is where it is counted. Epoch milliseconds. */
  readonly sentAt: number;
  /** `hard`, `sends`, …; of causes `hard_is_NoEmail`. */
  readonly counter: string;
  readonly by: number;
};

/** What a transaction adds to one counter item: a scope, an hour of send time, one shard. */
export type CounterUpdate = {
  readonly key: { readonly scope: string; readonly hour: string };
  /** By attribute: `hard7` is the hard bounces of mails sent in the hour's eighth five minutes. */
  readonly added: ReadonlyMap<string, number>;
  /** Epoch seconds. */
  readonly expiresAt: number;
};

/**
 * Adds counts up, item by item. `writes` tells whoever rolls an hour up into its day whether it has read the latest.
 * @param shard of this Lambda container, so that two containers seldom write one item at a time; sums are over all shards
 */
export function sumAdditions(additions: Iterable<Addition>, shard: number): CounterUpdate[] {
  const updates = new Map<string, { key: CounterUpdate['key']; added: Map<string, number>; expiresAt: number }>();
  for (const { scope, sentAt, counter, by } of additions) {
    const bucket = slotOf(sentAt);
    const id = `${scope}@${bucket.hour}`;
    const update = updates.get(id) ?? {
      key: { scope, hour: hourKey(bucket.hour, shard) },
      added: new Map<string, number>([['writes', 1]]),
      expiresAt: Math.ceil((bucket.hour + hour + counterRetention) / 1000),
    };
    const attribute = slotted.has(counter) ? `${counter}${bucket.slot}` : counter;
    update.added.set(attribute, (update.added.get(attribute) ?? 0) + by);
    updates.set(id, update);
  }
  return [...updates.values()];
}

/** `2026-11-20T09#3`: sorts by time, so a window is one query. */
export function hourKey(start: number, shard: number | string): string {
  return `${formatTimestamp(start).slice(0, 13)}#${shard}`;
}

/** `2026-11-20#day`: sorts before the day's hours. */
export function dayKey(start: number): string {
  return `${formatTimestamp(start).slice(0, 10)}#day`;
}
