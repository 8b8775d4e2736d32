import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createMirrorIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { scanRecords } from '../../shared/aws/dynamodb/scan-records.ts';
import { createDynamoDBStore } from '../../shared/aws/dynamodb/suppression-table.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import type { Stack } from '../stack/stack.ts';

/** What the commands on addresses work with: the table of a stack, and SES's lists in its Regions, for as long as it takes. */
export type AccountLists = ReturnType<typeof openAccountLists>;

export function openAccountLists({ region, suppressionsTable, reputationTable }: Stack, policy: Policy) {
  const client = createDynamoDBClient({ region });
  const clock = () => Date.now();
  const tables = { client, suppressionsTable, reputationTable };
  const { regions } = policy.accountList;
  return {
    policy,
    clock,
    lists: createAccountLists(regions, region),
    store: createDynamoDBStore({ ...tables, shard: 0, clock, newVersion: randomUUID }),
    outbox: createMirrorIndex({ ...tables, regions }),
    records: (onUnreadable?: (count: number) => void) =>
      scanRecords({ client, suppressionsTable, ...(onUnreadable && { onUnreadable }) }),
    sleep: async (milliseconds: number) => sleep(milliseconds),
    remaining: () => Number.POSITIVE_INFINITY,
    random: Math.random,
  };
}
