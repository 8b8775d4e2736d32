import type { AddressKey } from '../domain/address.ts';
import type { Policy } from '../domain/policy/policy.ts';
import {
  addressForSes,
  addressVariantsOf,
  adoptedRule,
  type DesiredState,
  desiredStateOf,
  encodeDesiredState,
  homeRegion,
  messageLookup,
  pendingSyncOf,
  type SyncState,
  withSyncState,
} from '../domain/suppression/account-list-state.ts';
import { derive, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { StoredRecord, SuppressionStore } from '../domain/suppression/store.ts';
import type { AccountList, FoundEntry, SesOutcome } from './account-list.ts';
import type { RateLimiter } from './rate-limiter.ts';

export type SyncAddressDependencies = {
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly list: AccountList;
  readonly rateLimiter: RateLimiter;
};

/**
 * What became of one address. `idle`: nothing was to be told. `late`: there was no time. `sandbox`: SES takes no address yet.
 * `damaged`: our own record cannot be read.
 */
export type SyncResult =
  | SesOutcome
  | { readonly kind: 'idle' }
  | { readonly kind: 'late' }
  | { readonly kind: 'sandbox' }
  | { readonly kind: 'damaged'; readonly reason: string };

/**
 * Tells one Region's list what a record wishes, and the record that it was told, on condition that it still wishes for that. Who changes
 * its wish meanwhile (an operator lets the address go) leaves it to the next turn to tell what is true then.
 */
export async function syncAddress(
  region: string,
  address: AddressKey,
  dependencies: SyncAddressDependencies,
): Promise<SyncResult> {
  const { store, policy, clock } = dependencies;
  const held = (await store.read([{ address, eventIds: [] }])).get(address);
  if (held === undefined) return { kind: 'idle' };
  if ('unreadable' in held) return { kind: 'damaged', reason: held.unreadable };
  const pending = pendingSyncOf(held.record, policy.accountList)?.regions ?? [];
  if (!pending.includes(region)) {
    // The policy has changed since it was written; or else it has been told, and the index lags behind.
    if (held.record.pendingSync?.regions.includes(region)) await note(dependencies, held, (record) => record);
    return { kind: 'idle' };
  }
  if (region === messageLookup) return findMail(held, dependencies);
  const wish = desiredStateOf(held.record);
  if (wish === undefined || (wish.kind === 'unlisted' && wish.from > clock())) return { kind: 'idle' };
  const outcome = await explainRefusal(await call(held.record, wish, dependencies), dependencies);
  if (outcome.kind === 'done' || outcome.kind === 'refused') {
    const told: SyncState = {
      value: encodeDesiredState(wish, held.record.addressVariants),
      at: clock(),
      ...(outcome.kind === 'refused' && { rejected: outcome.reason }),
    };
    await note(dependencies, held, (record) => withSyncState(record, region, told));
  }
  return outcome;
}

async function call(
  record: SuppressionRecord,
  wish: DesiredState,
  { list, rateLimiter }: SyncAddressDependencies,
): Promise<SyncResult> {
  if (wish.kind === 'listed') {
    const outcome = await rateLimiter.run(() => list.put(addressForSes(record), wish.reason));
    // There is nothing that could be missing: whoever answered did not do it.
    if (outcome?.kind === 'absent') return { kind: 'failed', reason: 'SES finds nothing to put it on' };
    return outcome ?? { kind: 'late' };
  }
  let refused: SesOutcome | undefined;
  for (const spelling of addressVariantsOf(record)) {
    const outcome = await rateLimiter.run(() => list.delete(spelling));
    if (outcome === undefined) return { kind: 'late' };
    // One spelling SES cannot hold is no reason to leave another there.
    if (outcome.kind === 'refused') refused = outcome;
    else if (outcome.kind !== 'done' && outcome.kind !== 'absent') return outcome;
  }
  return refused ?? { kind: 'done' };
}

/** In the sandbox SES refuses every address: that is not to be remembered of this one. */
async function explainRefusal(
  outcome: SyncResult,
  { list, rateLimiter }: SyncAddressDependencies,
): Promise<SyncResult> {
  if (outcome.kind !== 'refused') return outcome;
  const account = await rateLimiter.run(() => list.isInSandbox());
  if (account === undefined) return { kind: 'late' };
  if (account.kind !== 'sandbox') return account;
  return account.isInSandbox ? { kind: 'sandbox' } : outcome;
}

/** Asks SES for which mail it has listed an address that was adopted from its list. */
async function findMail(held: StoredRecord, dependencies: SyncAddressDependencies): Promise<SyncResult> {
  const { list, rateLimiter, clock } = dependencies;
  const found = await rateLimiter.run(() => list.get(addressForSes(held.record)));
  if (found === undefined) return { kind: 'late' };
  if (found.kind !== 'found' && found.kind !== 'absent' && found.kind !== 'refused') return found;
  const told: SyncState = { value: found.kind === 'found' ? 'held' : 'absent', at: clock() };
  await note(dependencies, held, (record) =>
    withSyncState(found.kind === 'found' ? withMail(record, found) : record, homeRegion, told),
  );
  return { kind: 'done' };
}

function withMail(record: SuppressionRecord, { messageId }: FoundEntry): SuppressionRecord {
  if (messageId === undefined) return record;
  const evidence = record.evidence.map((one) =>
    one.rule === adoptedRule && one.messageId === '' ? { ...one, messageId } : one,
  );
  return { ...record, evidence };
}

/**
 * Notes something in the record, also where somebody else has written it since: the Regions are told side by side. Not where it would
 * have led to another call by now: it is still in the outbox then, or rightly not.
 */
async function note(
  { store, policy }: SyncAddressDependencies,
  read: StoredRecord,
  change: (record: SuppressionRecord) => SuppressionRecord,
): Promise<void> {
  let stored = read;
  for (let attempt = 0; attempt < tries; attempt++) {
    const { kind } = await store.write({
      changes: [{ record: derive(change(stored.record), policy), stored }],
      counts: [],
    });
    if (kind === 'written') return;
    const { address } = read.record;
    const now = (await store.read([{ address, eventIds: [] }])).get(address);
    if (now === undefined || 'unreadable' in now || callOf(now.record) !== callOf(read.record)) return;
    stored = now;
  }
}

/** One more than there can be Regions. */
const tries = 5;

/** What a Region is to be told, and everything the call depends on. One that was let go and suppressed anew is another matter. */
function callOf(record: SuppressionRecord): string {
  const wish = desiredStateOf(record);
  return JSON.stringify([wish && encodeDesiredState(wish), record.released?.at, addressVariantsOf(record)]);
}
