import { describeError } from '../domain/describe-error.ts';
import type { StoredRecord } from '../domain/suppression/store.ts';
import type { CommitDependencies } from '../ingest/commit.ts';
import type { AccountList } from './account-list.ts';
import { type ChangeBatch, changeBatchSize, createChangeBatch } from './change-batch.ts';
import { compareRecord } from './compare-record.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { type CompleteListing, deleteListing, type Listing, type ListingStorage, readListing } from './read-listing.ts';
import { type DriftCounts, noDrift, type ReconcileReport, toRegionReport } from './reconcile-report.ts';

export type ReconcileDependencies = CommitDependencies & {
  /** The lists to reconcile, by Region. */
  readonly lists: ReadonlyMap<string, AccountList>;
  readonly storage: ListingStorage;
  /** Returns all records of the table, page by page. */
  readonly records: () => AsyncIterable<readonly StoredRecord[]>;
  /** Compares without changing anything. */
  readonly isDryRun: boolean;
  /**
   * Returns the milliseconds left to read the lists in. Shorter than `remaining`, it leaves time to compare them with
   * the table.
   * @default remaining
   */
  readonly remainingToRead?: () => number;
  /** Called after each page with the number of entries read so far. */
  readonly progress: (region: string, entries: number) => void;
};

type RegionListing<Kind extends Listing = Listing> = { readonly region: string; readonly listing: Kind };
type ComparedRegion = RegionListing<CompleteListing> & { readonly drift: DriftCounts };

/**
 * Compares the SES account suppression lists with the table. Adopts entries that the table does not have, and puts
 * entries that SES has lost, or has not deleted, into the outbox. Never releases an address. A Region whose list could
 * not be read to the end is not changed.
 */
export async function reconcile(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const listings = await readListings(dependencies);
  const regions = listings.flatMap(({ region, listing }) =>
    listing.kind === 'complete' ? [{ region, listing, drift: noDrift() }] : [],
  );
  const batch = createChangeBatch(dependencies);
  const { recordCount, isCutShort } =
    regions.length === 0 ? { recordCount: 0, isCutShort: false } : await compareAll(regions, batch, dependencies);
  if (batch.failures().failed === 0 && !isCutShort)
    for (const { region } of regions) await deleteListing({ region, storage: dependencies.storage });
  return {
    regions: listings.map(({ region, listing }) =>
      toRegionReport(region, listing, regions.find((one) => one.region === region)?.drift),
    ),
    recordCount,
    ...batch.failures(),
    ...(isCutShort && { isCutShort }),
  };
}

async function readListings(dependencies: ReconcileDependencies): Promise<RegionListing[]> {
  const { lists, remaining, remainingToRead = remaining } = dependencies;
  return Promise.all(
    [...lists].map(async ([region, list]) => {
      const rateLimiter = createRateLimiter({ ...dependencies, remaining: remainingToRead });
      // An error in the storage of one Region must not stop the others.
      const listing = await readListing({ ...dependencies, region, list, rateLimiter }).catch(
        (error): Listing => ({ kind: 'failed', reason: describeError(error) }),
      );
      return { region, listing };
    }),
  );
}

/** Compares every record, then adopts the entries that no record accounts for. */
async function compareAll(
  regions: readonly ComparedRegion[],
  batch: ChangeBatch,
  { records, remaining, lists, policy, clock }: ReconcileDependencies,
): Promise<{ recordCount: number; isCutShort: boolean }> {
  const isEveryListKnown = regions.length === lists.size;
  let recordCount = 0;
  for await (const page of records()) {
    recordCount += page.length;
    for (const stored of page) {
      if (remaining() <= 0) return { recordCount, isCutShort: true };
      const { address } = stored.record;
      const entries = regions.map(({ region, listing }) => ({
        region,
        startedAt: listing.startedAt,
        entries: takeEntries(listing, address),
      }));
      const options = { policy, now: clock(), isEveryListKnown };
      const { drift, adopted, changed } = compareRecord(stored.record, entries, options);
      for (const one of regions) {
        const kind = drift.get(one.region);
        if (kind !== undefined) one.drift[kind]++;
      }
      batch.adopt(adopted);
      if (changed !== undefined) batch.update(changed, stored);
      await batch.flush(changeBatchSize);
    }
  }
  // Only after the whole table has been read is it certain that the remaining entries are in no record.
  for (const { listing, drift } of regions) {
    for (const entries of listing.entries.values()) {
      if (remaining() <= 0) return { recordCount, isCutShort: true };
      drift['missing-here']++;
      batch.adopt(entries);
      await batch.flush(changeBatchSize);
    }
  }
  // If time runs out, the changes collected so far are not saved: the next run finds them again.
  await batch.flush();
  return { recordCount, isCutShort: false };
}

/** Removes the entries of an address from a listing and returns them. */
function takeEntries({ entries }: CompleteListing, address: StoredRecord['record']['address']) {
  const taken = entries.get(address) ?? [];
  entries.delete(address);
  return taken;
}
