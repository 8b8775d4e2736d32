import { defined } from '../domain/defined.ts';
import { describeError } from '../domain/describe-error.ts';
import { homeRegion } from '../domain/suppression/account-list-state.ts';
import type { AccountList } from './account-list.ts';
import {
  compareInParts,
  completeOf,
  completeTenantsOf,
  type Listings,
  type PartsDependencies,
} from './compare-in-parts.ts';
import { deleteListing } from './listing-pages.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { type Listing, readListing } from './read-listing.ts';
import { readTenantListings, type TenantListings, tenantListingName } from './read-tenant-listings.ts';
import { deleteProgress } from './reconcile-progress.ts';
import { type ReconcileReport, toRegionReport, toTenantsReport } from './reconcile-report.ts';

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
 * Compares the suppression lists of SES with the table: the account's, and those of the tenants that have one of their own. Adopts entries that
 * the table does not have, and puts entries that SES has lost, or has not deleted, into the outbox. Never releases an address. A list that could
 * not be read to the end is not changed. The memory needed does not depend on the length of the lists.
 */
export async function reconcile(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const { storage } = dependencies;
  const read = await readListings(dependencies);
  const { findings, tenantFindings, ...outcome } = await compareInParts(read, dependencies);
  const complete = completeOf(read.listings);
  if (complete.length > 0 && outcome.failed === 0 && !outcome.isCutShort) {
    for (const [region] of complete) await deleteListing({ region, storage });
    for (const tenant of completeTenantsOf(read.tenants).keys())
      await deleteListing({ region: tenantListingName(tenant), storage });
    await deleteProgress(storage);
  }
  return {
    regions: [...read.listings].map(([region, listing]) => toRegionReport(region, listing, findings[region])),
    ...(read.tenants && { tenants: toTenantsReport(read.tenants, tenantFindings) }),
    ...outcome,
  };
}

/** All Regions are read in parallel, and the tenants' lists of the stack's own Region after the account's. */
async function readListings(dependencies: ReconcileDependencies): Promise<Listings> {
  const { lists, policy, remaining, remainingToRead = remaining } = dependencies;
  const listings = new Map<string, Listing>();
  let tenants: TenantListings | undefined;
  const readRegion = async (region: string, list: AccountList) => {
    const rateLimiter = createRateLimiter({ ...dependencies, remaining: remainingToRead });
    const common = { ...dependencies, list, rateLimiter };
    // An error in the storage of one Region must not stop the others.
    const listing = await readListing({ ...common, region }).catch(
      (error): Listing => ({ kind: 'failed', reason: describeError(error) }),
    );
    listings.set(region, listing);
    if (region !== homeRegion || policy.tenants.ownLists.length === 0) return;
    tenants = await readTenantListings(policy.tenants.ownLists, common).catch(
      (error): TenantListings => ({ kind: 'failed', reason: describeError(error) }),
    );
    // What was read of the account's list is kept: read again in each run, it would leave no time for the others.
    if (tenants.kind === 'unfinished' && listing.kind === 'complete')
      listings.set(region, { kind: 'unfinished', count: listing.count });
  };
  // In the order of the lists, whichever is read first.
  for (const region of lists.keys()) listings.set(region, { kind: 'unfinished', count: 0 });
  await Promise.all([...lists].map(([region, list]) => readRegion(region, list)));
  return { listings, ...defined({ tenants }) };
}
