import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { toStoreError } from './errors.ts';

/** Where a transaction goes to. */
export type TransactionTarget = {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly abortSignal?: AbortSignal;
};

/** What means that somebody else was faster. */
const passing = ['None', 'ConditionalCheckFailed', 'TransactionConflict'];

/**
 * A write that the next run would do as well: where its conditions do not hold, or somebody writes the same just now, it is left.
 * @throws StoreFault for any other reason
 */
export async function writeOptionally(
  { client, abortSignal }: TransactionTarget,
  items: TransactWriteItem[],
): Promise<void> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }), abortSignal && { abortSignal });
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons : undefined;
    if (!reasons?.every(({ Code = 'None' }) => passing.includes(Code))) throw toStoreError(error);
  }
}
