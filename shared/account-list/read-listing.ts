import { defined } from '../domain/defined.ts';
import { day } from '../domain/durations.ts';
import { type AccountList, describeOutcome } from './account-list.ts';
import { deleteListing, type ListingState, type ListingStorage, readListingState, writePage } from './listing-pages.ts';
import type { RateLimiter } from './rate-limiter.ts';

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
 * How reading the list of one Region ended. A partial list is never compared, because its missing part would look like
 * entries removed at SES.
 */
export type Listing =
  | CompleteListing
  /** Time ran out. The next run continues with the next page. */
  | { readonly kind: 'unfinished'; readonly count: number }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** SES has no such list: the tenant was deleted. */
      readonly isMissing?: true;
    };

/** All pages of the list are stored. */
export type CompleteListing = {
  readonly kind: 'complete';
  /** Changes after this time may or may not be in the listing. Epoch milliseconds. */
  readonly startedAt: number;
  readonly pages: number;
  /** Number of entries. */
  readonly count: number;
};

/** A listing that is older starts from the beginning. How long SES accepts a page token is not documented. */
const maxListingAgeMs = day;
const maxConsecutiveFailures = 3;
const maxRestarts = 3;

/** Reads the whole list of one Region and stores it, page by page. Continues where an earlier run had to stop. */
export async function readListing(dependencies: ListingDependencies): Promise<Listing> {
  const { region, list, rateLimiter, clock, progress } = dependencies;
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
    if (page.kind === 'not-found') return { kind: 'failed', reason: describeOutcome(page), isMissing: true };
    if (page.kind !== 'page') return { kind: 'failed', reason: describeOutcome(page) };
    failures = 0;
    const { startedAt, pages, count } = state;
    state = { startedAt, pages: pages + 1, count: count + page.entries.length, ...defined({ next: page.next }) };
    await writePage(dependencies, page.entries, state);
    progress(region, state.count);
  }
  const { startedAt, pages, count } = state;
  return { kind: 'complete', startedAt, pages, count };
}

async function readState(dependencies: ListingDependencies): Promise<ListingState> {
  const now = dependencies.clock();
  const state = await readListingState(dependencies);
  if (state !== undefined && state.startedAt > now - maxListingAgeMs) return state;
  await deleteListing(dependencies);
  return startState(now);
}

const startState = (startedAt: number): ListingState => ({ startedAt, pages: 0, count: 0 });
