import { type AddressKey, domainOf, normaliseDomain } from '../domain/address.ts';
import { describeError } from '../domain/describe-error.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { maskAddress } from '../domain/mask-address.ts';
import { backOff } from '../domain/retry.ts';
import { desiredStateOf, encodeDesiredState, withSyncState } from '../domain/suppression/account-list-state.ts';
import { adoptedEvent, type ListedAddress } from '../domain/suppression/adopted-event.ts';
import { decide, withAddressVariant } from '../domain/suppression/decide.ts';
import { type Drift, driftOf } from '../domain/suppression/drift.ts';
import { derive, type SuppressionRecord } from '../domain/suppression/record.ts';
import { type RecordChange, type StoredRecord, StoreError } from '../domain/suppression/store.ts';
import { type CommitDependencies, commit } from '../ingest/commit.ts';
import type { AccountList } from './account-list.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { endListing, type Listing, type ListingStorage, readListing } from './read-listing.ts';

export type ReconcileDependencies = CommitDependencies & {
  /** By Region. */
  readonly lists: ReadonlyMap<string, AccountList>;
  readonly storage: ListingStorage;
  /** All records of the table, page by page. */
  readonly records: () => AsyncIterable<readonly StoredRecord[]>;
  /** Looks, and changes nothing. */
  readonly isDryRun: boolean;
  /** Milliseconds left to read the lists in, where that is less than to work in: what was read is to be made use of. */
  readonly remainingToRead?: () => number;
  readonly progress: (region: string, entries: number) => void;
};

/** How one Region's list and the table differed, and what was done about it. */
export type RegionReport = {
  readonly region: string;
  readonly state: Listing['kind'];
  /** Entries that were read. */
  readonly entries: number;
  readonly reason?: string;
  /** By kind of drift: how many addresses. */
  readonly drift: Readonly<Tally>;
  /** Entries SES holds that are no address to us: how many, and ten of them, masked. */
  readonly unreadableCount: number;
  readonly unreadable: readonly string[];
};

export type ReconcileReport = {
  readonly regions: readonly RegionReport[];
  /** Records that were looked at. */
  readonly recordCount: number;
  /** Changes that could not be made: the reason of the first. The next run makes them. */
  readonly failed: number;
  readonly error?: string;
  /** There was no time for all of it: the next run goes on with what was read. */
  readonly isCutShort?: boolean;
};

type Complete = Extract<Listing, { kind: 'complete' }>;
type Tally = Record<Exclude<Drift, 'none' | 'unrecorded'>, number>;

/** Events of one commit, and records of one write. */
const together = 90;

/**
 * Holds SES's own lists against the table, both ways: what SES has listed is adopted; what SES has lost, or has not let go, is put into
 * the outbox. Only ever adds to what is suppressed. Where a list could not be read to its end, nothing is done about that Region.
 */
export async function reconcile(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const { lists, storage, remaining } = dependencies;
  const listings = await Promise.all(
    [...lists].map(async ([region, list]) => {
      const rateLimiter = createRateLimiter({
        ...dependencies,
        remaining: dependencies.remainingToRead ?? dependencies.remaining,
      });
      const reading = readListing({ ...dependencies, region, list, rateLimiter });
      // Notes that cannot be kept for one Region hold up no other.
      const listing = await reading.catch((error): Listing => ({ kind: 'failed', reason: describeError(error) }));
      return { region, listing };
    }),
  );
  const complete = listings.flatMap(({ region, listing }) =>
    listing.kind === 'complete' ? [{ region, listing, tally: emptyTally() }] : [],
  );
  const work = createWork(dependencies);
  let recordCount = 0;
  let isCutShort = false;
  if (complete.length > 0) {
    for await (const page of dependencies.records()) {
      if (isCutShort) break;
      recordCount += page.length;
      for (const one of page) {
        isCutShort ||= remaining() <= 0;
        if (isCutShort) break;
        compare(one, complete, work, dependencies);
        await work.flush(together);
      }
    }
    for (const { listing, tally } of complete) {
      for (const entries of listing.entries.values()) {
        // Without the whole table, what is left in the listing may be in it.
        isCutShort ||= remaining() <= 0;
        if (isCutShort) break;
        tally['missing-here']++;
        work.adopt(entries);
        await work.flush(together);
      }
    }
    // What is gathered is found again by the next run; to begin on it now would only be called a failure.
    if (!isCutShort) await work.flush();
    if (work.failed() === 0 && !isCutShort) for (const { region } of complete) await endListing({ region, storage });
  }
  const regions = listings.map(({ region, listing }) =>
    report(region, listing, complete.find((one) => one.region === region)?.tally),
  );
  const error = work.fault();
  return {
    regions,
    recordCount,
    failed: work.failed(),
    ...(error !== undefined && { error }),
    ...(isCutShort && { isCutShort }),
  };
}

function compare(
  held: StoredRecord,
  complete: readonly { region: string; listing: Complete; tally: Tally }[],
  work: Work,
  { policy, clock, lists }: ReconcileDependencies,
): void {
  const now = clock();
  const isAllKnown = complete.length === lists.size;
  let record = held.record;
  const all = complete.map((one) => ({ ...one, entries: one.listing.entries.get(record.address) ?? [] }));
  for (const { region, listing, tally, entries } of all) {
    // What is left in the end is in no record.
    listing.entries.delete(record.address);
    const drift = driftOf(held.record, entries, { region, startedAt: listing.startedAt, policy, now });
    if (drift === 'missing-here') {
      const news = entries.filter(
        (entry) => decide(held.record, adoptedEvent(entry), policy, now).record !== held.record,
      );
      if (news.length > 0) tally[drift]++;
      work.adopt(news);
      continue;
    }
    // What is to be deleted, now or one day, may have been left because nobody knew how SES writes it.
    for (const { address } of entries) record = withAddressVariant(record, address.original);
    if (drift === 'none') continue;
    const wish = desiredStateOf(record);
    if (drift === 'unrecorded') {
      record = withSyncState(record, region, {
        value: wish?.kind === 'unlisted' ? encodeDesiredState(wish, record.addressVariants) : 'held',
        at: now,
      });
      continue;
    }
    // It may be held for what another Region lists.
    if (drift === 'removed-at-ses' && all.some((one) => one.entries.length > 0)) continue;
    tally[drift]++;
    if (drift === 'missing-at-ses') record = withSyncState(record, region, { value: 'absent', at: now });
    if (drift === 'still-at-ses') record = withSyncState(record, region, { value: 'held', at: now });
  }
  const next = derive(record, policy);
  // The mark may also be another because the policy was when the record was written. Of a Region whose list is not known nothing is.
  const isMarked = JSON.stringify(next.pendingSync) === JSON.stringify(held.record.pendingSync);
  if (record !== held.record || (!isMarked && isAllKnown)) work.write(next, held);
}

type Work = ReturnType<typeof createWork>;

/** Gathers changes and makes them by the dozen. In a dry run it makes none. */
function createWork(dependencies: ReconcileDependencies) {
  const { store, isDryRun } = dependencies;
  let events: RecipientEvent[] = [];
  let changes: RecordChange[] = [];
  let failed = 0;
  let fault: string | undefined;
  const fail = (reason: string, times = 1) => {
    failed += times;
    fault ??= reason;
  };
  async function write(some: readonly RecordChange[]): Promise<void> {
    try {
      if (!(await backOff(0, dependencies))) return fail('out of time', some.length);
      const outcome = await store.write({ changes: some, counts: [] });
      if (outcome.kind === 'written') return;
      // One that was written meanwhile has its own marks; the next run looks at it again.
      if (some.length === 1) for (const reason of outcome.rejected.values()) fail(reason);
      else for (const one of some) await write([one]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      fail(error.message, some.length);
    }
  }
  return {
    adopt(entries: readonly ListedAddress[]): void {
      if (!isDryRun) events.push(...entries.map(adoptedEvent));
    },
    write(record: SuppressionRecord, stored: StoredRecord): void {
      if (!isDryRun) changes.push({ record, stored });
    },
    /** Once there are so many. The records go first, as they were read: an event is decided on what it then finds. */
    async flush(atLeast = 1): Promise<void> {
      if (changes.length + events.length < atLeast) return;
      if (changes.length > 0) await write(changes);
      const results = await commit(events, dependencies);
      [changes, events] = [[], []];
      for (const result of results.values()) if (result.kind === 'failed') fail(result.reason);
    },
    failed: () => failed,
    fault: () => fault,
  };
}

const emptyTally = (): Tally => ({ 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 });

function report(region: string, listing: Listing, tally = emptyTally()): RegionReport {
  const common = { region, state: listing.kind, drift: tally, unreadableCount: 0, unreadable: [] };
  if (listing.kind === 'failed') return { ...common, entries: 0, reason: listing.reason };
  if (listing.kind === 'unfinished') return { ...common, entries: listing.count };
  const { count: entries, unreadable } = listing;
  return { ...common, entries, unreadableCount: unreadable.length, unreadable: unreadable.slice(0, 10).map(masked) };
}

/** What is no address may be text of a stranger: all of it but a sound domain stays out of reports. */
function masked(spelling: string): string {
  const domain = spelling.includes('@') ? normaliseDomain(domainOf(spelling)) : undefined;
  return domain === undefined ? '***' : maskAddress(`${spelling.slice(0, 64)}@${domain}` as AddressKey);
}
