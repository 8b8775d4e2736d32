import { randomUUID } from 'node:crypto';
import { BatchGetItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { day } from '../../domain/durations.ts';
import type { OperatorChange } from '../../domain/suppression/operator-change.ts';
import { StoreError } from '../../domain/suppression/store.ts';
import { orStoreError } from './errors.ts';
import { fromHistoryItem, historyKeys, historyPrefix, historyRetentionMs, toHistoryItem } from './history-item.ts';
import type { Item } from './item.ts';
import { queryItems } from './query.ts';
import { dueOf } from './query-outbox.ts';

/** A period, epoch milliseconds. `until` itself is not part of it. */
export type HistoryPeriod = { readonly since: number; readonly until: number };

/** Reads what operators changed. Its methods throw `StoreError`. */
export type HistoryTable = {
  /** Returns the changes of one address, or of the hash of an erased one, newest first. */
  ofAddress(address: string): Promise<OperatorChange[]>;
  /** Yields the changes of every address, newest first. The caller stops when it has enough. */
  all(period: HistoryPeriod): AsyncGenerator<OperatorChange[]>;
  /** Adds a change that is about no single address, such as an import. */
  add(change: OperatorChange): Promise<void>;
};

export type HistoryTableOptions = { readonly client: DynamoDBClient; readonly suppressionsTable: string };

/** DynamoDB reads up to this many items at once. */
const batchSize = 100;

/** Calls for one batch of keys. A table that leaves keys unprocessed so often is too busy. */
const maxBatchCalls = 10;

/** Returns the history of the `suppressions` table. */
export function createHistoryTable({ client, suppressionsTable: TableName }: HistoryTableOptions): HistoryTable {
  return {
    async ofAddress(address) {
      const items = await queryItems(client, {
        TableName,
        KeyConditionExpression: 'address = :address AND begins_with(#list, :prefix)',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: marshall({ ':address': address, ':prefix': historyPrefix }),
        ScanIndexForward: false,
        ConsistentRead: true,
      });
      return items.flatMap((item) => fromHistoryItem(item) ?? []);
    },
    async add(change) {
      await orStoreError(client.send(new PutItemCommand({ TableName, Item: toHistoryItem(change, randomUUID()) })));
    },
    async *all({ since, until }) {
      for (const month of monthsOf(since, until)) {
        const shards = historyKeys(month).map((key) => queryMonth(key, since, until));
        const keys = (await Promise.all(shards)).flat().sort((a, b) => dueOf(b) - dueOf(a));
        for (let from = 0; from < keys.length; from += batchSize) yield getAll(keys.slice(from, from + batchSize));
      }
    },
  };

  function queryMonth(key: string, since: number, until: number): Promise<Item[]> {
    return queryItems(client, {
      TableName,
      IndexName: 'mirror',
      KeyConditionExpression: 'mirror = :key AND mirrorDue BETWEEN :since AND :until',
      // BETWEEN includes its end.
      ExpressionAttributeValues: marshall({ ':key': key, ':since': since, ':until': until - 1 }),
    });
  }

  async function getAll(found: readonly Item[]): Promise<OperatorChange[]> {
    const items: Item[] = [];
    let Keys = found.map(({ address, list }) => ({ address, list }) as Item);
    for (let calls = 0; Keys.length > 0; calls++) {
      if (calls === maxBatchCalls) throw new StoreError('DynamoDB left keys unprocessed', { scope: 'transient' });
      const request = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } });
      const { Responses, UnprocessedKeys } = await orStoreError(client.send(request));
      items.push(...(Responses?.[TableName] ?? []));
      Keys = UnprocessedKeys?.[TableName]?.Keys ?? [];
    }
    return items.flatMap((item) => fromHistoryItem(item) ?? []).sort((a, b) => b.at - a.at);
  }
}

/** Returns a time in each month of a period, newest first. Changes older than the retention have been deleted. */
function monthsOf(since: number, until: number): number[] {
  const oldest = Math.max(since, until - historyRetentionMs - monthMs);
  const times: number[] = [];
  const date = new Date(until - 1);
  for (date.setUTCDate(1); endOfMonth(date) > oldest; date.setUTCMonth(date.getUTCMonth() - 1))
    times.push(date.getTime());
  return times;
}

const monthMs = 31 * day;

function endOfMonth(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
