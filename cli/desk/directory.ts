import { setTimeout as sleep } from 'node:timers/promises';
import type { SuppressedAddress } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { domainOf } from '../../shared/domain/address.ts';
import { day, minute } from '../../shared/domain/durations.ts';
import { providerOf } from '../../shared/domain/feedback/mailbox-provider.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';

/** Which suppressed addresses a page shows. What is missing matches all. */
export type DirectoryFilter = {
  /** The start of the address, or a part of it. */
  readonly text?: string;
  readonly reason?: Reason;
  /** As the table of domains names it: `gmail`. */
  readonly provider?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
};

export type DirectoryCount = { readonly value: string; readonly count: number };

export type DirectoryAnswer = {
  readonly found: readonly SuppressedAddress[];
  readonly counts: Readonly<Record<'reason' | 'provider' | 'day', readonly DirectoryCount[]>>;
};

export type DirectoryState = {
  readonly count: number;
  readonly isComplete: boolean;
  readonly readAt: number | undefined;
};

/**
 * The suppressed addresses of the account, in memory: what a page lists, counts and searches, without an index for each of these. A table of a million
 * addresses is read in half a minute, for half a cent; an index by address would cost a write unit for each suppression, for ever.
 */
export type Directory = {
  /**
   * Reads the table again. A small one is read before the promise resolves. A large one is read in the background, and only if it was not read lately.
   *
   * @param maxAgeMs what was read this lately is not read again. @default 0
   */
  refresh(maxAgeMs?: number): Promise<void>;
  state(): DirectoryState;
  /** Returns the addresses that match, newest first, and how many there are of each reason, provider and day. */
  find(filter: DirectoryFilter): DirectoryAnswer;
  /** Returns addresses that begin with a text, in the order of the alphabet. */
  suggest(text: string, limit: number): string[];
  /** Takes out addresses that were released. */
  forget(addresses: readonly string[]): void;
  /** Waits until everything is read. */
  complete(): Promise<void>;
};

/** A table that is read in this time is small. */
const smallMs = 500;
/** Of more addresses, the newest are kept: about 500 MB. */
const maxAddresses = 3_000_000;

type Reading = {
  readonly first: Promise<void>;
  readonly all: Promise<void>;
  /** What was released since it began: it may have read them before. */
  readonly forgotten: Set<string>;
};

type Read = (period: { since: number; until: number }) => AsyncIterable<readonly SuppressedAddress[]>;

export function createDirectory(read: Read, clock: () => number): Directory {
  let entries: SuppressedAddress[] = [];
  let sorted: string[] | undefined;
  let readAt: number | undefined;
  let isComplete = false;
  let tookMs = 0;
  let reading: Reading | undefined;
  let failure: unknown;

  function start(): void {
    let onFirst = () => {};
    const first = new Promise<void>((resolve) => {
      onFirst = resolve;
    });
    const began = performance.now();
    const forgotten = new Set<string>();
    const isFirstTime = readAt === undefined;
    const all = (async () => {
      const found: SuppressedAddress[] = [];
      let isCut = false;
      for await (const page of read({ since: 0, until: clock() + day })) {
        for (const one of page) found.push(one);
        // The first time, a page shows what is there. Later, what was read before is better than a part.
        if (isFirstTime) [entries, sorted] = [found, undefined];
        onFirst();
        isCut = found.length >= maxAddresses;
        if (isCut) break;
      }
      entries = found.filter(({ address }) => !forgotten.has(address));
      [sorted, isComplete, readAt, tookMs] = [undefined, !isCut, clock(), performance.now() - began];
    })().finally(() => {
      reading = undefined;
      onFirst();
    });
    // A page may wait for the start only. It learns of a later error when it is loaded again.
    all.catch((error: unknown) => {
      failure = error;
    });
    reading = { first, all, forgotten };
  }

  /** An error is thrown once: the next page tries again. */
  function throwFailure(): void {
    const error = failure;
    failure = undefined;
    if (error !== undefined) throw error;
  }

  return {
    async refresh(maxAgeMs = 0) {
      throwFailure();
      const age = readAt === undefined ? Number.POSITIVE_INFINITY : clock() - readAt;
      const isSmall = tookMs < smallMs;
      if (reading === undefined && age >= (isSmall ? maxAgeMs : Math.max(maxAgeMs, minute, 10 * tookMs))) start();
      const ended = reading?.all.catch(() => {});
      // The first time, a small table is read within this time, and a large one shows its first page.
      if (readAt === undefined && reading !== undefined)
        await Promise.race([ended, Promise.all([reading.first, sleep(smallMs, undefined, { ref: false })])]);
      else if (isSmall) await ended;
      throwFailure();
    },
    async complete() {
      await this.refresh();
      await reading?.all;
    },
    state: () => ({ count: entries.length, isComplete, readAt }),
    find(filter) {
      const matches = matcherOf(filter);
      const found: SuppressedAddress[] = [];
      const [byReason, byDomain, byDay] = [
        new Map<Reason, number>(),
        new Map<string, number>(),
        new Map<number, number>(),
      ];
      for (const one of entries) {
        if (!matches(one)) continue;
        found.push(one);
        increment(byReason, one.reason);
        increment(byDomain, domainOf(one.address));
        increment(byDay, Math.floor(one.since / day));
      }
      // There are far fewer domains than addresses, and the provider of each is looked up once.
      const byProvider = new Map<string, number>();
      for (const [domain, count] of byDomain) increment(byProvider, providerOf(domain), count);
      const days = [...byDay].sort(([a], [b]) => b - a);
      return {
        found,
        counts: {
          reason: largestFirst(byReason),
          provider: largestFirst(byProvider),
          day: days.map(([one, count]) => ({ value: formatTimestamp(one * day).slice(0, 10), count })),
        },
      };
    },
    suggest(text, limit) {
      sorted ??= entries.map(({ address }) => address as string).sort();
      return startingWith(sorted, text.trim().toLowerCase(), limit);
    },
    forget(addresses) {
      const gone = new Set(addresses);
      for (const address of gone) reading?.forgotten.add(address);
      entries = entries.filter((one) => !gone.has(one.address));
      sorted = undefined;
    },
  };
}

function increment<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function largestFirst(counts: ReadonlyMap<string, number>): DirectoryCount[] {
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

function matcherOf({ text = '', reason, provider, since = 0 }: DirectoryFilter): (one: SuppressedAddress) => boolean {
  const part = text.trim().toLowerCase();
  return (one) =>
    (reason === undefined || one.reason === reason) &&
    one.since >= since &&
    (part === '' || one.address.includes(part)) &&
    (provider === undefined || providerOf(domainOf(one.address)) === provider);
}

/** Returns the first texts that begin with another, by binary search. */
function startingWith(sorted: readonly string[], start: string, limit: number): string[] {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as string) < start) low = middle + 1;
    else high = middle;
  }
  const found: string[] = [];
  for (let index = low; index < sorted.length && found.length < limit; index++) {
    const text = sorted[index] as string;
    if (!text.startsWith(start)) break;
    found.push(text);
  }
  return found;
}
