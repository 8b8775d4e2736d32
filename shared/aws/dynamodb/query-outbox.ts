import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './item.ts';
import { queryItems } from './query.ts';

/** Reads the sparse index of what has to be sent to SES or to subscribers. */
export type OutboxQuery = { readonly key: string; readonly now: number; readonly limit: number };

/**
 * Returns the keys of the items under one key of the outbox index that are due, with the time at which they were due, oldest first.
 *
 * @throws StoreError
 */
export async function queryOutbox(
  client: DynamoDBClient,
  suppressionsTable: string,
  { key, now, limit }: OutboxQuery,
): Promise<Item[]> {
  return queryItems(client, {
    TableName: suppressionsTable,
    IndexName: 'mirror',
    KeyConditionExpression: 'mirror = :key AND mirrorDue <= :now',
    ExpressionAttributeValues: marshall({ ':key': key, ':now': now }),
    Limit: limit,
  });
}

/** Returns the time at which an item of the index was due, epoch milliseconds. */
export function dueOf({ mirrorDue }: Item): number {
  return Number(mirrorDue?.N);
}
