import { BatchGetItemCommand, DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ChangeOutbox } from '../../status-changes/publish-changes.ts';
import { orStoreError } from './errors.ts';
import { queryItems } from './query.ts';
import { fromStatusChangeItem, statusChangeKey, statusChangeOutboxKeys } from './status-change-item.ts';

export type StatusChangeOutboxOptions = { readonly client: DynamoDBClient; readonly suppressionsTable: string };

/** Returns the outbox of changes of status in the `suppressions` table. Its methods throw `StoreError`. */
export function createStatusChangeOutbox({ client, suppressionsTable }: StatusChangeOutboxOptions): ChangeOutbox {
  async function queryKey(key: string, now: number, limit: number) {
    return queryItems(client, {
      TableName: suppressionsTable,
      IndexName: 'mirror',
      KeyConditionExpression: 'mirror = :key AND mirrorDue <= :now',
      ExpressionAttributeValues: marshall({ ':key': key, ':now': now }),
      Limit: limit,
    });
  }
  return {
    async listPending(now, limit) {
      const shards = await Promise.all(statusChangeOutboxKeys().map((key) => queryKey(key, now, limit)));
      const oldest = shards
        .flat()
        .sort((a, b) => Number(a.mirrorDue?.N) - Number(b.mirrorDue?.N))
        .slice(0, limit);
      if (oldest.length === 0) return [];
      const Keys = oldest.flatMap(({ address, list }) => (address && list ? [{ address, list }] : []));
      // The index is behind the table: a change that was removed a moment ago has no item any more. A key that DynamoDB leaves unprocessed
      // stays in the outbox.
      const request = new BatchGetItemCommand({
        RequestItems: { [suppressionsTable]: { Keys, ConsistentRead: true } },
      });
      const { Responses } = await orStoreError(client.send(request));
      const changes = (Responses?.[suppressionsTable] ?? []).map(fromStatusChangeItem);
      return changes.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    },
    async remove(changes) {
      const deletions = changes.map((change) =>
        client.send(new DeleteItemCommand({ TableName: suppressionsTable, Key: statusChangeKey(change) })),
      );
      await orStoreError(Promise.all(deletions));
    },
  };
}
