import { randomUUID } from 'node:crypto';
import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createDynamoDBClient } from '../aws/dynamodb-client.ts';
import { createDynamoDBStore } from '../aws/dynamodb-store.ts';
import { createOperator, type Operator, type OperatorOptions } from './operator.ts';

/** The operator of a table. Apart from the rest, as it takes the rules for records with it, which who only reads never needs. */
export function openOperator({
  client,
  config = {},
  ...options
}: Omit<OperatorOptions, 'store'> & {
  readonly client?: DynamoDBClient;
  readonly config?: DynamoDBClientConfig;
}): Operator {
  const store = createDynamoDBStore({
    client: client ?? createDynamoDBClient(config),
    suppressionsTable: options.tableName,
    // Nothing is counted here.
    reputationTable: '',
    list: options.list,
    shard: 0,
    newVersion: randomUUID,
    clock: options.clock,
  });
  return createOperator({ ...options, store });
}
