import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { hour } from '../../domain/durations.ts';
import type { KnownBounces } from '../../domain/reputation/known-bounces.ts';
import type { SenderFault, SenderFaultBucket } from '../../domain/reputation/sender-faults.ts';
import { slotLengthMs, slotOf } from '../../domain/reputation/time-slots.ts';
import { counterRetentionMs } from '../../domain/retention.ts';
import type { Count, KnownBounce } from '../../domain/suppression/decide.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { FaultCause } from '../../domain/verdict/fault.ts';
import type { Item } from './item.ts';

/** The partition whose items count the account's bounces and complaints by what they may have in common. */
export const contributorsScope = 'causes';

/** The partition whose items name the scopes with recent sends: the rates to evaluate. */
export const knownScopesPartition = 'scopes';

/** Counters with one number for every five minutes. Other counters have one number per hour. */
export const slotCounters = ['sends', 'hard', 'soft', 'complaints', 'prevented'] as const;
const slotted: ReadonlySet<string> = new Set(slotCounters);

/** A number to add to a counter. */
export type Addition = {
  readonly scope: string;
  /** When SES accepted the email, epoch milliseconds. Everything about an email is counted at this time. */
  readonly sentAt: number;
  /** `hard`, `sends`, …; for contributors `hard_is_NoEmail`. */
  readonly counter: string;
  readonly by: number;
};

/** What a transaction adds to one counter item. There is one item for each scope, hour of send time and shard. */
export type CounterUpdate = {
  readonly key: { readonly scope: string; readonly hour: string };
  /** By attribute: `hard7` counts the hard bounces of emails that were sent in the eighth five minutes of the hour. */
  readonly added: ReadonlyMap<string, number>;
  /** Epoch seconds. */
  readonly expiresAt: number;
};

/** Yields the additions for the counts of a decision. Those of the account are also counted by contributor. */
export function* additionsOf(counts: readonly Count[]): Generator<Addition> {
  for (const { metric, scope, sentAt, contributors = [], senderFault, knownBounce } of counts) {
    yield { scope, sentAt, counter: metric, by: 1 };
    for (const contributor of contributors) {
      yield { scope: contributorsScope, sentAt, counter: `${metric}_${contributor}`, by: 1 };
    }
    if (senderFault !== undefined) yield* faultAdditions(senderFault);
    if (knownBounce !== undefined) yield knownBounceAddition(knownBounce);
  }
}

/** Yields the additions for a fault of the sender, at the time of the feedback. */
function* faultAdditions({ cause, provider, sentFrom, at }: SenderFault): Generator<Addition> {
  const common = { scope: contributorsScope, sentAt: at, by: 1 };
  yield { ...common, counter: `fault ${cause} at ${provider}` };
  if (sentFrom !== undefined) yield { ...common, counter: `fault ${cause} from ${sentFrom.slice(0, 100)}` };
}

/** Reads the counters that {@link faultAdditions} has written to the item of an hour. */
export function readFaults(start: number, item: Item): SenderFaultBucket[] {
  const byCause = new Map<string, { providers: Record<string, number>; sentFrom: Record<string, number> }>();
  for (const [name, value] of Object.entries(item)) {
    const [, cause, kind, which] = /^fault ([a-z-]+) (at|from) (.+)$/.exec(name) ?? [];
    if (cause === undefined || which === undefined) continue;
    const counts = byCause.get(cause) ?? { providers: {}, sentFrom: {} };
    (kind === 'at' ? counts.providers : counts.sentFrom)[which] = Number(value.N);
    byCause.set(cause, counts);
  }
  // Only faultAdditions writes these counters.
  return [...byCause].map(([cause, counts]) => ({ start, cause: cause as FaultCause, ...counts }));
}

/**
 * Returns the addition for a hard bounce of an address that is known, in the five minutes in which it arrived, or that is not, in the hour.
 * The names are short: each evaluation reads those of a day.
 */
function knownBounceAddition({ provider, hadDelivery, at }: KnownBounce): Addition {
  const kind = hadDelivery ? `k${slotOf(at).slot}` : 'u';
  return { scope: contributorsScope, sentAt: at, counter: `${kind} ${provider}`, by: 1 };
}

/** Reads the counters that {@link knownBounceAddition} has written to the item of an hour. */
export function readKnownBounces(hourStart: number, item: Item): KnownBounces[] {
  return Object.entries(item).flatMap(([name, value]) => {
    const [, kind, slot = '0', provider] = /^(k|u)(\d+)? (.+)$/.exec(name) ?? [];
    if (kind === undefined || provider === undefined) return [];
    const count = Number(value.N);
    const start = hourStart + Number(slot) * slotLengthMs;
    return { start, provider, known: kind === 'k' ? count : 0, unknown: kind === 'u' ? count : 0 };
  });
}

/** Reads the hard bounces by provider from the item of an hour. */
export function readProviderBounces(item: Item): Record<string, number> {
  const bounces: Record<string, number> = {};
  for (const [name, value] of Object.entries(item)) {
    const [, provider] = /^hard_at_(.+)$/.exec(name) ?? [];
    if (provider !== undefined) bounces[provider] = Number(value.N);
  }
  return bounces;
}

/**
 * Sums additions, one update for each counter item. Each update also increments `writes`, by which the roll-up of an
 * hour into its day detects that the item has changed since it was read.
 *
 * @param shard the number of this Lambda container, so that two containers seldom write the same item at the same time.
 * Readers sum over all shards.
 */
export function sumAdditions(additions: Iterable<Addition>, shard: number): CounterUpdate[] {
  const updates = new Map<string, { key: CounterUpdate['key']; added: Map<string, number>; expiresAt: number }>();
  for (const { scope, sentAt, counter, by } of additions) {
    const { hour: start, slot } = slotOf(sentAt);
    const id = `${scope}@${start}`;
    const update = updates.get(id) ?? {
      key: { scope, hour: hourKey(start, shard) },
      added: new Map<string, number>([['writes', 1]]),
      expiresAt: Math.ceil((start + hour + counterRetentionMs) / 1000),
    };
    const attribute = slotted.has(counter) ? `${counter}${slot}` : counter;
    update.added.set(attribute, (update.added.get(attribute) ?? 0) + by);
    updates.set(id, update);
  }
  return [...updates.values()];
}

/** Returns the transaction item that applies an update to a counter item. */
export function addToCounter(table: string, update: CounterUpdate): TransactWriteItem {
  return { Update: toUpdateInput(table, update) };
}

/** Returns the input of an `UpdateItem` call that applies an update to a counter item. */
export function toUpdateInput(table: string, { key, added, expiresAt }: CounterUpdate) {
  const names = [...added.keys()];
  // Names of faults contain spaces, dots and hyphens, so they have placeholders.
  const placeholders = new Map(names.map((name, index) => [name, /^\w+$/.test(name) ? name : `n${index}`]));
  const special = names.filter((name) => placeholders.get(name) !== name);
  const references = names.map((name) => (special.includes(name) ? '#' : '') + placeholders.get(name));
  return {
    TableName: table,
    Key: { scope: { S: key.scope }, hour: { S: key.hour } },
    UpdateExpression: `ADD ${references.map((name) => `${name} :${name.replace('#', '')}`).join(', ')} SET expiresAt = :expiresAt`,
    ...(special.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(special.map((name) => [`#${placeholders.get(name)}`, name])),
    }),
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${placeholders.get(name)}`, { N: String(added.get(name)) }])),
      ':expiresAt': { N: String(expiresAt) },
    },
  };
}

/**
 * Returns the sort key of an hour's counter item, such as `2026-11-20T09#3`. Keys sort by time, so one query reads a
 * time window.
 */
export function hourKey(start: number, shard: number | string): string {
  return `${formatTimestamp(start).slice(0, 13)}#${shard}`;
}

/** Returns the sort key of a day's counter item, such as `2026-11-20#day`. It sorts before the hours of the day. */
export function dayKey(start: number): string {
  return `${formatTimestamp(start).slice(0, 10)}#day`;
}
