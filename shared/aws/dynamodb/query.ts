import {
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
  type ScanCommandInput,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from './errors.ts';
import type { Item } from './item.ts';

/**
 * Returns all items that match a query, from as many pages as it takes. `Limit` limits the number of items returned.
 *
 * @throws StoreError
 */
export async function queryItems(
  client: DynamoDBClient,
  input: QueryCommandInput,
  abortSignal?: AbortSignal,
): Promise<Item[]> {
  const { Limit: limit = Number.POSITIVE_INFINITY } = input;
  const items: Item[] = [];
  try {
    for await (const { Items = [] } of paginateQuery({ client }, input, abortSignal && { abortSignal })) {
      items.push(...Items);
      if (items.length >= limit) break;
    }
  } catch (error) {
    throw toStoreError(error);
  }
  return items.slice(0, limit);
}

/**
 * Yields the pages of a scan. DynamoDB reads up to 1 MB for a page, and charges half a read unit for each 4 KB, before
 * it filters. Items that are written during the scan may or may not be included.
 *
 * @throws StoreError
 */
export async function* scanPages(client: DynamoDBClient, input: ScanCommandInput): AsyncGenerator<ScanCommandOutput> {
  try {
    yield* paginateScan({ client }, input);
  } catch (error) {
    throw toStoreError(error);
  }
}
