import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import type { Seen } from '../../domain/suppression/record.ts';
import type {
  Change,
  Lookup,
  ReadOutcome,
  SuppressionStore,
  Transaction,
  WriteOutcome,
} from '../../domain/suppression/store.ts';
import { StoreFault } from '../../domain/suppression/store.ts';
import { foldAdditions } from './counter-item.ts';
import { additionsOf, addToCounter } from './counter-table.ts';
import { toStoreFault } from './errors.ts';
import {
  fromItem,
  fromOverflowItem,
  type Item,
  overflowKey,
  recordKey,
  toItem,
  toOverflowItem,
} from './suppression-item.ts';

/** The two tables, and what writing them takes. */
export type DynamoDBStoreOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** Of this container: see {@link foldAdditions}. */
  readonly shard: number;
  /** A token nobody else makes. */
  readonly newVersion: () => string;
  /**
   * The list whose records are read and written; left out: the one that feedback goes to. SES's own list is told of that one alone, so
   * decide on the records of another by a policy whose `accountList.mode` is `off`.
   */
  readonly list?: string;
  /** The time by which an expired overflow need not be read. Epoch milliseconds. */
  readonly clock: () => number;
};

/** The two tables behind `commit`. */
export function createDynamoDBStore(options: DynamoDBStoreOptions): SuppressionStore {
  return {
    read: (lookups, signal) => read(options, lookups, signal).catch(rethrow),
    write: (transaction, signal) => write(options, transaction, signal),
    actionsOf: ({ changes, counts }) =>
      changes.length + changes.flatMap(newOverflow).length + foldAdditions(additionsOf(counts), options.shard).length,
  };
}

async function read(options: DynamoDBStoreOptions, lookups: readonly Lookup[], signal?: AbortSignal) {
  const keys = lookups.map(({ address }) => recordKey(address, options.list));
  const items = await getAll(options, keys, signal);
  const held = new Map<AddressKey, ReadOutcome>(items.map((item) => [addressOf(item), fromItem(item)]));
  // Hardly any record has more ids than fit in it, so this second read is rare.
  const overflowKeys = lookups.flatMap(({ address, eventIds }) => {
    const outcome = held.get(address);
    if (outcome === undefined || 'unreadable' in outcome) return [];
    if ((outcome.record.overflowUntil ?? 0) <= options.clock()) return [];
    return [...new Set(eventIds)].map((id) => overflowKey(address, id));
  });
  for (const item of await getAll(options, overflowKeys, signal)) {
    const outcome = held.get(addressOf(item));
    if (outcome === undefined || 'unreadable' in outcome) continue;
    const { eventId, seen } = fromOverflowItem(item);
    const record = { ...outcome.record, overflow: { ...outcome.record.overflow, [eventId]: seen } };
    held.set(record.address, { ...outcome, record });
  }
  return held;
}

function addressOf({ address }: Item): AddressKey {
  return address?.S as AddressKey;
}

/** Reads until nothing is left unprocessed: a partial answer of a busy table must not look like an absent record. */
async function getAll(
  { client, suppressionsTable }: DynamoDBStoreOptions,
  keys: readonly Item[],
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < keys.length; from += 100) {
    let wanted: BatchGetItemCommandOutput['UnprocessedKeys'] = {
      [suppressionsTable]: { Keys: keys.slice(from, from + 100), ConsistentRead: true },
    };
    for (let rounds = 0; wanted?.[suppressionsTable] !== undefined; rounds++) {
      if (rounds === maxRounds) throw new StoreFault('DynamoDB leaves keys unprocessed', { extent: 'passing' });
      const answer: BatchGetItemCommandOutput = await client.send(
        new BatchGetItemCommand({ RequestItems: wanted }),
        signal && { abortSignal: signal },
      );
      items.push(...(answer.Responses?.[suppressionsTable] ?? []));
      wanted = answer.UnprocessedKeys;
    }
  }
  return items;
}

/** Then `commit` takes a pause and starts over. */
const maxRounds = 4;

async function write(
  options: DynamoDBStoreOptions,
  { changes, counts }: Transaction,
  signal?: AbortSignal,
): Promise<WriteOutcome> {
  const records = changes.map((change) => ({ address: change.record.address, action: putRecord(options, change) }));
  const overflow = changes.flatMap((change) =>
    newOverflow(change).map(([id, seen]) => ({
      address: change.record.address,
      action: { Put: { TableName: options.suppressionsTable, Item: toOverflowItem(change.record.address, id, seen) } },
    })),
  );
  const counters = foldAdditions(additionsOf(counts), options.shard).map((update) => ({
    address: undefined,
    action: addToCounter(options.reputationTable, update),
  }));
  const actions = [...records, ...overflow, ...counters];
  try {
    const command = new TransactWriteItemsCommand({ TransactItems: actions.map(({ action }) => action) });
    await options.client.send(command, signal && { abortSignal: signal });
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) return rethrow(error);
    const addresses = actions.map(({ address }) => address);
    return readReasons(error, addresses);
  }
}

/** The version says that nobody else has written the record since it was read, nor deleted it, nor made it anew. */
function putRecord(
  { suppressionsTable, newVersion, list }: DynamoDBStoreOptions,
  { record, held }: Change,
): TransactWriteItem {
  const condition =
    held === undefined
      ? { ConditionExpression: 'attribute_not_exists(address)' }
      : { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': { S: held.version } } };
  return {
    Put: {
      TableName: suppressionsTable,
      Item: { ...(held?.unknown as Item), ...toItem(record, newVersion(), list) },
      ...condition,
    },
  };
}

/** Needs no condition of its own: it goes with its record's write, and that has one. */
function newOverflow({ record, held }: Change): [string, Seen][] {
  return Object.entries(record.overflow).filter(([id, seen]) => seen !== held?.record.overflow[id]);
}

/** Somebody was faster, or the table is busy: the same can succeed later. */
const passing = new Set([
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** One reason per action, in order. Their items hold addresses: they are neither logged nor passed on. */
function readReasons(
  error: TransactionCanceledException,
  addresses: readonly (AddressKey | undefined)[],
): WriteOutcome {
  const contested = new Set<AddressKey>();
  const refused = new Map<AddressKey, string>();
  let isCounterContested = false;
  for (const [index, address] of addresses.entries()) {
    const code = error.CancellationReasons?.[index]?.Code ?? 'None';
    if (code === 'None') continue;
    if (passing.has(code)) {
      if (address === undefined) isCounterContested = true;
      else contested.add(address);
    } else if (address !== undefined) refused.set(address, `DynamoDB refused the record: ${code}`);
    else throw new StoreFault(`DynamoDB refused a counter: ${code}`, { extent: 'request', cause: error });
  }
  // A counter belongs to all, so nothing can go before it is free. Without any reason nothing is known but the failure.
  if (isCounterContested || contested.size + refused.size === 0) {
    for (const address of addresses) if (address !== undefined && !refused.has(address)) contested.add(address);
  }
  return { kind: 'cancelled', contested, refused };
}

function rethrow(error: unknown): never {
  throw toStoreFault(error);
}
