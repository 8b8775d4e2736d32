import type { Policy } from '../domain/policy/policy.ts';
import { describeOutcome } from './account-list.ts';
import { type CompleteListing, type ListingDependencies, readListing } from './read-listing.ts';

/** How reading the lists of the tenants ended. */
export type TenantListings =
  /** Every list was read, or could not be. */
  | {
      readonly kind: 'complete';
      /** By tenant. */
      readonly listings: ReadonlyMap<string, CompleteListing>;
      /** Number of lists that could not be read, and why the first could not. */
      readonly failedCount: number;
      readonly reason?: string;
    }
  /** Time ran out. The next run continues with the next list. */
  | { readonly kind: 'unfinished'; readonly entries: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** Where the listing of a tenant is stored. */
export function tenantListingName(tenant: string): string {
  return `tenants/${tenant}`;
}

/**
 * Reads the lists of the tenants that have one of their own, one after the other, because all calls of a Region share one limit. Continues where
 * an earlier run had to stop.
 */
export async function readTenantListings(
  ownLists: Policy['tenants']['ownLists'],
  dependencies: Omit<ListingDependencies, 'region'>,
): Promise<TenantListings> {
  const names = await readNames(ownLists, dependencies);
  if (!('tenants' in names)) return names;
  const listings = new Map<string, CompleteListing>();
  let entries = 0;
  let failedCount = 0;
  let firstReason: string | undefined;
  for (const tenant of names.tenants) {
    const list = dependencies.list.ofTenant(tenant);
    const progress = (_: string, count: number) => dependencies.progress('tenants', entries + count);
    const listing = await readListing({ ...dependencies, list, region: tenantListingName(tenant), progress });
    if (listing.kind === 'unfinished') return { kind: 'unfinished', entries: entries + listing.count };
    if (listing.kind === 'complete') {
      listings.set(tenant, listing);
      entries += listing.count;
    } else if (!listing.isMissing) {
      failedCount++;
      firstReason ??= `${tenant}: ${listing.reason}`;
    }
  }
  return { kind: 'complete', listings, failedCount, ...(firstReason !== undefined && { reason: firstReason }) };
}

const maxConsecutiveFailures = 3;

/** Returns the tenants that the policy names, or all tenants of the account. */
async function readNames(
  ownLists: Policy['tenants']['ownLists'],
  { list, rateLimiter }: Omit<ListingDependencies, 'region'>,
): Promise<{ readonly tenants: readonly string[] } | Exclude<TenantListings, { kind: 'complete' }>> {
  if (!ownLists.includes('*')) return { tenants: ownLists };
  const tenants: string[] = [];
  let next: string | undefined;
  let [pages, failures] = [0, 0];
  while (pages === 0 || next !== undefined) {
    const page = await rateLimiter.run(() => list.listTenants(next));
    if (page === undefined) return { kind: 'unfinished', entries: 0 };
    if (page.kind === 'throttled') continue;
    if (page.kind === 'failed' && ++failures < maxConsecutiveFailures) continue;
    if (page.kind !== 'tenants') return { kind: 'failed', reason: describeOutcome(page) };
    [pages, failures] = [pages + 1, 0];
    tenants.push(...page.names);
    next = page.next;
  }
  return { tenants: tenants.sort() };
}
