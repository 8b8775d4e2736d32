import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import type { Count } from '../../domain/suppression/decide.ts';
import { defaultListName } from '../../domain/suppression/list-name.ts';
import type { OperatorChange } from '../../domain/suppression/operator-change.ts';
import type { Seen } from '../../domain/suppression/record.ts';
import { statusChangeOf } from '../../domain/suppression/status-change.ts';
import type {
  Lookup,
  ReadOutcome,
  RecordChange,
  RecordTransaction,
  SuppressionStore,
  WriteOutcome,
} from '../../domain/suppression/store.ts';
import { StoreError } from '../../domain/suppression/store.ts';
import { additionsOf, addToCounter, sumAdditions } from './counter-item.ts';
import { toStoreError } from './errors.ts';
import { toHistoryItem } from './history-item.ts';
import type { Item } from './item.ts';
import { toStatusChangeItem } from './status-change-item.ts';
import { fromItem, fromOverflowItem, overflowKey, recordKey, toItem, toOverflowItem } from './suppression-item.ts';
import { toWriteOutcome } from './write-outcome.ts';

export type SuppressionTableOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** The number of this container, see {@link sumAdditions}. */
  readonly shard: number;
  /** Returns a unique token. */
  readonly newVersion: () => string;
  /**
   * The suppression list to read and write. Decide on its records by the policy that `policyOfList` returns.
   * @default the account's list
   */
  readonly list?: string;
  /**
   * Whether a change of status is written to the outbox from which it is published: `publishStatusChanges` of the policy.
   * @default false
   */
  readonly publishesChanges?: boolean;
  /** Epoch milliseconds. Ids in an overflow that has expired are not read. */
  readonly clock: () => number;
};

/** Returns the store of suppression records. It writes the counters of a transaction to the `reputation` table. */
export function createSuppressionTable(options: SuppressionTableOptions): SuppressionStore {
  return {
    ofList: (list) => createSuppressionTable({ ...options, list }),
    read: (lookups, signal) => read(options, lookups, signal).catch(rethrow),
    write: (transaction, signal) => write(options, transaction, signal),
    countItems: ({ changes, counts }) =>
      changes.length +
      changes.flatMap(newOverflow).length +
      changes.flatMap((change) => statusChange(options, change)).length +
      changes.flatMap((change) => change.operatorChange ?? []).length +
      counterUpdates(options, counts).length,
    counterKeys: (counts) => counterUpdates(options, counts).map(({ key }) => `${key.scope} ${key.hour}`),
  };
}

function counterUpdates({ shard }: SuppressionTableOptions, counts: readonly Count[]) {
  return sumAdditions(additionsOf(counts), shard);
}

async function read(options: SuppressionTableOptions, lookups: readonly Lookup[], signal?: AbortSignal) {
  const keys = lookups.map(({ address }) => recordKey(address, options.list));
  const items = await getAll(options, keys, signal);
  const outcomes = new Map<AddressKey, ReadOutcome>(items.map((item) => [addressOf(item), fromItem(item)]));
  // Few records have more event ids than fit into them, so this second read is rare.
  const overflowKeys = lookups.flatMap(({ address, eventIds }) => {
    const outcome = outcomes.get(address);
    if (outcome === undefined || 'unreadable' in outcome) return [];
    if ((outcome.record.overflowUntil ?? 0) <= options.clock()) return [];
    return [...new Set(eventIds)].map((id) => overflowKey(address, id, options.list));
  });
  for (const item of await getAll(options, overflowKeys, signal)) {
    const outcome = outcomes.get(addressOf(item));
    if (outcome === undefined || 'unreadable' in outcome) continue;
    const { eventId, seen } = fromOverflowItem(item, options.list);
    const record = { ...outcome.record, overflow: { ...outcome.record.overflow, [eventId]: seen } };
    outcomes.set(record.address, { ...outcome, record });
  }
  return outcomes;
}

function addressOf({ address }: Item): AddressKey {
  return address?.S as AddressKey;
}

/**
 * Reads until DynamoDB has processed all keys, so that the partial response of a busy table does not look like missing
 * records.
 */
async function getAll(
  { client, suppressionsTable }: SuppressionTableOptions,
  keys: readonly Item[],
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < keys.length; from += 100) {
    let unread: BatchGetItemCommandOutput['UnprocessedKeys'] = {
      [suppressionsTable]: { Keys: keys.slice(from, from + 100), ConsistentRead: true },
    };
    for (let calls = 0; unread?.[suppressionsTable] !== undefined; calls++) {
      if (calls === maxBatchCalls) throw new StoreError('DynamoDB left keys unprocessed', { scope: 'transient' });
      const response: BatchGetItemCommandOutput = await client.send(
        new BatchGetItemCommand({ RequestItems: unread }),
        signal && { abortSignal: signal },
      );
      items.push(...(response.Responses?.[suppressionsTable] ?? []));
      unread = response.UnprocessedKeys;
    }
  }
  return items;
}

/** Calls for one batch of keys, without waiting in between. After that, the caller backs off and starts again. */
const maxBatchCalls = 4;

async function write(
  options: SuppressionTableOptions,
  { changes, counts }: RecordTransaction,
  signal?: AbortSignal,
): Promise<WriteOutcome> {
  const planned = changes.map((change) => ({ change, published: statusChange(options, change) }));
  const records = planned.map(({ change, published }) => ({
    address: change.record.address,
    action: putRecord(options, change, published[0]?.at ?? change.stored?.changedAt),
  }));
  const overflow = changes.flatMap((change) =>
    newOverflow(change).map(([id, seen]) => ({
      address: change.record.address,
      action: {
        Put: {
          TableName: options.suppressionsTable,
          Item: toOverflowItem(change.record.address, id, seen, options.list),
        },
      },
    })),
  );
  const statusChanges = planned.flatMap(({ change, published }) =>
    published.map(({ item }) => ({
      address: change.record.address,
      action: { Put: { TableName: options.suppressionsTable, Item: item } },
    })),
  );
  const history = changes.flatMap(({ record, operatorChange }) =>
    operatorChange === undefined ? [] : { address: record.address, action: putHistory(options, operatorChange) },
  );
  const counters = counterUpdates(options, counts).map((update) => ({
    address: undefined,
    action: addToCounter(options.reputationTable, update),
  }));
  const actions = [...records, ...overflow, ...statusChanges, ...history, ...counters];
  try {
    const command = new TransactWriteItemsCommand({ TransactItems: actions.map(({ action }) => action) });
    await options.client.send(command, signal && { abortSignal: signal });
    return { kind: 'written' };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) return rethrow(error);
    const addresses = actions.map(({ address }) => address);
    return toWriteOutcome(error, addresses);
  }
}

/** There is still no record. */
const ifAbsent = { ConditionExpression: 'attribute_not_exists(address)' };
/**
 * The record has not been written, deleted or created again since it was read: each write gives it a new random
 * version.
 */
const ifVersion = (version: string) => ({
  ConditionExpression: 'version = :version',
  ExpressionAttributeValues: { ':version': { S: version } },
});

function putRecord(
  { suppressionsTable, newVersion, list }: SuppressionTableOptions,
  { record, stored }: RecordChange,
  changedAt: number | undefined,
): TransactWriteItem {
  return {
    Put: {
      TableName: suppressionsTable,
      Item: { ...(stored?.unknown as Item), ...toItem(record, newVersion(), list, changedAt) },
      ...(stored === undefined ? ifAbsent : ifVersion(stored.version)),
    },
  };
}

function putHistory(
  { suppressionsTable, newVersion, list = defaultListName }: SuppressionTableOptions,
  change: OperatorChange,
): TransactWriteItem {
  const changed = list === defaultListName ? change : { ...change, list };
  return { Put: { TableName: suppressionsTable, Item: toHistoryItem(changed, newVersion()) } };
}

/**
 * Returns the event ids that are new in the overflow. Their items need no condition, because the record in the same
 * transaction has one.
 */
function newOverflow({ record, stored }: RecordChange): [string, Seen][] {
  return Object.entries(record.overflow).filter(([id, seen]) => seen !== stored?.record.overflow[id]);
}

/**
 * Returns the change of status that a write makes, if it makes one and changes are published. Its time is later than that of the change before,
 * whatever the clocks of the writers say.
 */
function statusChange(
  { publishesChanges = false, newVersion, clock, list = defaultListName }: SuppressionTableOptions,
  change: RecordChange,
): { readonly item: Item; readonly at: number }[] {
  if (!publishesChanges) return [];
  const at = Math.max(clock(), (change.stored?.changedAt ?? 0) + 1);
  const published = statusChangeOf(change, { id: newVersion(), at, list });
  return published ? [{ item: toStatusChangeItem(published), at }] : [];
}

function rethrow(error: unknown): never {
  throw toStoreError(error);
}
