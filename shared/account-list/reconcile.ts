import { describeError } from '../domain/describe-error.ts';
import { compareInParts, completeOf, type PartsDependencies } from './compare-in-parts.ts';
import { deleteListing } from './listing-pages.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { type Listing, readListing } from './read-listing.ts';
import { deleteProgress } from './reconcile-progress.ts';
import { type ReconcileReport, toRegionReport } from './reconcile-report.ts';

export type ReconcileDependencies = PartsDependencies & {
  /**
   * Returns the milliseconds left to read the lists in. Shorter than `remaining`, it leaves time to compare them with
   * the table.
   * @default remaining
   */
  readonly remainingToRead?: () => number;
  /** Called after each page with the number of entries read so far. */
  readonly progress: (region: string, entries: number) => void;
};

/**
 * Compares the SES account suppression lists with the table. Adopts entries that the table does not have, and puts
 * entries that SES has lost, or has not deleted, into the outbox. Never releases an address. A Region whose list could
 * not be read to the end is not changed. The memory needed does not depend on the length of the lists.
 */
export async function reconcile(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const { storage } = dependencies;
  const listings = await readListings(dependencies);
  const { findings, ...outcome } = await compareInParts(listings, dependencies);
  const complete = completeOf(listings);
  if (complete.length > 0 && outcome.failed === 0 && !outcome.isCutShort) {
    for (const [region] of complete) await deleteListing({ region, storage });
    await deleteProgress(storage);
  }
  return {
    regions: [...listings].map(([region, listing]) => toRegionReport(region, listing, findings[region])),
    ...outcome,
  };
}

async function readListings(dependencies: ReconcileDependencies): Promise<Map<string, Listing>> {
  const { lists, remaining, remainingToRead = remaining } = dependencies;
  const listings = [...lists].map(async ([region, list]) => {
    const rateLimiter = createRateLimiter({ ...dependencies, remaining: remainingToRead });
    // An error in the storage of one Region must not stop the others.
    const listing = await readListing({ ...dependencies, region, list, rateLimiter }).catch(
      (error): Listing => ({ kind: 'failed', reason: describeError(error) }),
    );
    return [region, listing] as const;
  });
  return new Map(await Promise.all(listings));
}
