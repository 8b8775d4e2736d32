import { describeError } from '../domain/describe-error.ts';
import type { CommitDependencies } from '../ingest/commit.ts';
import type { AccountList } from './account-list.ts';
import { createChangeBatch } from './change-batch.ts';
import { type ComparisonDependencies, compareLists, type LoadedRegion } from './compare-lists.ts';
import { deleteListing, type ListingStorage, UnreadablePageError } from './listing-pages.ts';
import { loadEntries, type Part, type UnreadableEntries } from './load-entries.ts';
import { createPackedEntries, type PackedEntries } from './packed-entries.ts';
import type { CompleteListing, Listing } from './read-listing.ts';
import { addFindings, type RegionFindings, readProgress, startProgress, writeProgress } from './reconcile-progress.ts';
import type { ReconcileReport } from './reconcile-report.ts';

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

export type ComparedParts = Omit<ReconcileReport, 'regions'> & {
  /** What was found, by Region. */
  readonly findings: Readonly<Record<string, RegionFindings>>;
};

/**
 * Compares the complete lists with the table, part by part. Continues with the part in which an earlier run had to
 * stop. If a stored list turns out to be damaged, the reason takes its place in `listings`.
 */
export async function compareInParts(
  listings: Map<string, Listing>,
  dependencies: PartsDependencies,
): Promise<ComparedParts> {
  const { lists, storage, isDryRun, entriesAtOnce = 1_000_000 } = dependencies;
  const batch = createChangeBatch(dependencies);
  const complete = completeOf(listings);
  const total = complete.reduce((sum, [, { count }]) => sum + count, 0);
  const parts = complete.length === 0 ? 0 : Math.max(1, Math.ceil(total / entriesAtOnce));
  const start = startProgress(complete, parts);
  const progress = isDryRun ? start : await readProgress(storage, start);
  // The parts of a list use the same memory, one after the other.
  const memory = new Map(complete.map(([region]) => [region, createPackedEntries()]));
  const outcome = (isCutShort: boolean): ComparedParts => ({
    recordCount: progress.recordCount,
    findings: progress.findings,
    ...batch.failures(),
    ...(isCutShort && { isCutShort }),
  });
  for (let index = progress.partsCompared; index < parts; index++) {
    const part = { index, of: parts };
    const regions: LoadedRegion[] = [];
    for (const [region, listing] of completeOf(listings)) {
      const entries = memory.get(region) as PackedEntries;
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
    const { recordCount, isCutShort } = await compareLists(part, regions, { ...dependencies, batch, isEveryListKnown });
    progress.recordCount += recordCount;
    if (isCutShort) return outcome(isCutShort);
    progress.partsCompared = index + 1;
    // A change that could not be saved is made by the next run, which repeats this part.
    const isSaved = batch.failures().failed === 0 && !isDryRun;
    if (isSaved && progress.partsCompared < parts) await writeProgress(storage, progress);
  }
  return outcome(false);
}

async function loadPart(
  entries: PackedEntries,
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
