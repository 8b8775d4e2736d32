import type { AddressKey } from '../domain/address.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { homeRegion } from '../domain/suppression/account-list-state.ts';
import type { ListedAddress } from '../domain/suppression/adopted-event.ts';
import { policyOfList } from '../domain/suppression/list-policy.ts';
import type { StoredRecord } from '../domain/suppression/store.ts';
import { type ChangeBatch, changeBatchSize } from './change-batch.ts';
import { compareRecord, type RecordComparison } from './compare-record.ts';
import { isInPart, type Part } from './load-entries.ts';
import type { PackedEntries } from './packed-entries.ts';
import type { DriftCounts, ReportedDrift } from './reconcile-report.ts';
import type { TenantEntries } from './tenant-entries.ts';

/** One part of the list of a Region. */
export type LoadedRegion = {
  readonly region: string;
  /** When the listing started. Epoch milliseconds. */
  readonly startedAt: number;
  /** Emptied by the comparison. */
  readonly entries: PackedEntries;
  /** Increased by the comparison. */
  readonly drift: DriftCounts;
};

/** One part of the lists of the tenants, all in the Region of the stack. */
export type LoadedTenants = {
  /** When the listing of each tenant's list started, by list. Epoch milliseconds. A list that could not be read is missing. */
  readonly startedAt: ReadonlyMap<string, number>;
  /** Emptied by the comparison. */
  readonly entries: TenantEntries;
  /** Increased by the comparison. */
  readonly drift: DriftCounts;
};

export type ComparisonDependencies = {
  /** Returns the records of the table whose address is wanted, page by page: those of the account's list, or of tenants' lists as well. */
  readonly records: (
    isWanted: (address: AddressKey) => boolean,
    withTenants: boolean,
  ) => AsyncIterable<readonly StoredRecord[]>;
  readonly batch: ChangeBatch;
  readonly policy: Policy;
  /** Whether the list of every Region is compared. */
  readonly isEveryListKnown: boolean;
  /** Returns epoch milliseconds. */
  readonly clock: () => number;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
};

/** `isCutShort`: time ran out. The changes that were not saved yet are found again. */
export type Comparison = { readonly recordCount: number; readonly isCutShort: boolean };

/** Compares every record of a part, then adopts the entries that no record accounts for. */
export async function compareLists(
  part: Part,
  { regions, tenants }: { readonly regions: readonly LoadedRegion[]; readonly tenants?: LoadedTenants },
  { records, batch, policy, isEveryListKnown, clock, remaining }: ComparisonDependencies,
): Promise<Comparison> {
  let recordCount = 0;
  for await (const page of records((address) => isInPart(address, part), tenants !== undefined)) {
    recordCount += page.length;
    for (const stored of page) {
      if (remaining() <= 0) return { recordCount, isCutShort: true };
      const comparison =
        stored.list === undefined ? compareAccount(stored) : tenants && compareTenant(stored, stored.list, tenants);
      if (comparison === undefined) continue;
      batch.adopt(comparison.adopted, stored.list);
      if (comparison.changed !== undefined) batch.update(comparison.changed, stored);
      await batch.flush(changeBatchSize);
    }
  }
  // Only after the whole table has been read is it certain that the remaining entries are in no record.
  for (const { entries, list, drift } of restOf(regions, tenants)) {
    if (remaining() <= 0) return { recordCount, isCutShort: true };
    drift['missing-here']++;
    batch.adopt(entries, list);
    await batch.flush(changeBatchSize);
  }
  await batch.flush();
  return { recordCount, isCutShort: false };

  function compareAccount({ record }: StoredRecord): RecordComparison {
    const listed = regions.map(({ region, startedAt, entries }) => ({
      region,
      startedAt,
      entries: entries.take(record.address),
    }));
    const comparison = compareRecord(record, listed, { policy, now: clock(), isEveryListKnown });
    for (const { region, drift } of regions) countDrift(drift, comparison.drift.get(region));
    return comparison;
  }

  function compareTenant({ record }: StoredRecord, list: string, { startedAt, entries, drift }: LoadedTenants) {
    const listingStartedAt = startedAt.get(list);
    if (listingStartedAt === undefined) return undefined;
    const listed = { region: homeRegion, startedAt: listingStartedAt, entries: entries.take(list, record.address) };
    const options = { policy: policyOfList(policy, list), now: clock(), isEveryListKnown: true };
    const comparison = compareRecord(record, [listed], options);
    countDrift(drift, comparison.drift.get(homeRegion));
    return comparison;
  }
}

function countDrift(drift: DriftCounts, kind: ReportedDrift | undefined): void {
  if (kind !== undefined) drift[kind]++;
}

type Rest = { readonly entries: readonly ListedAddress[]; readonly list?: string; readonly drift: DriftCounts };

function* restOf(regions: readonly LoadedRegion[], tenants: LoadedTenants | undefined): Generator<Rest> {
  for (const { entries, drift } of regions) for (const unknown of entries.takeRest()) yield { entries: unknown, drift };
  if (tenants !== undefined) for (const rest of tenants.entries.takeRest()) yield { ...rest, drift: tenants.drift };
}
