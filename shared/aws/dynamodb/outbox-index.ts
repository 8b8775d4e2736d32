import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ImportJob, Outbox, PendingAddress } from '../../account-list/outbox.ts';
import type { AddressKey } from '../../domain/address.ts';
import { homeRegion, messageLookup, outboxKeys } from '../../domain/suppression/account-list-state.ts';
import { toStoreError } from './errors.ts';
import type { Item } from './suppression-item.ts';

export type OutboxIndexOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** Those SES's lists are written to in, beside the stack's own. */
  readonly regions: readonly string[];
};

const partition = 'account-list';

/** The outbox: records with a mark stand in a sparse index of their table; the jobs, in the `reputation` table. */
export function createOutboxIndex({ client, suppressionsTable, reputationTable, regions }: OutboxIndexOptions): Outbox {
  const send = <Output>(work: Promise<Output>) => work.catch((error: unknown) => Promise.reject(toStoreError(error)));
  const jobKey = (region: string) => marshall({ scope: partition, hour: `job#${region}` });

  async function query(key: string, now: number, limit: number): Promise<PendingAddress[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await send(
        client.send(
          new QueryCommand({
            TableName: suppressionsTable,
            IndexName: 'mirror',
            KeyConditionExpression: 'mirror = :key AND mirrorDue <= :now',
            ExpressionAttributeValues: marshall({ ':key': key, ':now': now }),
            Limit: limit - items.length,
            ExclusiveStartKey: start,
          }),
        ),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && items.length < limit);
    return items.map(({ address, mirrorDue }) => ({ address: address?.S as AddressKey, due: Number(mirrorDue?.N) }));
  }

  return {
    async listPending(region, now, limit) {
      const sets =
        region === messageLookup ? [[messageLookup]] : subsetsWith(region, [homeRegion, ...[...regions].sort()]);
      const found: PendingAddress[] = [];
      // The others' notes move records to ever smaller sets: who looks there last misses none on its way.
      for (const size of [...new Set(sets.map(({ length }) => length))].sort((a, b) => b - a)) {
        const keys = outboxKeys(sets.filter(({ length }) => length === size));
        found.push(...(await Promise.all(keys.map((key) => query(key, now, limit)))).flat());
      }
      // One that moves from key to key meanwhile can be found under both.
      const byAddress = new Map(found.map((one) => [one.address, one]));
      return [...byAddress.values()].sort((a, b) => a.due - b.due).slice(0, limit);
    },
    async readJob(region) {
      const command = new GetItemCommand({ TableName: reputationTable, Key: jobKey(region), ConsistentRead: true });
      const { Item } = await send(client.send(command));
      if (Item === undefined) return undefined;
      const { scope: _, hour: __, ...job } = unmarshall(Item);
      return job as ImportJob;
    },
    async writeJob(region, job) {
      const Key = jobKey(region);
      if (job === undefined) await send(client.send(new DeleteItemCommand({ TableName: reputationTable, Key })));
      else
        await send(client.send(new PutItemCommand({ TableName: reputationTable, Item: { ...Key, ...marshall(job) } })));
    },
  };
}

/** Which Regions a record can still be waiting for, this one among them, in the order of {@link mirrorOf}. */
function subsetsWith(region: string, regions: readonly string[]): string[][] {
  const all: string[][] = [[]];
  for (const one of regions) all.push(...all.map((subset) => [...subset, one]));
  return all.filter((subset) => subset.includes(region));
}
