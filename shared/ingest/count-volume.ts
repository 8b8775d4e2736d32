import type { AddressKey } from '../domain/address.ts';
import type { SendCount } from '../domain/feedback/count-send.ts';
import type { DeliveryEvent } from '../domain/feedback/feedback-event.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { hasOwnList } from '../domain/feedback/tenant.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { ReceivedCounts } from '../domain/reputation/received-counts.ts';
import { type RetryContext, retryTransient } from '../domain/retry.ts';
import { defaultListName, listOfTenant } from '../domain/suppression/list-name.ts';
import { policyOfList } from '../domain/suppression/list-policy.ts';
import { isExpired } from '../domain/suppression/record.ts';
import { resetStrikes } from '../domain/suppression/reset-strikes.ts';
import { maxTransactionItems, StoreError, type SuppressionStore } from '../domain/suppression/store.ts';
import { halve } from './transaction-chunks.ts';

/** The port to the counters. The asynchronous methods throw {@link StoreError}. */
export type CounterStore = {
  /** Adds sends to their counters in one transaction of at most {@link maxTransactionItems} items. */
  addSends(counts: readonly SendCount[], signal?: AbortSignal): Promise<void>;
  /** Returns the number of items that `addSends` would write. */
  countItems(counts: readonly SendCount[]): number;
  /**
   * Records the numbers of recipients in feedback received now. The rule `missing-feedback` compares them with SES's own
   * counts.
   */
  addReceived(counts: ReceivedCounts, signal?: AbortSignal): Promise<void>;
  /** Remembers an event that has no effect on a record. Returns whether it is new. */
  remember(event: Pick<RecipientEvent, 'address' | 'id' | 'sentAt'>, signal?: AbortSignal): Promise<boolean>;
  /** Returns those addresses whose records on a list have soft bounces. Eventually consistent: half a read unit per address. */
  findWithStrikes(
    addresses: readonly AddressKey[],
    list: string,
    signal?: AbortSignal,
  ): Promise<ReadonlySet<AddressKey>>;
};

export type VolumeDependencies = RetryContext & {
  readonly counters: CounterStore;
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Returns the current time in epoch milliseconds. */
  readonly clock: () => number;
  /** Ends the current request when the time is up. */
  readonly signal?: AbortSignal;
};

/** A message with send events, and the counts in all scopes of their emails. */
type SendMessage = { readonly id: string; readonly counts: readonly SendCount[] };
type DeliveryMessage = { readonly id: string; readonly event: DeliveryEvent };

/** By message id: the reason why the message must be delivered again. */
export type VolumeFailures = ReadonlyMap<string, string>;

/**
 * Counts the sends of a batch in one transaction, in all scopes or in none. A send can be counted twice if the response
 * of the transaction is lost. That is accurate enough for the denominator of a rate: one email too many in ten thousand
 * changes it by a ten-thousandth of its value. Never throws.
 */
export async function countSends(
  messages: readonly SendMessage[],
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
  const error = await errorOf(() => counters.addSends(counts, signal), dependencies);
  return failAll(messages, error);
}

/**
 * Resets the soft bounce strikes of recipients to whom an email was delivered, on the account's list and on that of the tenant that sent it. An
 * address without a record costs half a read unit.
 */
export async function resetStrikesOfRecipients(
  messages: readonly DeliveryMessage[],
  dependencies: VolumeDependencies,
): Promise<VolumeFailures> {
  const { policy } = dependencies;
  const ofTenants = messages.filter(({ event: { tenant } }) => tenant !== undefined && hasOwnList(tenant, policy));
  const byList = groupBy(ofTenants, ({ event }) => listOfTenant(event.tenant as string));
  const failures = new Map(await resetStrikesOnList(messages, defaultListName, dependencies));
  for (const [list, some] of byList)
    for (const [id, reason] of await resetStrikesOnList(some, list, dependencies)) failures.set(id, reason);
  return failures;
}

async function resetStrikesOnList(
  messages: readonly DeliveryMessage[],
  list: string,
  dependencies: VolumeDependencies,
): Promise<VolumeFailures> {
  const { counters, signal } = dependencies;
  const deliveredAt = new Map<AddressKey, number>();
  for (const { event } of messages) {
    for (const address of event.recipients) {
      deliveredAt.set(address, Math.max(event.at, deliveredAt.get(address) ?? 0));
    }
  }
  if (deliveredAt.size === 0) return new Map();
  let addresses: ReadonlySet<AddressKey> = new Set();
  const error = await errorOf(async () => {
    addresses = await counters.findWithStrikes([...deliveredAt.keys()], list, signal);
  }, dependencies);
  if (error !== undefined) return failAll(messages, error);
  const failures = new Map<string, string>();
  for (const address of addresses) {
    const at = deliveredAt.get(address) ?? 0;
    const reason = await errorOf(() => resetStrikesOf(address, at, list, dependencies), dependencies);
    const affected = messages.filter(({ event }) => event.recipients.includes(address));
    for (const [id, text] of failAll(affected, reason)) failures.set(id, text);
  }
  return failures;
}

async function resetStrikesOf(
  address: AddressKey,
  at: number,
  list: string,
  { store: accountStore, policy, clock, signal }: VolumeDependencies,
): Promise<void> {
  const store = list === defaultListName ? accountStore : accountStore.ofList(list);
  const stored = (await store.read([{ address, eventIds: [] }], signal)).get(address);
  // A delivery cannot repair a damaged record. The next bounce or complaint of the address reports it.
  if (stored === undefined || 'unreadable' in stored || isExpired(stored.record, clock())) return;
  const record = resetStrikes(stored.record, at, policyOfList(policy, list));
  if (record === stored.record) return;
  const outcome = await store.write({ changes: [{ record, stored }], counts: [] }, signal);
  if (outcome.kind === 'cancelled') throw new StoreError('another writer changed the record', { scope: 'transient' });
}

/** Does the work, with retries. Returns the error message if it fails. */
async function errorOf(work: () => Promise<void>, context: RetryContext): Promise<string | undefined> {
  try {
    await retryTransient(work, context);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown error';
  }
}

function failAll(messages: readonly { readonly id: string }[], reason: string | undefined): VolumeFailures {
  return new Map(reason === undefined ? [] : messages.map(({ id }) => [id, reason]));
}
