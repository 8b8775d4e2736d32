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
  Lookup,
  ReadOutcome,
  RecordChange,
  RecordTransaction,
  SuppressionStore,
  WriteOutcome,
} from '../../domain/suppression/store.ts';
import { StoreError } from '../../domain/suppression/store.ts';
import { sumAdditions } from './counter-item.ts';
import { additionsOf, addToCounter } from './counter-table.ts';
import { toStoreError } from './errors.ts';
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
export type SuppressionTableOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** Of this container: see {@link sumAdditions}. */
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
export function createSuppressionTable(options: SuppressionTableOptions): SuppressionStore {
  return {
    read: (lookups, signal) => read(options, lookups, signal).catch(rethrow),
    write: (transaction, signal) => write(options, transaction, signal),
    countItems: ({ changes, counts }) =>
      changes.length + changes.flatMap(newOverflow).length + sumAdditions(additionsOf(counts), options.shard).length,
  };
}

async function read(options: SuppressionTableOptions, lookups: readonly Lookup[], signal?: AbortSignal) {
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
  { client, suppressionsTable }: SuppressionTableOptions,
  keys: readonly Item[],
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < keys.length; from += 100) {
    let wanted: BatchGetItemCommandOutput['UnprocessedKeys'] = {
      [suppressionsTable]: { Keys: keys.slice(from, from + 100), ConsistentRead: true },
    };
    for (let rounds = 0; wanted?.[suppressionsTable] !== undefined; rounds++) {
      if (rounds === maxRounds) throw new StoreError('DynamoDB leaves keys unprocessed', { scope: 'transient' });
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
  options: SuppressionTableOptions,
  { changes, counts }: RecordTransaction,
  signal?: AbortSignal,
): Promise<WriteOutcome> {
  const records = changes.map((change) => ({ address: change.record.address, action: putRecord(options, change) }));
  const overflow = changes.flatMap((change) =>
    newOverflow(change).map(([id, seen]) => ({
      address: change.record.address,
      action: { Put: { TableName: options.suppressionsTable, Item: toOverflowItem(change.record.address, id, seen) } },
    })),
  );
  const counters = sumAdditions(additionsOf(counts), options.shard).map((update) => ({
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
  { suppressionsTable, newVersion, list }: SuppressionTableOptions,
  { record, stored }: RecordChange,
): TransactWriteItem {
  const condition =
    stored === undefined
      ? { ConditionExpression: 'attribute_not_exists(address)' }
      : { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': { S: stored.version } } };
  return {
    Put: {
      TableName: suppressionsTable,
      Item: { ...(stored?.unknown as Item), ...toItem(record, newVersion(), list) },
      ...condition,
    },
  };
}

/** Needs no condition of its own: it goes with its record's write, and that has one. */
function newOverflow({ record, stored }: RecordChange): [string, Seen][] {
  return Object.entries(record.overflow).filter(([id, seen]) => seen !== stored?.record.overflow[id]);
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
  const rejected = new Map<AddressKey, string>();
  let isCounterContested = false;
  for (const [index, address] of addresses.entries()) {
    const code = error.CancellationReasons?.[index]?.Code ?? 'None';
    if (code === 'None') continue;
    if (passing.has(code)) {
      if (address === undefined) isCounterContested = true;
      else contested.add(address);
    } else if (address !== undefined) rejected.set(address, `DynamoDB refused the record: ${code}`);
    else throw new StoreError(`DynamoDB refused a counter: ${code}`, { scope: 'request', cause: error });
  }
  // A counter belongs to all, so nothing can go before it is free. Without any reason nothing is known but the failure.
  if (isCounterContested || contested.size + rejected.size === 0) {
    for (const address of addresses) if (address !== undefined && !rejected.has(address)) contested.add(address);
  }
  return { kind: 'cancelled', contested, rejected };
}

function rethrow(error: unknown): never {
  throw toStoreError(error);
}
