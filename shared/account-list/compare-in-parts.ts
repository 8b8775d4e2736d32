import { defined } from '../domain/defined.ts';
import { describeError } from '../domain/describe-error.ts';
import { listOfTenant } from '../domain/suppression/list-name.ts';
import type { CommitDependencies } from '../ingest/commit.ts';
import type { AccountList } from './account-list.ts';
import { createChangeBatch } from './change-batch.ts';
import { type ComparisonDependencies, compareLists, type LoadedRegion, type LoadedTenants } from './compare-lists.ts';
import { deleteListing, type ListingStorage, UnreadablePageError } from './listing-pages.ts';
import { loadEntries, type Part, type UnreadableEntries } from './load-entries.ts';
import { createPackedEntries, type PackedEntries } from './packed-entries.ts';
import type { CompleteListing, Listing } from './read-listing.ts';
import { type TenantListings, tenantListingName } from './read-tenant-listings.ts';
import {
  addFindings,
  type ReconcileProgress,
  type RegionFindings,
  readProgress,
  startProgress,
  writeProgress,
} from './reconcile-progress.ts';
import type { ReconcileReport } from './reconcile-report.ts';
import { createTenantEntries, type TenantEntries } from './tenant-entries.ts';

export type PartsDependencies = CommitDependencies & {
  /** The lists to reconcile, by Region. */
  readonly lists: ReadonlyMap<string, AccountList>;
  readonly storage: ListingStorage;
  readonly records: ComparisonDependencies['records'];
  /** Compares without changing anything. */
  readonly isDryRun: boolean;
  /**
   * Number of entries to keep in memory at once. Longer lists are compared in parts, each of which reads the whole
   * table: reading a million records costs one or two cents.
   * @default 1 million
   */
  readonly entriesAtOnce?: number;
};

/** How reading the lists ended: the account's by Region, and those of the tenants, if they have any. */
export type Listings = { readonly listings: Map<string, Listing>; readonly tenants?: TenantListings };

export type ComparedParts = Omit<ReconcileReport, 'regions' | 'tenants'> & {
  /** What was found, by Region. */
  readonly findings: Readonly<Record<string, RegionFindings>>;
  /** What was found in the lists of the tenants. */
  readonly tenantFindings?: RegionFindings;
};

/** The findings of the tenants' lists are stored with those of the Regions. */
const tenantsKey = 'tenants';

/**
 * Compares the complete lists with the table, part by part. Continues with the part in which an earlier run had to
 * stop. If a stored list turns out to be damaged, the reason takes its place in `listings`.
 */
export async function compareInParts(
  { listings, tenants }: Listings,
  dependencies: PartsDependencies,
): Promise<ComparedParts> {
  const { lists, storage, isDryRun, entriesAtOnce = 1_000_000 } = dependencies;
  const batch = createChangeBatch(dependencies);
  const complete = completeOf(listings);
  const ofTenants = completeTenantsOf(tenants);
  const all = [...complete, ...[...ofTenants].map(([name, listing]) => [tenantListingName(name), listing] as const)];
  const total = all.reduce((sum, [, { count }]) => sum + count, 0);
  const parts = complete.length === 0 ? 0 : Math.max(1, Math.ceil(total / entriesAtOnce));
  const start = startProgress(all, parts);
  const progress = isDryRun ? start : await readProgress(storage, start);
  // The parts of a list use the same memory, one after the other.
  const memory = new Map(complete.map(([region]) => [region, createPackedEntries()]));
  const tenantEntries = ofTenants.size > 0 ? createTenantEntries() : undefined;
  const outcome = (isCutShort: boolean): ComparedParts => ({
    recordCount: progress.recordCount,
    findings: progress.findings,
    ...defined({ tenantFindings: progress.findings[tenantsKey] }),
    ...batch.failures(),
    ...(isCutShort && { isCutShort }),
  });
  for (let index = progress.partsCompared; index < parts; index++) {
    const part = { index, of: parts };
    const regions: LoadedRegion[] = [];
    for (const [region, listing] of completeOf(listings)) {
      const entries = memory.get(region) as PackedEntries;
      entries.clear();
      const loaded = await loadPart(entries, region, listing, part, storage);
      if ('kind' in loaded) {
        listings.set(region, loaded);
        continue;
      }
      const { drift } = addFindings(progress, region, loaded);
      regions.push({ region, startedAt: listing.startedAt, entries, drift });
    }
    if (regions.length === 0) break;
    const isEveryListKnown = regions.length === lists.size;
    const loadedTenants = tenantEntries && (await loadTenants(tenantEntries, ofTenants, part, { storage, progress }));
    const loaded = { regions, ...defined({ tenants: loadedTenants }) };
    const { recordCount, isCutShort } = await compareLists(part, loaded, { ...dependencies, batch, isEveryListKnown });
    progress.recordCount += recordCount;
    if (isCutShort) return outcome(isCutShort);
    progress.partsCompared = index + 1;
    // A change that could not be saved is made by the next run, which repeats this part.
    const isSaved = batch.failures().failed === 0 && !isDryRun;
    if (isSaved && progress.partsCompared < parts) await writeProgress(storage, progress);
  }
  return outcome(false);
}

/** Loads one part of each tenant's list. A list whose pages are damaged is left out: the next run reads it again. */
async function loadTenants(
  entries: TenantEntries,
  listings: ReadonlyMap<string, CompleteListing>,
  part: Part,
  { storage, progress }: { readonly storage: ListingStorage; readonly progress: ReconcileProgress },
): Promise<LoadedTenants> {
  entries.clear();
  const startedAt = new Map<string, number>();
  const { drift } = addFindings(progress, tenantsKey, { unreadableCount: 0, unreadable: [] });
  for (const [tenant, listing] of listings) {
    const loaded = await loadPart(entries.of(tenant), tenantListingName(tenant), listing, part, storage);
    if ('kind' in loaded) continue;
    addFindings(progress, tenantsKey, loaded);
    startedAt.set(listOfTenant(tenant), listing.startedAt);
  }
  return { startedAt, entries, drift };
}

async function loadPart(
  entries: Pick<PackedEntries, 'add'>,
  region: string,
  listing: CompleteListing,
  part: Part,
  storage: ListingStorage,
): Promise<UnreadableEntries | Listing> {
  try {
    return await loadEntries(entries, { region, storage }, listing, part);
  } catch (error) {
    if (!(error instanceof UnreadablePageError)) return { kind: 'failed', reason: describeError(error) };
    await deleteListing({ region, storage });
    return { kind: 'failed', reason: error.message };
  }
}

/** Returns the listings that are complete, by Region. */
export function completeOf(
  listings: ReadonlyMap<string, Listing>,
): readonly (readonly [region: string, listing: CompleteListing])[] {
  return [...listings].flatMap(([region, listing]) =>
    listing.kind === 'complete' ? [[region, listing] as const] : [],
  );
}

/** Returns the listings of tenants' lists that are complete, by tenant. */
export function completeTenantsOf(tenants: TenantListings | undefined): ReadonlyMap<string, CompleteListing> {
  return tenants?.kind === 'complete' ? tenants.listings : new Map();
}
