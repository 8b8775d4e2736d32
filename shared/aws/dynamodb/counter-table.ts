import {
  BatchGetItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import { day } from '../../domain/durations.ts';
import type { SendCount } from '../../domain/feedback/count-send.ts';
import { counterRetentionMs } from '../../domain/retention.ts';
import { StoreError } from '../../domain/suppression/store.ts';
import type { CounterStore } from '../../ingest/count-volume.ts';
import { type Addition, addToCounter, knownScopesPartition, sumAdditions, toUpdateInput } from './counter-item.ts';
import { toStoreError } from './errors.ts';
import { recordKey, toOverflowItem } from './suppression-item.ts';
import { isConditionMet } from './write-condition.ts';

export type CounterTableOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** The number of this container, see {@link sumAdditions}. */
  readonly shard: number;
  readonly clock: () => number;
};

/** Bounds the memory of a container: it lives for hours, and there may be a scope for every tenant. */
const maxRememberedScopes = 50_000;

/** Returns the store of the `volume` function: it counts sends and finds the recipients that have soft bounces. */
export function createCounterTable(options: CounterTableOptions): CounterStore {
  /** By scope: the day on which this container last wrote that the scope is in use. */
  const namedOn = new Map<string, number>();
  const scopesToName = (counts: readonly SendCount[]) => {
    const today = Math.floor(options.clock() / day);
    return [...new Set(counts.map(({ scope }) => scope))].filter((scope) => namedOn.get(scope) !== today);
  };
  return {
    countItems: (counts) => sumAdditions(counts.map(toAddition), options.shard).length + scopesToName(counts).length,
    async addSends(counts, signal) {
      const scopes = scopesToName(counts);
      const updates = sumAdditions(counts.map(toAddition), options.shard);
      const actions = [
        ...updates.map((update) => addToCounter(options.reputationTable, update)),
        ...scopes.map((scope) => nameScope(options, scope)),
      ];
      const command = new TransactWriteItemsCommand({ TransactItems: actions });
      await options.client.send(command, signal && { abortSignal: signal }).catch(rethrow);
      if (namedOn.size > maxRememberedScopes) namedOn.clear();
      for (const scope of scopes) namedOn.set(scope, Math.floor(options.clock() / day));
    },
    async addReceived({ bounces, complaints }, signal) {
      const common = { scope: 'account', sentAt: options.clock() };
      const additions = [
        { ...common, counter: 'received', by: bounces + complaints },
        ...(complaints > 0 ? [{ ...common, counter: 'complained', by: complaints }] : []),
      ];
      for (const update of sumAdditions(additions, options.shard)) {
        const command = new UpdateItemCommand(toUpdateInput(options.reputationTable, update));
        await options.client.send(command, signal && { abortSignal: signal }).catch(rethrow);
      }
    },
    async remember({ address, id, sentAt }, signal) {
      const put = new PutItemCommand({
        TableName: options.suppressionsTable,
        Item: toOverflowItem(address, id, { sentAt, scopes: [] }),
        ConditionExpression: 'attribute_not_exists(address)',
      });
      return isConditionMet(options.client.send(put, signal && { abortSignal: signal }));
    },
    async findWithStrikes(addresses, list, signal) {
      const found = new Set<AddressKey>();
      for (let from = 0; from < addresses.length; from += 100) {
        const keys = addresses.slice(from, from + 100).map((address) => recordKey(address, list));
        for (const address of await findStrikes(options, keys, signal)) found.add(address);
      }
      return found;
    },
  };
}

function toAddition({ scope, sentAt, sends }: SendCount): Addition {
  return { scope, sentAt, counter: 'sends', by: sends };
}

function nameScope({ reputationTable, clock }: CounterTableOptions, scope: string): TransactWriteItem {
  const expiresAt = String(Math.ceil((clock() + counterRetentionMs) / 1000));
  return {
    Put: {
      TableName: reputationTable,
      Item: { scope: { S: knownScopesPartition }, hour: { S: scope }, expiresAt: { N: expiresAt } },
    },
  };
}

/**
 * Returns the addresses whose records have strikes. Reads eventually consistently, at half the price: a soft bounce of
 * the last second is newer than the delivery and stays in any case.
 */
async function findStrikes(
  { client, suppressionsTable }: CounterTableOptions,
  keys: ReturnType<typeof recordKey>[],
  signal?: AbortSignal,
): Promise<AddressKey[]> {
  const request = { [suppressionsTable]: { Keys: keys, ProjectionExpression: 'address, strikes' } };
  const response = await client
    .send(new BatchGetItemCommand({ RequestItems: request }), signal && { abortSignal: signal })
    .catch(rethrow);
  if (response.UnprocessedKeys?.[suppressionsTable]) {
    throw new StoreError('DynamoDB left keys unprocessed', { scope: 'transient' });
  }
  const items = response.Responses?.[suppressionsTable] ?? [];
  return items.flatMap(({ address, strikes }) => (strikes === undefined ? [] : (address?.S as AddressKey)));
}

/**
 * A transaction of counters has no conditions, so the only reason to cancel it is that another writer holds one of the
 * items.
 */
function rethrow(error: unknown): never {
  if (error instanceof TransactionCanceledException) {
    throw new StoreError('DynamoDB: another writer is updating the same counters', {
      scope: 'transient',
      cause: error,
    });
  }
  throw toStoreError(error);
}
