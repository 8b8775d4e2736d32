import { randomUUID } from 'node:crypto';
import { createDynamoDBClient } from '../aws/dynamodb/client.ts';
import { createDynamoDBStore } from '../aws/dynamodb/suppression-table.ts';
import { accountList } from '../domain/suppression/list-name.ts';
import type { SuppressionListOptions } from './create-suppression-list.ts';
import { createOperator, type Operator } from './editor.ts';

/** Who changes a table. Apart from the rest, as it takes the rules for records with it, which who only reads never needs. */
export function openOperator(options: SuppressionListOptions): Operator {
  const { tableName, client, region, endpoint, credentials, policy, list = accountList, clock = Date.now } = options;
  const config = { ...(region && { region }), ...(endpoint && { endpoint }), ...(credentials && { credentials }) };
  const store = createDynamoDBStore({
    client: client ?? createDynamoDBClient(config),
    suppressionsTable: tableName,
    // Nothing is counted here.
    reputationTable: '',
    list,
    shard: 0,
    newVersion: randomUUID,
    clock,
  });
  return createOperator({ tableName, list, store, policy, clock });
}
