import * as z from 'zod/mini';
import type { ListEntry } from './account-list.ts';

/** Stores texts by name, so that a later run can continue work that takes longer than one run. */
export type ListingStorage = {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** Removes a text. Does nothing if it does not exist. */
  remove(name: string): Promise<void>;
};

/** Where the listing of one Region is stored. */
export type StoredListing = { readonly region: string; readonly storage: ListingStorage };

const stateSchema = z.object({
  startedAt: z.number(),
  pages: z.number(),
  count: z.number(),
  next: z.optional(z.string()),
});

/** How far a list has been read. `next` is SES's token for the next page; missing before the first and after the last. */
export type ListingState = z.infer<typeof stateSchema>;

const reasonSchema = z.enum(['BOUNCE', 'COMPLAINT']);
const entrySchema = z.union([
  z.object({ emailAddress: z.string(), reason: reasonSchema, updatedAt: z.number() }),
  z.pipe(
    // As version 0.1.0 stored it.
    z.object({ spelling: z.string(), reason: reasonSchema, updatedAt: z.number() }),
    z.transform(({ spelling, ...rest }): ListEntry => ({ emailAddress: spelling, ...rest })),
  ),
]);
const pageSchema = z.array(entrySchema);

/** Number of pages to read at once. */
const pagesAtOnce = 8;

/** Returns how far the list has been read, or `undefined` if nothing, or nothing readable, is stored. */
export async function readListingState({ region, storage }: StoredListing): Promise<ListingState | undefined> {
  return parseStored(stateSchema, await storage.read(`${region}/state`));
}

/** Stores one more page, then the state that includes it: after a crash between the two, the page is read again. */
export async function writePage(
  { region, storage }: StoredListing,
  entries: readonly ListEntry[],
  state: ListingState,
): Promise<void> {
  await storage.write(pageName(region, state.pages - 1), JSON.stringify(entries));
  await storage.write(`${region}/state`, JSON.stringify(state));
}

/**
 * Yields the stored entries, page by page.
 *
 * @throws UnreadablePageError
 */
export async function* readPages(
  { region, storage }: StoredListing,
  { pages }: Pick<ListingState, 'pages'>,
): AsyncGenerator<readonly ListEntry[]> {
  for (let from = 0; from < pages; from += pagesAtOnce) {
    const numbers = Array.from({ length: Math.min(pagesAtOnce, pages - from) }, (_, i) => from + i);
    const texts = await Promise.all(numbers.map((page) => storage.read(pageName(region, page))));
    for (const [i, text] of texts.entries()) {
      const entries = parseStored(pageSchema, text);
      if (entries === undefined) throw new UnreadablePageError(from + i);
      yield entries;
    }
  }
}

/** A stored page is missing or damaged. */
export class UnreadablePageError extends Error {
  constructor(page: number) {
    super(`stored page ${page + 1} is missing or unreadable; the next run reads the list from the beginning`);
    this.name = 'UnreadablePageError';
  }
}

/**
 * Deletes the stored listing, so that the next run starts from the beginning and no addresses are left in the storage.
 */
export async function deleteListing(listing: StoredListing): Promise<void> {
  const state = await readListingState(listing);
  await listing.storage.remove(`${listing.region}/state`);
  for (let page = 0; page < (state?.pages ?? 0); page++) await listing.storage.remove(pageName(listing.region, page));
}

/** Parses a stored text. Returns `undefined` if it is missing, incomplete, or of another form. */
export function parseStored<Value>(schema: z.ZodMiniType<Value>, text = ''): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function pageName(region: string, page: number): string {
  return `${region}/page-${page}`;
}
