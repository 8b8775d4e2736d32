import { type CommitDependencies, commit } from '../commit.ts';
import { type AddressKey, maskAddress } from '../feedback/address.ts';
import { decide } from '../feedback/decide.ts';
import { type ListedEntry, listedEvent } from '../feedback/listed-event.ts';
import { withTold } from '../feedback/mirror.ts';
import type { RecipientEvent } from '../feedback/recipient-event.ts';
import { derive, type SuppressionRecord } from '../feedback/suppression-record.ts';
import type { Held } from '../suppression-store.ts';
import type { AccountList } from './account-list.ts';
import { type Drift, driftOf } from './drift.ts';
import { endListing, type Listing, type Notes, readListing } from './listing.ts';
import { createPace } from './pace.ts';

export type ReconcileDependencies = CommitDependencies & {
  /** By Region. */
  readonly lists: ReadonlyMap<string, AccountList>;
  readonly notes: Notes;
  /** All records of the table, page by page. */
  readonly records: () => AsyncIterable<readonly Held[]>;
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
  readonly drift: Readonly<Record<Exclude<Drift, 'none'>, number>>;
  /** Entries SES holds that are no address to us, masked; at most ten of them. */
  readonly unreadable: readonly string[];
};

export type ReconcileReport = {
  readonly regions: readonly RegionReport[];
  /** Records that were looked at. */
  readonly held: number;
  /** Changes that could not be made: the reason of the first. The next run makes them. */
  readonly failed: number;
  readonly fault?: string;
};

type Complete = Extract<Listing, { kind: 'complete' }>;
type Tally = Record<Exclude<Drift, 'none'>, number>;

/** Events of one commit, and records of one write. */
const together = 90;

/**
 * Holds SES's own lists against the table, both ways: what SES has listed is adopted; what SES has lost, or has not let go, is put into
 * the outbox. Only ever adds to what is suppressed. Where a list could not be read to its end, nothing is done about that Region.
 */
export async function reconcile(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const { lists, notes, isDryRun } = dependencies;
  const listings = new Map<string, Listing>();
  await Promise.all(
    [...lists].map(async ([region, list]) => {
      const pace = createPace({ ...dependencies, remaining: dependencies.remainingToRead ?? dependencies.remaining });
      listings.set(region, await readListing({ ...dependencies, region, list, pace }));
    }),
  );
  const complete = [...listings].flatMap(([region, listing]) =>
    listing.kind === 'complete' ? [{ region, listing, tally: emptyTally() }] : [],
  );
  const work = createWork(dependencies);
  let held = 0;
  if (complete.length > 0) {
    for await (const page of dependencies.records()) {
      held += page.length;
      for (const one of page) await compare(one, complete, work, dependencies);
    }
    for (const { listing, tally } of complete) {
      for (const entries of listing.entries.values()) {
        tally['not here']++;
        await work.adopt(entries);
      }
    }
    await work.end();
    if (!isDryRun && work.failed() === 0) for (const { region } of complete) await endListing({ region, notes });
  }
  const regions = [...listings].map(([region, listing]) =>
    report(region, listing, complete.find((one) => one.region === region)?.tally),
  );
  const fault = work.fault();
  return { regions, held, failed: work.failed(), ...(fault !== undefined && { fault }) };
}

async function compare(
  held: Held,
  complete: readonly { region: string; listing: Complete; tally: Tally }[],
  work: Work,
  { policy, clock }: ReconcileDependencies,
): Promise<void> {
  const now = clock();
  let record = held.record;
  for (const { region, listing, tally } of complete) {
    const entries = listing.entries.get(record.address) ?? [];
    // What is left in the end is in no record.
    listing.entries.delete(record.address);
    const drift = driftOf(held.record, entries, { region, startedAt: listing.startedAt, policy, now });
    if (drift === 'none') continue;
    if (drift === 'not here') {
      // What was let go stays so, whoever holds the entry, unless SES has listed it since.
      const news = entries.filter(
        (entry) => decide(held.record, listedEvent(entry), policy, now).record !== held.record,
      );
      if (news.length > 0) tally[drift]++;
      await work.adopt(news);
      continue;
    }
    tally[drift]++;
    if (drift === 'not at SES') record = withTold(record, region, { says: 'absent', at: now });
    if (drift === 'left at SES') record = withTold(record, region, { says: 'held', at: now });
  }
  const next = derive(record, policy);
  // The mark may also be missing because the policy was another when the record was written.
  const isMarked = JSON.stringify(next.mirror) === JSON.stringify(held.record.mirror);
  if (record !== held.record || !isMarked) await work.write(next, held);
}

type Work = ReturnType<typeof createWork>;

/** Gathers changes and makes them by the dozen. In a dry run it makes none. */
function createWork(dependencies: ReconcileDependencies) {
  const { store, isDryRun } = dependencies;
  let events: RecipientEvent[] = [];
  let failed = 0;
  let fault: string | undefined;
  const fail = (reason: string) => {
    failed++;
    fault ??= reason;
  };
  async function flush(): Promise<void> {
    const results = await commit(events, dependencies);
    events = [];
    for (const result of results.values()) if (result.kind === 'failed') fail(result.reason);
  }
  return {
    async adopt(entries: readonly ListedEntry[]): Promise<void> {
      if (isDryRun) return;
      events.push(...entries.map(listedEvent));
      if (events.length >= together) await flush();
    },
    async write(record: SuppressionRecord, held: Held): Promise<void> {
      if (isDryRun) return;
      // A record that was written meanwhile has its own marks; the next run looks at it again.
      await store.write({ changes: [{ record, held }], counts: [] });
    },
    end: flush,
    failed: () => failed,
    fault: () => fault,
  };
}

const emptyTally = (): Tally => ({ 'not here': 0, 'not at SES': 0, 'left at SES': 0, 'gone from SES': 0 });

function report(region: string, listing: Listing, tally = emptyTally()): RegionReport {
  const common = { region, state: listing.kind, drift: tally };
  if (listing.kind === 'failed') return { ...common, entries: 0, reason: listing.reason, unreadable: [] };
  if (listing.kind === 'unfinished') return { ...common, entries: listing.count, unreadable: [] };
  const unreadable = listing.unreadable.map((spelling) => maskAddress(spelling as AddressKey));
  return { ...common, entries: listing.count, unreadable: unreadable.slice(0, 10) };
}
