import {
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import { day } from '../../domain/durations.ts';
import type { SendCount } from '../../domain/feedback/count-send.ts';
import type { Count } from '../../domain/suppression/decide.ts';
import { StoreError } from '../../domain/suppression/store.ts';
import type { VolumeStore } from '../../ingest/count-volume.ts';
import {
  type Addition,
  type CounterUpdate,
  contributorsScope,
  counterRetention,
  sumAdditions,
} from './counter-item.ts';
import { toStoreError } from './errors.ts';
import { recordKey } from './suppression-item.ts';

export type CounterTableOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** Of this container: see {@link sumAdditions}. */
  readonly shard: number;
  readonly clock: () => number;
};

/** Items of this partition name the scopes mail was sent in: which rates there are to watch. */
export const knownScopesPartition = 'scopes';

/** Containers live for hours, scopes are few; a flood of tenants must not fill the memory all the same. */
const maxRemembered = 50_000;

/** The counters of what is sent, and what a delivery asks of the records. */
export function createCounterTable(options: CounterTableOptions): VolumeStore {
  /** The day on which this container last said that a scope is in use. */
  const named = new Map<string, number>();
  const toBeNamed = (counts: readonly SendCount[]) => {
    const today = Math.floor(options.clock() / day);
    return [...new Set(counts.map(({ scope }) => scope))].filter((scope) => named.get(scope) !== today);
  };
  return {
    countItems: (counts) => sumAdditions(counts.map(toAddition), options.shard).length + toBeNamed(counts).length,
    async addSends(counts, signal) {
      const scopes = toBeNamed(counts);
      const updates = sumAdditions(counts.map(toAddition), options.shard);
      const actions = [
        ...updates.map((update) => addToCounter(options.reputationTable, update)),
        ...scopes.map((scope) => nameScope(options, scope)),
      ];
      const command = new TransactWriteItemsCommand({ TransactItems: actions });
      await options.client.send(command, signal && { abortSignal: signal }).catch(rethrow);
      if (named.size > maxRemembered) named.clear();
      for (const scope of scopes) named.set(scope, Math.floor(options.clock() / day));
    },
    async addReceived(count, signal) {
      const addition = { scope: 'account', sentAt: options.clock(), counter: 'received', by: count };
      for (const update of sumAdditions([addition], options.shard)) {
        const command = new UpdateItemCommand(toUpdate(options.reputationTable, update));
        await options.client.send(command, signal && { abortSignal: signal }).catch(rethrow);
      }
    },
    async withStrikes(addresses, signal) {
      const found = new Set<AddressKey>();
      for (let from = 0; from < addresses.length; from += 100) {
        const keys = addresses.slice(from, from + 100).map((address) => recordKey(address));
        for (const address of await findStrikes(options, keys, signal)) found.add(address);
      }
      return found;
    },
  };
}

/** What a decision counts, by item: of the account also by cause. */
export function* additionsOf(counts: readonly Count[]): Generator<Addition> {
  for (const { metric, scope, sentAt, contributors = [] } of counts) {
    yield { scope, sentAt, counter: metric, by: 1 };
    for (const cause of contributors) yield { scope: contributorsScope, sentAt, counter: `${metric}_${cause}`, by: 1 };
  }
}

export function addToCounter(table: string, update: CounterUpdate): TransactWriteItem {
  return { Update: toUpdate(table, update) };
}

function toUpdate(table: string, { key, added, expiresAt }: CounterUpdate) {
  const names = [...added.keys()];
  return {
    TableName: table,
    Key: { scope: { S: key.scope }, hour: { S: key.hour } },
    UpdateExpression: `ADD ${names.map((name) => `${name} :${name}`).join(', ')} SET expiresAt = :expiresAt`,
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, { N: String(added.get(name)) }])),
      ':expiresAt': { N: String(expiresAt) },
    },
  };
}

function toAddition({ scope, sentAt, sends }: SendCount): Addition {
  return { scope, sentAt, counter: 'sends', by: sends };
}

function nameScope({ reputationTable, clock }: CounterTableOptions, scope: string): TransactWriteItem {
  const expiresAt = String(Math.ceil((clock() + counterRetention) / 1000));
  return {
    Put: {
      TableName: reputationTable,
      Item: { scope: { S: knownScopesPartition }, hour: { S: scope }, expiresAt: { N: expiresAt } },
    },
  };
}

/** Reads without waiting for the latest write: half the price, and a strike of this second is none to a delivery. */
async function findStrikes(
  { client, suppressionsTable }: CounterTableOptions,
  keys: ReturnType<typeof recordKey>[],
  signal?: AbortSignal,
): Promise<AddressKey[]> {
  const wanted = { [suppressionsTable]: { Keys: keys, ProjectionExpression: 'address, strikes' } };
  const answer = await client
    .send(new BatchGetItemCommand({ RequestItems: wanted }), signal && { abortSignal: signal })
    .catch(rethrow);
  if (answer.UnprocessedKeys?.[suppressionsTable]) {
    throw new StoreError('DynamoDB leaves keys unprocessed', { scope: 'transient' });
  }
  const items = answer.Responses?.[suppressionsTable] ?? [];
  return items.flatMap(({ address, strikes }) => (strikes === undefined ? [] : (address?.S as AddressKey)));
}

/** A transaction of counters alone is refused for one reason: somebody else writes one of them just now. */
function rethrow(error: unknown): never {
  if (error instanceof TransactionCanceledException) {
    throw new StoreError('DynamoDB: the counters are contested', { scope: 'transient', cause: error });
  }
  throw toStoreError(error);
}
