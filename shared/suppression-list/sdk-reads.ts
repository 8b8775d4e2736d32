import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBReader } from './dynamodb-reader.ts';

/** Reads through a client of the application's own, with its middleware, retries and timeouts. */
export function createSdkReader(client: DynamoDBClient): DynamoDBReader {
  return {
    getItem: (input, abortSignal) => client.send(new GetItemCommand(input as never), { abortSignal }),
    batchGetItem: (input, abortSignal) => client.send(new BatchGetItemCommand(input as never), { abortSignal }),
  };
}
