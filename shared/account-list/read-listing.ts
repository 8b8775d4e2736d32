import * as z from 'zod/mini';
import { type Address, type AddressKey, parseAddress } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import { day } from '../domain/durations.ts';
import { isSimulator } from '../domain/feedback/mailbox-simulator.ts';
import type { ListedAddress } from '../domain/suppression/adopted-event.ts';
import { type AccountList, describeOutcome, type ListEntry } from './account-list.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** Stores the pages of a listing by name, so that a later run can continue a listing that takes longer than one run. */
export type ListingStorage = {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** Removes a text. Does nothing if it does not exist. */
  remove(name: string): Promise<void>;
};

export type ListingDependencies = {
  readonly region: string;
  readonly list: AccountList;
  readonly rateLimiter: RateLimiter;
  readonly storage: ListingStorage;
  /** Returns epoch milliseconds. */
  readonly clock: () => number;
  /** Called after each page with the number of entries read so far. */
  readonly progress: (region: string, entries: number) => void;
};

/**
 * The complete list of one Region, or the reason why it is not available. A partial list is never returned, because its
 * missing part would look like entries removed at SES.
 */
export type Listing =
  | CompleteListing
  /** Time ran out. The next run continues with the next page. */
  | { readonly kind: 'unfinished'; readonly count: number }
  | { readonly kind: 'failed'; readonly reason: string };

export type CompleteListing = {
  readonly kind: 'complete';
  /** Changes after this time may or may not be in the listing. Epoch milliseconds. */
  readonly startedAt: number;
  /** The entries by address. A caller removes those it has processed. */
  readonly entries: Map<AddressKey, readonly ListedAddress[]>;
  readonly count: number;
  /** Entries that are not valid addresses, exactly as SES returns them. */
  readonly unreadable: readonly string[];
};

const stateSchema = z.object({
  startedAt: z.number(),
  pages: z.number(),
  count: z.number(),
  next: z.optional(z.string()),
});
type ListingState = z.infer<typeof stateSchema>;

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

/** A listing that is older starts from the beginning. How long SES accepts a page token is not documented. */
const maxListingAgeMs = day;
const maxConsecutiveFailures = 3;
const maxRestarts = 3;

/** Reads the whole list of one Region, page by page. Continues where an earlier run had to stop. */
export async function readListing(dependencies: ListingDependencies): Promise<Listing> {
  const { region, list, rateLimiter, storage, clock, progress } = dependencies;
  let state = await readState(dependencies);
  let [failures, restarts] = [0, 0];
  while (state.pages === 0 || state.next !== undefined) {
    const { next } = state;
    const page = await rateLimiter.run(() => list.list(next));
    if (page === undefined) return { kind: 'unfinished', count: state.count };
    if (page.kind === 'throttled') continue;
    // The page token is no longer valid: start from the beginning.
    if (page.kind === 'rejected' && next !== undefined && restarts++ < maxRestarts) {
      state = startState(clock());
      await deleteListing(dependencies);
      continue;
    }
    if (page.kind === 'failed' && ++failures < maxConsecutiveFailures) continue;
    if (page.kind !== 'page') return { kind: 'failed', reason: describeOutcome(page) };
    failures = 0;
    await storage.write(pageName(region, state.pages), JSON.stringify(page.entries));
    const { next: _, ...previous } = state;
    state = {
      ...previous,
      pages: state.pages + 1,
      count: state.count + page.entries.length,
      ...defined({ next: page.next }),
    };
    await storage.write(`${region}/state`, JSON.stringify(state));
    progress(region, state.count);
  }
  return collectEntries(state, dependencies);
}

/**
 * Deletes the stored listing, so that the next run starts from the beginning and no addresses are left in the storage.
 */
export async function deleteListing({
  region,
  storage,
}: Pick<ListingDependencies, 'region' | 'storage'>): Promise<void> {
  const state = parseStored(stateSchema, await storage.read(`${region}/state`));
  await storage.remove(`${region}/state`);
  for (let page = 0; page < (state?.pages ?? 0); page++) await storage.remove(pageName(region, page));
}

async function readState({ region, storage, clock }: ListingDependencies): Promise<ListingState> {
  const state = parseStored(stateSchema, await storage.read(`${region}/state`));
  if (state !== undefined && state.startedAt > clock() - maxListingAgeMs) return state;
  await deleteListing({ region, storage });
  return startState(clock());
}

/** Returns `undefined` if the text is missing or incomplete. */
function parseStored<Value>(schema: z.ZodMiniType<Value>, text = ''): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const startState = (startedAt: number): ListingState => ({ startedAt, pages: 0, count: 0 });

function pageName(region: string, page: number): string {
  return `${region}/page-${page}`;
}

async function collectEntries(
  { startedAt, pages, count }: ListingState,
  { region, storage }: ListingDependencies,
): Promise<Listing> {
  const entries = new Map<AddressKey, readonly ListedAddress[]>();
  const unreadable: string[] = [];
  for (let page = 0; page < pages; page++) {
    const stored = parseStored(pageSchema, await storage.read(pageName(region, page)));
    if (stored === undefined) {
      await deleteListing({ region, storage });
      const reason = `stored page ${page + 1} is missing or unreadable; the next run reads the list from the beginning`;
      return { kind: 'failed', reason };
    }
    for (const { emailAddress, reason, updatedAt } of stored) {
      const address = toAddress(emailAddress);
      if (address === undefined) {
        unreadable.push(emailAddress);
        continue;
      }
      // Entries of the mailbox simulator disappear by themselves, while an adopted suppression would be permanent.
      if (isSimulator(address.key)) continue;
      // A list that changes between two pages can return the same entry twice.
      const others = (entries.get(address.key) ?? []).filter((other) => other.address.original !== emailAddress);
      entries.set(address.key, [...others, { address, reason, updatedAt }]);
    }
  }
  return { kind: 'complete', startedAt, entries, count, unreadable };
}

/** Keeps the address exactly as SES returns it: calls to SES about the entry have to use the same text. */
function toAddress(original: string): Address | undefined {
  const key = parseAddress(original)?.key;
  return key && { key, original };
}
