import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import { erasedPrefix } from '../../domain/suppression/erased-address.ts';
import { defaultListName, tenantPrefix } from '../../domain/suppression/list-name.ts';
import { isSuppressedAt } from '../../domain/suppression/record.ts';
import type { StoredRecord } from '../../domain/suppression/store.ts';
import type { Item } from './item.ts';
import { scanPages } from './query.ts';
import { fromItem } from './suppression-item.ts';

export type RecordScanOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  /** The list whose records to yield. @default the account's list */
  readonly list?: string;
  /**
   * Whether to yield the records of tenants' lists, too.
   * @default false
   */
  readonly withTenants?: boolean;
  /** @default all records */
  readonly isWanted?: (address: AddressKey) => boolean;
  /**
   * Called with the number of damaged records, for each page that has any.
   * @default damaged records are skipped silently
   */
  readonly onUnreadable?: (count: number) => void;
};

export type SuppressedScanOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  /** Names of the suppression lists to scan. */
  readonly lists: readonly string[];
  readonly clock: () => number;
};

/** One page of {@link scanSuppressed}. */
export type SuppressedPage = {
  readonly scannedCount: number;
  readonly keys: readonly string[];
  /** Keyed hashes of the addresses whose data was erased. */
  readonly erased: readonly string[];
};

/**
 * Yields the records of one suppression list, page by page. A million records cost one or two cents.
 *
 * @throws StoreError
 */
export async function* scanRecords({
  client,
  suppressionsTable,
  list = defaultListName,
  withTenants = false,
  isWanted = () => true,
  onUnreadable = () => {},
}: RecordScanOptions): AsyncGenerator<StoredRecord[]> {
  const pages = scanPages(client, {
    TableName: suppressionsTable,
    FilterExpression: withTenants ? '#list = :list OR begins_with(#list, :tenant)' : '#list = :list',
    ExpressionAttributeNames: { '#list': 'list' },
    ExpressionAttributeValues: marshall({ ':list': list, ...(withTenants && { ':tenant': tenantPrefix }) }),
  });
  for await (const { Items = [] } of pages) {
    const wanted = Items.filter(({ address }) => isWanted((address?.S ?? '') as AddressKey));
    const outcomes = wanted.map(fromItem);
    const records = outcomes.flatMap((outcome) => ('unreadable' in outcome ? [] : outcome));
    if (records.length < outcomes.length) onUnreadable(outcomes.length - records.length);
    yield records;
  }
}

/**
 * Yields the keys of all addresses that are suppressed now, page by page. DynamoDB reads, and charges for, whole
 * records, but sends only the attributes needed here. A record whose end cannot be parsed counts as suppressed: an
 * unnecessary lookup costs less than an email to a suppressed address.
 *
 * @throws StoreError
 */
export async function* scanSuppressed({
  client,
  suppressionsTable,
  lists,
  clock,
}: SuppressedScanOptions): AsyncGenerator<SuppressedPage> {
  const names = lists.flatMap((list, i) => [
    [`:list${i}`, { S: list }] as const,
    [`:erased${i}`, { S: `${erasedPrefix}${list}` }] as const,
  ]);
  const pages = scanPages(client, {
    TableName: suppressionsTable,
    ProjectionExpression: '#address, #until',
    FilterExpression: `#status IN (:suppressed, :erased) AND #list IN (${names.map(([name]) => name).join(', ')})`,
    ExpressionAttributeNames: { '#address': 'address', '#until': 'until', '#status': 'status', '#list': 'list' },
    ExpressionAttributeValues: {
      ':suppressed': { S: 'suppressed' },
      ':erased': { S: 'erased' },
      ...Object.fromEntries(names),
    },
  });
  const isSuppressed = ({ until }: Item) => {
    const end = until === undefined ? Number.NaN : Date.parse(String(until.S));
    return isSuppressedAt({ status: 'suppressed', ...(!Number.isNaN(end) && { until: end }) }, clock());
  };
  for await (const { Items = [], ScannedCount = 0 } of pages) {
    const found = Items.filter(isSuppressed).flatMap(({ address }) => address?.S ?? []);
    yield {
      scannedCount: ScannedCount,
      keys: found.filter((address) => !address.startsWith(erasedPrefix)),
      erased: found.filter((address) => address.startsWith(erasedPrefix)),
    };
  }
}
