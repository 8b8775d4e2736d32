import type { AccountList, SesOutcome } from '../account-list/account-list.ts';
import type { Outbox } from '../account-list/outbox.ts';
import type { RateLimiter } from '../account-list/rate-limiter.ts';
import type { Address, AddressKey } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { homeRegion } from '../domain/suppression/account-list-state.ts';
import { addressVariantsOf } from '../domain/suppression/address-variants.ts';
import type { Attribution } from '../domain/suppression/attribution.ts';
import { defaultListName, listOfTenant, tenantOfList } from '../domain/suppression/list-name.ts';
import { policyOfList } from '../domain/suppression/list-policy.ts';
import { isExpired, isSuppressedAt, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { Erasures, KeptSuppression } from './erasures.ts';
import { releaseAddress } from './release-address.ts';
import type { OperatorDependencies } from './update-record.ts';

/** A list of SES, and the limit on calls that it shares with the other lists of its Region. */
export type LimitedList = { readonly list: AccountList; readonly rateLimiter: RateLimiter };

export type ReleaseEverywhereDependencies = Omit<OperatorDependencies, 'policy'> & {
  readonly policy: Policy;
  /** The account suppression lists, by Region. */
  readonly lists: ReadonlyMap<string, LimitedList>;
  readonly outbox: Outbox;
  /** Returns the tenants on whose lists the address has a record. */
  readonly tenantsWithRecordOf: (address: AddressKey) => Promise<readonly string[]>;
  /** See {@link releaseAddress}. A record that is not selected stays as it is, and so do the lists. */
  readonly isSelected?: (record: SuppressionRecord) => boolean;
  /** What is kept of addresses whose data was erased. */
  readonly erasures: Pick<Erasures, 'find' | 'release'>;
  /** @default what is kept is released */
  readonly isKeptSelected?: (kept: KeptSuppression) => boolean;
};

/** What happened to the account suppression list of one Region. */
export type RemovalReport = {
  readonly region: string;
  /** The tenant whose list it is. Missing for the account's list. */
  readonly tenant?: string;
  /** Deleted entries, as SES listed them. */
  readonly removed: readonly string[];
  /** Why SES did not delete every entry. */
  readonly error?: Exclude<SesOutcome, { kind: 'done' | 'not-found' }>;
  /** Whether an import job is under way that may add the address again. The outbox deletes the address once more after the job. */
  readonly isImporting: boolean;
};

/** What happened to an address on one list: in the table and at SES. */
export type ListRelease = {
  /**
   * `was suppressed`: the record suppressed it, and no longer does. `was not suppressed`: there was a record, which now has the release.
   * `unknown`: there was no record. If SES lists the address, or may list it, there is one now, with the release. `was erased`: there was only
   * the keyed hash of an address whose data was erased, which no longer suppresses it.
   */
  readonly table: 'was suppressed' | 'was not suppressed' | 'unknown' | 'was erased';
  /** Empty if neither the table nor SES knew the address, or if the record, or what is kept of an erased address, was not selected. */
  readonly regions: readonly RemovalReport[];
};

/** What happened to an address on the account's list, and on the lists of tenants. */
export type ReleaseReport = ListRelease & {
  readonly address: string;
  /** The tenants whose lists had a record of the address. */
  readonly tenants: readonly ({ readonly tenant: string } & ListRelease)[];
};

/**
 * Releases an address on every list that can keep email from it: the account's, and those of tenants.
 *
 * @throws StoreError if the table cannot be read or written; Error if the stored record is damaged, or keeps changing
 */
export async function releaseEverywhere(
  address: Address,
  attribution: Attribution,
  dependencies: ReleaseEverywhereDependencies,
): Promise<ReleaseReport> {
  const { tenantsWithRecordOf, erasures, clock } = dependencies;
  const { suppressions } = await erasures.find(address.key, clock());
  const erased = suppressions.flatMap(({ list }) => tenantOfList(list) ?? []);
  const tenants = [...new Set([...(await tenantsWithRecordOf(address.key)), ...erased])].sort();
  const report = await releaseOnList(defaultListName, address, attribution, dependencies);
  const ofTenants: ReleaseReport['tenants'][number][] = [];
  for (const tenant of tenants)
    ofTenants.push({ tenant, ...(await releaseForTenant(tenant, address, attribution, dependencies)) });
  return { address: address.key, ...report, tenants: ofTenants };
}

/** Releases an address on the list of one tenant. Throws what {@link releaseEverywhere} throws. */
export function releaseForTenant(
  tenant: string,
  address: Address,
  attribution: Attribution,
  { outbox: _, ...dependencies }: ReleaseEverywhereDependencies,
): Promise<ListRelease> {
  const list = listOfTenant(tenant);
  const ofTenant = { store: dependencies.store.ofList(list), lists: listsOfTenant(tenant, dependencies.lists) };
  return releaseOnList(list, address, attribution, { ...dependencies, ...ofTenant });
}

/** Returns the lists of a tenant at SES, by Region: a tenant belongs to one Region, that of the stack. */
export function listsOfTenant(
  tenant: string,
  lists: ReadonlyMap<string, LimitedList>,
): ReadonlyMap<string, LimitedList> {
  const home = lists.get(homeRegion);
  return new Map(home ? [[homeRegion, { ...home, list: home.list.ofTenant(tenant) }]] : []);
}

/**
 * Releases an address in the table and deletes it from the lists of SES, in this order: if the process crashes in between, the outbox has the
 * address, and the next sync deletes it. The outbox also deletes it a second time, after any sync that was under way and could have added it
 * again.
 */
async function releaseOnList(
  list: string,
  { key, original }: Address,
  attribution: Attribution,
  dependencies: Omit<ReleaseEverywhereDependencies, 'outbox'> & ListDependencies,
): Promise<ListRelease> {
  const { store, clock, erasures, isSelected, isKeptSelected = () => true } = dependencies;
  const { suppressions } = await erasures.find(key, clock());
  const kept = suppressions.find((one) => one.list === list);
  if (kept !== undefined && !isKeptSelected(kept)) return { table: 'was suppressed', regions: [] };
  const stored = (await store.read([{ address: key, eventIds: [] }])).get(key);
  const before =
    stored !== undefined && 'record' in stored && !isExpired(stored.record, clock()) ? stored.record : undefined;
  const mayBeListedAtSes =
    before === undefined && (await mayBeListedAnywhere([...new Set([original, key])], dependencies));
  const options = { originalAddress: original, mayBeListedAtSes, ...defined({ isSelected }) };
  const policy = policyOfList(dependencies.policy, list);
  const record = await releaseAddress({ store, clock, policy }, key, attribution, options);
  // The operator's variant is deleted too, even if the record has no room for it.
  const variants = record && [...new Set([...addressVariantsOf(record), original])];
  const regions = variants === undefined ? [] : await deleteFromLists(variants, dependencies);
  const wasErased = kept !== undefined && (await erasures.release(key, list, clock(), attribution));
  const known =
    before === undefined ? 'unknown' : isSuppressedAt(before, clock()) ? 'was suppressed' : 'was not suppressed';
  return { table: wasErased && known !== 'was suppressed' ? 'was erased' : known, regions };
}

/** Without an outbox, no import job can change the lists. */
type ListDependencies = Pick<ReleaseEverywhereDependencies, 'lists'> &
  Partial<Pick<ReleaseEverywhereDependencies, 'outbox'>>;

/** Deletes an address from the account suppression list of every Region, in each of the variants. */
export function deleteFromLists(
  variants: readonly string[],
  dependencies: ListDependencies,
): Promise<readonly RemovalReport[]> {
  return Promise.all([...dependencies.lists.keys()].map((region) => deleteEntries(region, variants, dependencies)));
}

/** Returns whether any Region lists one of the variants, or may list it because SES did not say. */
async function mayBeListedAnywhere(variants: readonly string[], { lists }: ListDependencies): Promise<boolean> {
  const results = await Promise.all(
    [...lists.values()].map(async ({ list, rateLimiter }) => {
      for (const variant of variants) {
        const found = await retryWhileThrottled(rateLimiter, () => list.get(variant));
        if (found.kind !== 'not-found' && found.kind !== 'rejected') return true;
      }
      return false;
    }),
  );
  return results.includes(true);
}

async function deleteEntries(
  region: string,
  variants: readonly string[],
  { lists, outbox }: ListDependencies,
): Promise<RemovalReport> {
  const { list, rateLimiter } = lists.get(region) as LimitedList;
  // The table already has the release, so a failure to read the import job must not hide the report.
  const job = await outbox?.readJob(region).catch(() => undefined);
  const isImporting = job !== undefined && job.failedUntil === undefined;
  const removed: string[] = [];
  let error: RemovalReport['error'];
  for (const variant of variants) {
    const outcome = await retryWhileThrottled(rateLimiter, () => list.delete(variant));
    if (outcome.kind === 'done') removed.push(variant);
    else if (outcome.kind !== 'not-found') error = outcome;
    // SES may reject one variant and still list another.
    if (error !== undefined && error.kind !== 'rejected') break;
  }
  return { region, removed, isImporting, ...defined({ error }) };
}

/** With the waiting times of the rate limiter, this many attempts take about two minutes. */
const maxAttempts = 10;

async function retryWhileThrottled<Result extends { readonly kind: string }>(
  rateLimiter: RateLimiter,
  call: () => Promise<Result>,
): Promise<Result | { readonly kind: 'throttled' }> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const result = await rateLimiter.run(call);
    if (result !== undefined && result.kind !== 'throttled') return result;
  }
  return { kind: 'throttled' };
}
