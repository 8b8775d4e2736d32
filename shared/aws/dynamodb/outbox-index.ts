import { DeleteItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ImportJob, Outbox, PendingAddress } from '../../account-list/outbox.ts';
import type { AddressKey } from '../../domain/address.ts';
import { homeRegion, messageLookup } from '../../domain/suppression/account-list-state.ts';
import { outboxKeys } from '../../domain/suppression/outbox-key.ts';
import { orStoreError } from './errors.ts';
import { dueOf, queryOutbox } from './query-outbox.ts';

export type OutboxIndexOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** Regions whose account suppression list is kept in sync, in addition to the stack's own Region. */
  readonly regions: readonly string[];
};

/** The partition of the `reputation` table with the import jobs. */
const jobPartition = 'account-list';

/**
 * Returns the outbox. Records with a pending sync are in a sparse index of the `suppressions` table; the import jobs
 * are in the `reputation` table.
 */
export function createOutboxIndex({ client, suppressionsTable, reputationTable, regions }: OutboxIndexOptions): Outbox {
  const jobKey = (region: string) => marshall({ scope: jobPartition, hour: `job#${region}` });

  async function queryKey(key: string, now: number, limit: number): Promise<PendingAddress[]> {
    const items = await queryOutbox(client, suppressionsTable, { key, now, limit });
    return items.map((item) => ({
      address: item.address?.S as AddressKey,
      list: item.list?.S ?? '',
      due: dueOf(item),
    }));
  }

  return {
    async listPending(region, now, limit) {
      const sets =
        region === messageLookup ? [[messageLookup]] : subsetsWith(region, [homeRegion, ...[...regions].sort()]);
      const found: PendingAddress[] = [];
      // A sync of another Region moves a record to a smaller set. Reading the largest sets first finds a record that
      // moves meanwhile.
      for (const size of [...new Set(sets.map(({ length }) => length))].sort((a, b) => b - a)) {
        const keys = outboxKeys(sets.filter(({ length }) => length === size));
        found.push(...(await Promise.all(keys.map((key) => queryKey(key, now, limit)))).flat());
      }
      // A record that moves from one key to another meanwhile can be found under both.
      const byRecord = new Map(found.map((one) => [`${one.address} ${one.list}`, one]));
      return [...byRecord.values()].sort((a, b) => a.due - b.due).slice(0, limit);
    },
    async readJob(region) {
      const command = new GetItemCommand({ TableName: reputationTable, Key: jobKey(region), ConsistentRead: true });
      const { Item } = await orStoreError(client.send(command));
      if (Item === undefined) return undefined;
      const { scope: _, hour: __, ...job } = unmarshall(Item);
      return job as ImportJob;
    },
    async writeJob(region, job) {
      const Key = jobKey(region);
      await orStoreError(
        job === undefined
          ? client.send(new DeleteItemCommand({ TableName: reputationTable, Key }))
          : client.send(new PutItemCommand({ TableName: reputationTable, Item: { ...Key, ...marshall(job) } })),
      );
    },
  };
}

/** Returns the sets of Regions that include this Region, in the order in which {@link outboxKeys} joins them. */
function subsetsWith(region: string, regions: readonly string[]): string[][] {
  const all: string[][] = [[]];
  for (const one of regions) all.push(...all.map((subset) => [...subset, one]));
  return all.filter((subset) => subset.includes(region));
}
