import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createErasureTable } from '../../shared/aws/dynamodb/erasure-table.ts';
import { createHistoryTable } from '../../shared/aws/dynamodb/history-table.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { type RecordScanOptions, scanRecords } from '../../shared/aws/dynamodb/scan.ts';
import {
  listSuppressed,
  type Period,
  type SuppressedIndexOptions,
} from '../../shared/aws/dynamodb/suppressed-index.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { tenantsWithRecordOf } from '../../shared/aws/dynamodb/tenant-lists.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { defaultListName, listOfTenant } from '../../shared/domain/suppression/list-name.ts';
import { type ListPolicy, policyOfList } from '../../shared/domain/suppression/list-policy.ts';
import type { Stack } from '../stack/stack.ts';

/** The tables of a stack and the SES account suppression lists of its Regions. */
export type StackResources = ReturnType<typeof openStackResources>;

/** Opens what the commands on addresses work with. They have no deadline, unlike the functions. */
export function openStackResources(
  { region, suppressionsTable, reputationTable }: Stack,
  policy: Policy,
  clock: () => number = () => Date.now(),
) {
  const client = createDynamoDBClient({ region });
  const tables = { client, suppressionsTable, reputationTable };
  const { regions } = policy.accountList;
  return {
    policy,
    clock,
    lists: createAccountLists(regions, region),
    store: createSuppressionTable({
      ...tables,
      shard: 0,
      clock,
      newVersion: randomUUID,
      publishesChanges: policy.publishStatusChanges,
    }),
    outbox: createOutboxIndex({ ...tables, regions }),
    records: (options: Pick<RecordScanOptions, 'isWanted' | 'onUnreadable' | 'list' | 'withTenants'> = {}) =>
      scanRecords({ client, suppressionsTable, ...options }),
    /** The suppressed addresses, newest first. */
    suppressed: (period: Period, options: Pick<SuppressedIndexOptions, 'withTenants'> = {}) =>
      listSuppressed({ client, suppressionsTable, clock, ...options }, period),
    tenantsWithRecordOf: (address: AddressKey) => tenantsWithRecordOf({ client, suppressionsTable }, address),
    history: createHistoryTable({ client, suppressionsTable }),
    erasures: createErasureTable({ client, suppressionsTable }),
    sleep: async (milliseconds: number) => sleep(milliseconds),
    remaining: () => Number.POSITIVE_INFINITY,
    random: Math.random,
  };
}

/** The records of one list, and the policy by which they are decided. */
export type ListResources = Pick<StackResources, 'store' | 'clock' | 'records'> & { readonly policy: ListPolicy };

/** Returns the records of a tenant's list, or of the account's if no tenant is given. */
export function recordsOf(
  { store, clock, records, policy }: StackResources,
  tenant: string | undefined,
): ListResources {
  const list = tenant === undefined ? defaultListName : listOfTenant(tenant);
  return {
    clock,
    store: tenant === undefined ? store : store.ofList(list),
    records: (options) => records({ ...options, list }),
    policy: policyOfList(policy, list),
  };
}
