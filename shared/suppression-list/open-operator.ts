import { randomUUID } from 'node:crypto';
import { createDynamoDBClient } from '../aws/dynamodb/client.ts';
import { createSuppressionTable } from '../aws/dynamodb/suppression-table.ts';
import { accountListName } from '../domain/suppression/list-name.ts';
import type { SuppressionListOptions } from './create-suppression-list.ts';
import { createEditor, type Editor } from './editor.ts';

/** Who changes a table. Apart from the rest, as it takes the rules for records with it, which who only reads never needs. */
export function openEditor(options: SuppressionListOptions): Editor {
  const {
    tableName,
    client,
    region,
    endpoint,
    credentials,
    policy,
    list = accountListName,
    clock = Date.now,
  } = options;
  const config = { ...(region && { region }), ...(endpoint && { endpoint }), ...(credentials && { credentials }) };
  const store = createSuppressionTable({
    client: client ?? createDynamoDBClient(config),
    suppressionsTable: tableName,
    // Nothing is counted here.
    reputationTable: '',
    list,
    shard: 0,
    newVersion: randomUUID,
    clock,
  });
  return createEditor({ tableName, list, store, policy, clock });
}
