import { type AddressKey, domainOf } from '../domain/address.ts';
import { providerOf } from '../domain/feedback/mailbox-provider.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import { groupBy } from '../domain/group-by.ts';
import { scopeHash } from '../domain/suppression/decide.ts';
import { isExpired, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { SuppressionStore } from '../domain/suppression/store.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import type { Fault } from '../domain/verdict/fault.ts';
import { providerOfRecord, wasNeverDelivered } from './select-records.ts';

/** A suppressed address, with the record that says why. Times are epoch milliseconds. */
export type ListedSuppression = {
  readonly address: AddressKey;
  readonly reason: Reason;
  readonly since: number;
  /** Missing if it is permanent. */
  readonly until?: number;
  readonly record: SuppressionRecord;
  /** The list, if it is not the account's. */
  readonly list?: string;
};

type IndexedSuppression = Omit<ListedSuppression, 'record'>;

/** Which suppressions to list. A filter that is missing, or empty, matches every suppression. */
export type ListFilter = {
  readonly reasons?: readonly Reason[];
  /** In punycode. Does not include subdomains. */
  readonly domains?: readonly string[];
  /** The mailbox provider that answered, or that the domain of the address belongs to. */
  readonly providers?: readonly string[];
  readonly faults?: readonly Fault[];
  /** Where an email was counted whose feedback the record remembers, that is, for about 31 days: `configuration-set:newsletter`. */
  readonly scope?: string;
  /** Part of the name of who suppressed the address manually. */
  readonly author?: string;
  /** Leaves out addresses to which no email was ever delivered, as far as is known. */
  readonly wereDelivered?: true;
};

export type SuppressionSource = {
  /** The suppressed addresses, newest first. */
  readonly pages: AsyncIterable<readonly IndexedSuppression[]>;
  readonly store: SuppressionStore;
  readonly clock: () => number;
};

/** Records that are read at once, at most as many as the store allows. */
const batchSize = 100;

/** Yields the suppressions that match, newest first. Reads the record of an address only if the index does not rule it out. */
export async function* listSuppressions(
  filter: ListFilter,
  { pages, store, clock }: SuppressionSource,
): AsyncGenerator<ListedSuppression> {
  for await (const page of pages) {
    const candidates = page.filter((one) => matchesIndex(one, filter));
    for (let from = 0; from < candidates.length; from += batchSize) {
      const batch = candidates.slice(from, from + batchSize);
      const stores = await readByList(batch, store);
      for (const one of batch) {
        const stored = stores.get(one.list)?.get(one.address);
        // The index is behind the table: an address that was released a moment ago is not suppressed any more.
        if (stored === undefined || 'unreadable' in stored || isExpired(stored.record, clock())) continue;
        if (stored.record.status === 'suppressed' && matchesRecord(stored.record, filter))
          yield { ...one, record: stored.record };
      }
    }
  }
}

async function readByList(batch: readonly IndexedSuppression[], store: SuppressionStore) {
  const byList = groupBy(batch, ({ list }) => list);
  const outcomes = [...byList].map(async ([list, some]) => {
    const ofList = list === undefined ? store : store.ofList(list);
    return [list, await ofList.read(some.map(({ address }) => ({ address, eventIds: [] })))] as const;
  });
  return new Map(await Promise.all(outcomes));
}

/** What suppressions can be counted by. */
export type CountKey = 'reason' | 'domain' | 'provider' | 'day';

/** Returns whether the index is enough to decide on a filter. */
export function isIndexEnough({ providers = [], faults = [], scope, author, wereDelivered }: ListFilter): boolean {
  return providers.length === 0 && faults.length === 0 && scope === undefined && author === undefined && !wereDelivered;
}

/**
 * Counts the suppressions that match, by one of their properties. Providers are those that the domains of the addresses belong to.
 *
 * @returns the counts, largest first, or in the order of time for days
 */
export async function countSuppressions(
  key: CountKey,
  matching: AsyncIterable<readonly IndexedSuppression[]>,
): Promise<{ readonly value: string; readonly count: number }[]> {
  const counts = new Map<string, number>();
  for await (const page of matching) {
    for (const one of page) {
      const value = countedValue(one, key);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  const entries = [...counts].map(([value, count]) => ({ value, count }));
  return entries.sort((a, b) => (key === 'day' ? 0 : b.count - a.count) || (a.value < b.value ? -1 : 1));
}

/** Yields the pages without what the index rules out. */
export async function* filterIndex(
  filter: ListFilter,
  pages: AsyncIterable<readonly IndexedSuppression[]>,
): AsyncGenerator<IndexedSuppression[]> {
  for await (const page of pages) yield page.filter((one) => matchesIndex(one, filter));
}

/** Returns the property of a suppression that it is counted by. */
export function countedValue({ address, reason, since }: IndexedSuppression, key: CountKey): string {
  if (key === 'reason') return reason;
  if (key === 'day') return formatTimestamp(since).slice(0, 10);
  const domain = domainOf(address);
  return key === 'domain' ? domain : providerOf(domain);
}

function matchesIndex({ address, reason }: IndexedSuppression, { reasons = [], domains = [] }: ListFilter): boolean {
  return (
    (reasons.length === 0 || reasons.includes(reason)) && (domains.length === 0 || domains.includes(domainOf(address)))
  );
}

function matchesRecord(record: SuppressionRecord, filter: ListFilter): boolean {
  const { providers = [], faults = [], scope, author, wereDelivered } = filter;
  const [newest] = record.evidence;
  return (
    (providers.length === 0 || providers.includes(providerOfRecord(record))) &&
    (faults.length === 0 || (newest?.fault !== undefined && faults.includes(newest.fault))) &&
    (scope === undefined || Object.values(record.seen).some(({ scopes }) => scopes.includes(scopeHash(scope)))) &&
    (author === undefined || record.suppressedManually?.by.includes(author) === true) &&
    !(wereDelivered && wasNeverDelivered(record))
  );
}
