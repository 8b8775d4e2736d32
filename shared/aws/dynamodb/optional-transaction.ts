import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from './errors.ts';

/** The table to write to, and how to reach it. */
export type TransactionTarget = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly abortSignal?: AbortSignal;
};

/** Cancellation codes which mean that another writer was faster. */
const conflicts = ['None', 'ConditionalCheckFailed', 'TransactionConflict'];

/**
 * Writes a transaction that the next run can do as well. Does nothing if a condition fails or another writer is
 * changing the same items.
 *
 * @throws StoreError for any other reason
 */
export async function writeOptionally(
  { client, abortSignal }: TransactionTarget,
  items: TransactWriteItem[],
): Promise<void> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }), abortSignal && { abortSignal });
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons : undefined;
    if (!reasons?.every(({ Code = 'None' }) => conflicts.includes(Code))) throw toStoreError(error);
  }
}
