import { BatchGetItemCommand, DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ChangeOutbox } from '../../status-changes/publish-changes.ts';
import { orStoreError } from './errors.ts';
import { dueOf, queryOutbox } from './query-outbox.ts';
import { fromStatusChangeItem, statusChangeKey, statusChangeOutboxKeys } from './status-change-item.ts';

export type StatusChangeOutboxOptions = { readonly client: DynamoDBClient; readonly suppressionsTable: string };

/** Returns the outbox of changes of status in the `suppressions` table. Its methods throw `StoreError`. */
export function createStatusChangeOutbox({ client, suppressionsTable }: StatusChangeOutboxOptions): ChangeOutbox {
  return {
    async listPending(now, limit) {
      const queries = statusChangeOutboxKeys().map((key) =>
        queryOutbox(client, suppressionsTable, { key, now, limit }),
      );
      const shards = await Promise.all(queries);
      const oldest = shards
        .flat()
        .sort((a, b) => dueOf(a) - dueOf(b))
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
