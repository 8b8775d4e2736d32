import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createEntryReader, type ReadEntries } from './dynamodb-reader.ts';
import { createLeanReader, type LeanReaderOptions } from './lean-reader.ts';
import { createSdkReader } from './sdk-reads.ts';
import type { ListOptions } from './suppression-list.ts';

export type TableOptions = LeanReaderOptions & {
  /** The `suppressions` table: the stack's output `SuppressionsTableName`. */
  readonly tableName: string;
  /**
   * A client of your own, with its middleware, retries and timeouts. Left out: requests are made and signed here, with the Region,
   * endpoint and credentials given or found by the SDK, which takes a third of the processor's time.
   */
  readonly client?: DynamoDBClient;
};

/** How the table is read. Apart from the rest, as it takes the SDK with it, which a test against a table in memory never needs. */
export function openTable({ tableName, client, ...options }: TableOptions & ListOptions): ReadEntries {
  return createEntryReader(
    client === undefined ? createLeanReader(options, options) : createSdkReader(client),
    tableName,
  );
}
