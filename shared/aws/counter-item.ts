import type { Count } from '../feedback/decide.ts';
import { day, hour } from '../feedback/durations.ts';
import { formatTimestamp } from '../feedback/timestamp.ts';
import { bucketOf } from '../reputation/buckets.ts';

/** Rates look back 30 days; the rest is margin for looking at an incident afterwards. */
const kept = 45 * day;

/** What a transaction adds to one counter item: a scope, an hour of send time, one shard. */
export type CounterUpdate = {
  readonly key: { readonly scope: string; readonly hour: string };
  /** By attribute: `hard7` is the hard bounces of mails sent in the hour's eighth five minutes. */
  readonly added: ReadonlyMap<string, number>;
  /** Epoch seconds. */
  readonly expiresAt: number;
};

/**
 * Adds counts up, item by item.
 * @param shard of this Lambda container, so that two containers seldom write one item at a time; sums are over all shards
 */
export function foldCounts(counts: readonly Count[], shard: number): CounterUpdate[] {
  const updates = new Map<string, { key: CounterUpdate['key']; added: Map<string, number>; expiresAt: number }>();
  for (const { metric, scope, sentAt } of counts) {
    const bucket = bucketOf(sentAt);
    const id = `${scope}@${bucket.hour}`;
    const update = updates.get(id) ?? {
      key: { scope, hour: hourKey(bucket.hour, shard) },
      added: new Map<string, number>(),
      expiresAt: Math.ceil((bucket.hour + hour + kept) / 1000),
    };
    const attribute = `${metric}${bucket.slot}`;
    update.added.set(attribute, (update.added.get(attribute) ?? 0) + 1);
    updates.set(id, update);
  }
  return [...updates.values()];
}

/** `2026-11-20T09#3`: sorts by time, so a window is one query. */
function hourKey(start: number, shard: number): string {
  return `${formatTimestamp(start).slice(0, 13)}#${shard}`;
}
