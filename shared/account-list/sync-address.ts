import type { AddressKey } from '../domain/address.ts';
import {
  adoptedRule,
  type DesiredState,
  desiredStateOf,
  encodeDesiredState,
  homeRegion,
  messageLookup,
  pendingSyncOf,
  withSyncState,
} from '../domain/suppression/account-list-state.ts';
import { addressForSes, addressVariantsOf } from '../domain/suppression/address-variants.ts';
import { derive } from '../domain/suppression/derive.ts';
import type { ListPolicy } from '../domain/suppression/list-policy.ts';
import type { SuppressionRecord, SyncState } from '../domain/suppression/record.ts';
import type { StoredRecord, SuppressionStore } from '../domain/suppression/store.ts';
import type { AccountList, FoundEntry, SesOutcome } from './account-list.ts';
import type { RateLimiter } from './rate-limiter.ts';

export type SyncAddressDependencies = {
  readonly store: SuppressionStore;
  readonly policy: ListPolicy;
  /** Returns epoch milliseconds. */
  readonly clock: () => number;
  readonly list: AccountList;
  /** Whether the list is that of a tenant, which need not exist. */
  readonly isTenantList?: boolean;
  readonly rateLimiter: RateLimiter;
};

/**
 * The result for one address. `nothing-due`: the list matches the record, or the change is not due yet. `out-of-time`:
 * no time was left for the call. `in-sandbox`: SES rejects all changes in the sandbox. `unreadable`: the stored record
 * cannot be read.
 */
export type SyncResult =
  | SesOutcome
  | { readonly kind: 'nothing-due' }
  | { readonly kind: 'out-of-time' }
  | { readonly kind: 'in-sandbox' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Brings the entry of one address in one Region's list to the desired state, then records that in the table, on
 * condition that the desired state is still the same. If it has changed (because an operator released the address, for
 * example), the address stays pending and the next run syncs the new state.
 */
export async function syncAddress(
  region: string,
  address: AddressKey,
  dependencies: SyncAddressDependencies,
): Promise<SyncResult> {
  const { store, policy, clock } = dependencies;
  const stored = (await store.read([{ address, eventIds: [] }])).get(address);
  if (stored === undefined) return { kind: 'nothing-due' };
  if ('unreadable' in stored) return { kind: 'unreadable', reason: stored.unreadable };
  const regions = pendingSyncOf(stored.record, policy.accountList)?.regions ?? [];
  if (!regions.includes(region)) {
    // Either the policy has changed since the record was written, or the address is in sync and the index lags behind.
    if (stored.record.pendingSync?.regions.includes(region)) await save(stored, (record) => record, dependencies);
    return { kind: 'nothing-due' };
  }
  if (region === messageLookup) return lookUpMessage(stored, dependencies);
  const desired = desiredStateOf(stored.record);
  if (desired === undefined || (desired.kind === 'unlisted' && desired.from > clock())) return { kind: 'nothing-due' };
  const result = await checkForSandbox(await callSes(stored.record, desired, dependencies), dependencies);
  if (result.kind === 'done' || result.kind === 'rejected') {
    const syncState: SyncState = {
      value: encodeDesiredState(desired, stored.record.addressVariants),
      at: clock(),
      ...(result.kind === 'rejected' && { rejected: result.reason }),
    };
    await save(stored, (record) => withSyncState(record, region, syncState), dependencies);
  }
  return result;
}

async function callSes(
  record: SuppressionRecord,
  desired: DesiredState,
  { list, isTenantList = false, rateLimiter }: SyncAddressDependencies,
): Promise<SyncResult> {
  if (desired.kind === 'listed') {
    const outcome = await rateLimiter.run(() => list.put(addressForSes(record), desired.reason));
    if (outcome?.kind === 'not-found' && isTenantList)
      return { kind: 'rejected', reason: 'SES has no tenant of this name' };
    // A put needs no existing entry. This response comes from something else (a proxy, for example), and the address
    // was not added.
    if (outcome?.kind === 'not-found') return { kind: 'failed', reason: 'SES responded to a put with "not found"' };
    return outcome ?? { kind: 'out-of-time' };
  }
  let rejected: SesOutcome | undefined;
  for (const variant of addressVariantsOf(record)) {
    const outcome = await rateLimiter.run(() => list.delete(variant));
    if (outcome === undefined) return { kind: 'out-of-time' };
    // A variant that SES rejects cannot be on the list. The other variants still have to be deleted.
    if (outcome.kind === 'rejected') rejected = outcome;
    else if (outcome.kind !== 'done' && outcome.kind !== 'not-found') return outcome;
  }
  return rejected ?? { kind: 'done' };
}

/**
 * Returns `in-sandbox` for a rejection in the sandbox, where SES rejects every address: such a rejection must not be
 * recorded.
 */
async function checkForSandbox(
  result: SyncResult,
  { list, rateLimiter }: SyncAddressDependencies,
): Promise<SyncResult> {
  if (result.kind !== 'rejected') return result;
  const account = await rateLimiter.run(() => list.isInSandbox());
  if (account === undefined) return { kind: 'out-of-time' };
  if (account.kind !== 'sandbox') return account;
  return account.isInSandbox ? { kind: 'in-sandbox' } : result;
}

/** Asks SES which message an entry adopted from its list belongs to, and adds the message id to the evidence. */
async function lookUpMessage(stored: StoredRecord, dependencies: SyncAddressDependencies): Promise<SyncResult> {
  const { list, rateLimiter, clock } = dependencies;
  const found = await rateLimiter.run(() => list.get(addressForSes(stored.record)));
  if (found === undefined) return { kind: 'out-of-time' };
  if (found.kind !== 'found' && found.kind !== 'not-found' && found.kind !== 'rejected') return found;
  const syncState: SyncState = { value: found.kind === 'found' ? 'held' : 'absent', at: clock() };
  await save(
    stored,
    (record) => withSyncState(found.kind === 'found' ? withMessageId(record, found) : record, homeRegion, syncState),
    dependencies,
  );
  return { kind: 'done' };
}

function withMessageId(record: SuppressionRecord, { messageId }: FoundEntry): SuppressionRecord {
  if (messageId === undefined) return record;
  const evidence = record.evidence.map((one) =>
    one.rule === adoptedRule && one.messageId === '' ? { ...one, messageId } : one,
  );
  return { ...record, evidence };
}

/**
 * Applies a change to the record. If another writer has changed the record since it was read (the Regions are synced in
 * parallel), applies the change to the new version, unless that version asks for a different call to SES: then it is
 * either pending again, or needs no sync.
 */
async function save(
  read: StoredRecord,
  change: (record: SuppressionRecord) => SuppressionRecord,
  { store, policy }: SyncAddressDependencies,
): Promise<void> {
  const { address } = read.record;
  let stored = read;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const record = derive(change(stored.record), policy);
    const { kind } = await store.write({ changes: [{ record, stored }], counts: [] });
    if (kind === 'written') return;
    const current = (await store.read([{ address, eventIds: [] }])).get(address);
    if (current === undefined || 'unreadable' in current) return;
    if (callKeyOf(current.record) !== callKeyOf(read.record)) return;
    stored = current;
  }
}

/** The maximum number of Regions (four) and one more, because each of them may write the record at the same time. */
const maxAttempts = 5;

/**
 * Returns everything that the call to SES depends on, as text for comparison. The time of the release is part of it: an
 * address that was released and suppressed again needs another call even if its desired state is the same.
 */
function callKeyOf(record: SuppressionRecord): string {
  const desired = desiredStateOf(record);
  return JSON.stringify([desired && encodeDesiredState(desired), record.released?.at, addressVariantsOf(record)]);
}
