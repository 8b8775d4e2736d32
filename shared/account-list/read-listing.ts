import * as z from 'zod/mini';
import { type Address, type AddressKey, parseAddress } from '../domain/address.ts';
import { day } from '../domain/durations.ts';
import { isSimulator } from '../domain/feedback/rate-exempt.ts';
import type { ListedAddress } from '../domain/suppression/adopted-event.ts';
import { type AccountList, describeOutcome } from './account-list.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** Where a listing that takes longer than its reader lives is kept: texts by name. */
export type ListingStorage = {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  /** It need not be there. */
  remove(name: string): Promise<void>;
};

export type ListingDependencies = {
  readonly region: string;
  readonly list: AccountList;
  readonly rateLimiter: RateLimiter;
  readonly storage: ListingStorage;
  readonly clock: () => number;
  /** Told after each page. */
  readonly progress: (region: string, entries: number) => void;
};

/** All that one Region's list holds, or why it is not known. There is nothing in between: half a list says that the other half is missing. */
export type Listing =
  | {
      readonly kind: 'complete';
      /** Epoch milliseconds: what was changed later may or may not be in it. */
      readonly startedAt: number;
      /** Whoever goes through it takes out what is done with. */
      readonly entries: Map<AddressKey, readonly ListedAddress[]>;
      readonly count: number;
      /** Entries that are no addresses to us, as SES has them. */
      readonly unreadable: readonly string[];
    }
  /** To be gone on with. */
  | { readonly kind: 'unfinished'; readonly count: number }
  | { readonly kind: 'failed'; readonly reason: string };

const stateSchema = z.object({
  startedAt: z.number(),
  pages: z.number(),
  count: z.number(),
  next: z.optional(z.string()),
});
type State = z.infer<typeof stateSchema>;

const pageSchema = z.array(
  z.object({ emailAddress: z.string(), reason: z.enum(['BOUNCE', 'COMPLAINT']), updatedAt: z.number() }),
);

/** A token of SES may last as long as that or not: nothing is documented. */
const stale = day;
const patience = 3;

/** Reads one Region's list to its end, page by page, or goes on where an earlier reading had to stop. */
export async function readListing(dependencies: ListingDependencies): Promise<Listing> {
  const { region, list, rateLimiter, storage, clock, progress } = dependencies;
  let state = await readState(dependencies);
  let [failures, restarts] = [0, 0];
  while (state.pages === 0 || state.next !== undefined) {
    const { next } = state;
    const page = await rateLimiter.run(() => list.list(next));
    if (page === undefined) return { kind: 'unfinished', count: state.count };
    if (page.kind === 'throttled') continue;
    // The token is of no use any more: from the beginning.
    if (page.kind === 'refused' && next !== undefined && restarts++ < patience) {
      state = begin(clock());
      await endListing(dependencies);
      continue;
    }
    if (page.kind === 'failed' && ++failures < patience) continue;
    if (page.kind !== 'page') return { kind: 'failed', reason: describeOutcome(page) };
    failures = 0;
    await storage.write(nameOf(region, state.pages), JSON.stringify(page.entries));
    const { next: _, ...before } = state;
    state = {
      ...before,
      pages: state.pages + 1,
      count: state.count + page.entries.length,
      ...(page.next !== undefined && { next: page.next }),
    };
    await storage.write(`${region}/state`, JSON.stringify(state));
    progress(region, state.count);
  }
  return gather(state, dependencies);
}

/** Forgets it, so that the next reading begins anew. Pages hold addresses: they are not left behind. */
export async function endListing({ region, storage }: Pick<ListingDependencies, 'region' | 'storage'>): Promise<void> {
  const state = readNote(stateSchema, await storage.read(`${region}/state`));
  await storage.remove(`${region}/state`);
  for (let page = 0; page < (state?.pages ?? 0); page++) await storage.remove(nameOf(region, page));
}

async function readState({ region, storage, clock }: ListingDependencies): Promise<State> {
  const state = readNote(stateSchema, await storage.read(`${region}/state`));
  if (state !== undefined && state.startedAt > clock() - stale) return state;
  await endListing({ region, storage });
  return begin(clock());
}

/** @returns `undefined` where there is none, or only a part of one */
function readNote<Note>(schema: z.ZodMiniType<Note>, text = ''): Note | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const begin = (startedAt: number): State => ({ startedAt, pages: 0, count: 0 });

function nameOf(region: string, page: number): string {
  return `${region}/page-${page}`;
}

async function gather({ startedAt, pages, count }: State, { region, storage }: ListingDependencies): Promise<Listing> {
  const entries = new Map<AddressKey, readonly ListedAddress[]>();
  const unreadable: string[] = [];
  for (let page = 0; page < pages; page++) {
    const kept = readNote(pageSchema, await storage.read(nameOf(region, page)));
    if (kept === undefined) {
      await endListing({ region, storage });
      return { kind: 'failed', reason: `page ${page + 1} of the listing is gone; the next run begins anew` };
    }
    for (const { emailAddress, reason, updatedAt } of kept) {
      const address = addressAs(emailAddress);
      if (address === undefined) {
        unreadable.push(emailAddress);
        continue;
      }
      // What the mailbox simulator leaves behind ends by itself.
      if (isSimulator(address.key)) continue;
      // A list that changes while it is paged can show an entry twice.
      const others = (entries.get(address.key) ?? []).filter((other) => other.address.original !== emailAddress);
      entries.set(address.key, [...others, { address, reason, updatedAt }]);
    }
  }
  return { kind: 'complete', startedAt, entries, count, unreadable };
}

/** SES gives the bare address, and what it gives is what it has to be asked for. */
function addressAs(original: string): Address | undefined {
  const key = parseAddress(original)?.key;
  return key && { key, original };
}
