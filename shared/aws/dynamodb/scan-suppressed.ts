import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { isSuppressedAt } from '../../domain/suppression/record.ts';
import { toStoreError } from './errors.ts';
import type { Item } from './suppression-item.ts';

export type SuppressedScanOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  /** Whose entries are meant. */
  readonly lists: readonly string[];
  readonly clock: () => number;
};

/** A page of what was read. */
export type SuppressedPage = { readonly scannedCount: number; readonly keys: readonly string[] };

/**
 * The keys of all addresses that are suppressed now, a page of up to a megabyte of records at a time. Reads whole records, as a scan does
 * (half a read unit for each four kilobytes), but carries only what it takes over the network. What is written meanwhile may or may not be
 * among them. A record whose end nobody can read is: to ask once more costs less than to mail.
 * @throws StoreFault
 */
export async function* scanSuppressed(options: SuppressedScanOptions): AsyncGenerator<SuppressedPage> {
  const { client, suppressionsTable, lists, clock } = options;
  const names = lists.map((list, i) => [`:list${i}`, { S: list }] as const);
  let start: Item | undefined;
  do {
    const command = new ScanCommand({
      TableName: suppressionsTable,
      ProjectionExpression: '#address, #until',
      FilterExpression: `#status = :suppressed AND #list IN (${names.map(([name]) => name).join(', ')})`,
      ExpressionAttributeNames: { '#address': 'address', '#until': 'until', '#status': 'status', '#list': 'list' },
      ExpressionAttributeValues: { ':suppressed': { S: 'suppressed' }, ...Object.fromEntries(names) },
      ExclusiveStartKey: start,
    });
    const page: ScanCommandOutput = await client.send(command).catch((error: unknown) => {
      throw toStoreError(error);
    });
    const isHeld = ({ until }: Item) => {
      const end = until === undefined ? Number.NaN : Date.parse(String(until.S));
      return isSuppressedAt({ status: 'suppressed', ...(!Number.isNaN(end) && { until: end }) }, clock());
    };
    const keys = (page.Items ?? []).filter(isHeld).flatMap(({ address }) => address?.S ?? []);
    yield { scannedCount: page.ScannedCount ?? 0, keys };
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
