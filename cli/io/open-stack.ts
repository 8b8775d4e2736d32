import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { scanRecords } from '../../shared/aws/dynamodb/scan-records.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import type { Stack } from '../stack/stack.ts';

/** What the commands on addresses work with: the table of a stack, and SES's lists in its Regions, for as long as it takes. */
export type StackResources = ReturnType<typeof openStackResources>;

export function openStackResources({ region, suppressionsTable, reputationTable }: Stack, policy: Policy) {
  const client = createDynamoDBClient({ region });
  const clock = () => Date.now();
  const tables = { client, suppressionsTable, reputationTable };
  const { regions } = policy.accountList;
  return {
    policy,
    clock,
    lists: createAccountLists(regions, region),
    store: createSuppressionTable({ ...tables, shard: 0, clock, newVersion: randomUUID }),
    outbox: createOutboxIndex({ ...tables, regions }),
    records: (onUnreadable?: (count: number) => void) =>
      scanRecords({ client, suppressionsTable, ...(onUnreadable && { onUnreadable }) }),
    sleep: async (milliseconds: number) => sleep(milliseconds),
    remaining: () => Number.POSITIVE_INFINITY,
    random: Math.random,
  };
}
