import * as z from 'zod/mini';
import { type ListingStorage, parseStored } from './listing-pages.ts';
import { maxUnreadableShown, type UnreadableEntries } from './load-entries.ts';
import type { CompleteListing } from './read-listing.ts';

const count = z.number();
const findingsSchema = z.object({
  drift: z.object({
    'missing-here': count,
    'missing-at-ses': count,
    'still-at-ses': count,
    'removed-at-ses': count,
  }),
  unreadableCount: count,
  unreadable: z.array(z.string()),
});

/** What the comparison of one Region has found so far: drift, and entries that are not valid addresses. */
export type RegionFindings = z.infer<typeof findingsSchema>;

const progressSchema = z.object({
  /** Identifies what is compared: the listings, and the number of parts. */
  id: z.string(),
  partsCompared: count,
  recordCount: count,
  /** By Region. */
  findings: z.record(z.string(), findingsSchema),
});

/** How far the comparison of complete listings has come, over several runs. */
export type ReconcileProgress = z.infer<typeof progressSchema>;

const name = 'compared';

/** Returns the progress of a comparison that has not started. */
export function startProgress(
  listings: readonly (readonly [region: string, listing: CompleteListing])[],
  parts: number,
): ReconcileProgress {
  const id = JSON.stringify([parts, ...listings.map(([region, { startedAt, count }]) => [region, startedAt, count])]);
  return { id, partsCompared: 0, recordCount: 0, findings: {} };
}

/** Returns the progress of an earlier run of the same comparison, or the start. */
export async function readProgress(storage: ListingStorage, start: ReconcileProgress): Promise<ReconcileProgress> {
  const stored = parseStored(progressSchema, await storage.read(name));
  return stored?.id === start.id ? stored : start;
}

/** Stores the progress for the next run. */
export async function writeProgress(storage: ListingStorage, progress: ReconcileProgress): Promise<void> {
  await storage.write(name, JSON.stringify(progress));
}

/** Deletes the stored progress. */
export async function deleteProgress(storage: ListingStorage): Promise<void> {
  await storage.remove(name);
}

/** Adds the unreadable entries of one part to the findings of a Region, and returns those. */
export function addFindings(
  { findings }: ReconcileProgress,
  region: string,
  { unreadableCount, unreadable }: UnreadableEntries,
): RegionFindings {
  const found = findings[region] ?? noFindings();
  found.unreadableCount += unreadableCount;
  found.unreadable = [...found.unreadable, ...unreadable].slice(0, maxUnreadableShown);
  findings[region] = found;
  return found;
}

/** Returns the findings of a comparison that found nothing. */
export function noFindings(): RegionFindings {
  const drift = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };
  return { drift, unreadableCount: 0, unreadable: [] };
}
