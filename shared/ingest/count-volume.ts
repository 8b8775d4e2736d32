import type { AddressKey } from '../domain/address.ts';
import type { SendCount } from '../domain/feedback/count-send.ts';
import type { DeliveryEvent } from '../domain/feedback/feedback-event.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { backOff, type RetryContext } from '../domain/retry.ts';
import { isExpired } from '../domain/suppression/record.ts';
import { resetStrikes } from '../domain/suppression/reset-strikes.ts';
import { maxTransactionItems, StoreError, type SuppressionStore } from '../domain/suppression/store.ts';
import { halve } from './transaction-chunks.ts';

/** What counting needs of a database. All throw {@link StoreError}. */
export type VolumeStore = {
  /** Adds sends to their counters, all or none. At most {@link maxTransactionItems} items. */
  addSends(counts: readonly SendCount[], signal?: AbortSignal): Promise<void>;
  /** How many items that would write. */
  countItems(counts: readonly SendCount[]): number;
  /** Notes that feedback on so many recipients came in: what the watch over the loop compares with SES's own count. */
  addReceived(count: number, signal?: AbortSignal): Promise<void>;
  /** Those of the addresses that soft bounces are held of. Eventually consistent: half a read unit each. */
  withStrikes(addresses: readonly AddressKey[], signal?: AbortSignal): Promise<ReadonlySet<AddressKey>>;
};

export type VolumeDependencies = RetryContext & {
  readonly counters: VolumeStore;
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly signal?: AbortSignal;
};

/** A message of the batch by its id, with what it holds. Sends count in every scope of their mail. */
type Counted = { readonly id: string; readonly counts: readonly SendCount[] };
type DeliveredMessage = { readonly id: string; readonly event: DeliveryEvent };

/** By message id: why it has to come again. */
export type VolumeFailures = ReadonlyMap<string, string>;

/**
 * Counts what was sent, the whole batch in one transaction: it is counted in all its scopes or in none. At least once is good enough
 * for the lower side of a rate: a mail too many in ten thousand moves it by a ten-thousandth of itself. Never throws.
 */
export async function countSends(
  messages: readonly Counted[],
  dependencies: VolumeDependencies,
): Promise<VolumeFailures> {
  const { counters, signal } = dependencies;
  const counts = messages.flatMap((message) => message.counts);
  if (counts.length === 0) return new Map();
  if (messages.length > 1 && counters.countItems(counts) > maxTransactionItems) {
    const failures: [string, string][] = [];
    for (const half of halve(messages)) failures.push(...(await countSends(half, dependencies)));
    return new Map(failures);
  }
  const reason = await tryUntilDone(() => counters.addSends(counts, signal), dependencies);
  return failAll(messages, reason);
}

/** Ends the streaks of soft bounces of those who got a mail. Addresses we hold nothing of cost half a read unit and no write. */
export async function resetStrikesOfRecipients(
  messages: readonly DeliveredMessage[],
  dependencies: VolumeDependencies,
): Promise<VolumeFailures> {
  const { counters, signal } = dependencies;
  const newest = new Map<AddressKey, number>();
  for (const { event } of messages) {
    for (const address of event.recipients) newest.set(address, Math.max(event.at, newest.get(address) ?? 0));
  }
  if (newest.size === 0) return new Map();
  let held: ReadonlySet<AddressKey> = new Set();
  const reason = await tryUntilDone(async () => {
    held = await counters.withStrikes([...newest.keys()], signal);
  }, dependencies);
  if (reason !== undefined) return failAll(messages, reason);
  const failures = new Map<string, string>();
  for (const address of held) {
    const at = newest.get(address) ?? 0;
    const fault = await tryUntilDone(() => endStreakOf(address, at, dependencies), dependencies);
    const of = messages.filter(({ event }) => event.recipients.includes(address));
    for (const [id, why] of failAll(of, fault)) failures.set(id, why);
  }
  return failures;
}

async function endStreakOf(
  address: AddressKey,
  at: number,
  { store, policy, clock, signal }: VolumeDependencies,
): Promise<void> {
  const stored = (await store.read([{ address, eventIds: [] }], signal)).get(address);
  // A damaged record is the feedback path's to report: a delivery can do nothing about it.
  if (stored === undefined || 'unreadable' in stored || isExpired(stored.record, clock())) return;
  const record = resetStrikes(stored.record, at, policy);
  if (record === stored.record) return;
  const outcome = await store.write({ changes: [{ record, stored }], counts: [] }, signal);
  if (outcome.kind === 'cancelled') throw new StoreError('the record is contested', { scope: 'transient' });
}

/** @returns why it could not be done, if it could not */
async function tryUntilDone(work: () => Promise<void>, dependencies: RetryContext): Promise<string | undefined> {
  for (let attempt = 0; ; attempt++) {
    if (!(await backOff(attempt, dependencies))) return 'out of time';
    try {
      await work();
      return undefined;
    } catch (error) {
      if (!(error instanceof StoreError)) return error instanceof Error ? error.message : 'unknown fault';
      if (error.scope !== 'transient') return error.message;
    }
  }
}

function failAll(messages: readonly { readonly id: string }[], reason: string | undefined): VolumeFailures {
  return new Map(reason === undefined ? [] : messages.map(({ id }) => [id, reason]));
}
