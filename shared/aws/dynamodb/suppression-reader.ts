import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import type { Reason } from '../../domain/feedback/recipient-event.ts';
import { backOff } from '../../domain/retry.ts';
import { eraseAddress, erasureKeyMaxAgeMs } from '../../domain/suppression/erased-address.ts';
import type { ReadEntries } from '../../suppression-list/list.ts';
import type { SuppressionListOptions } from '../../suppression-list/options.ts';
import type { StoredSuppression } from '../../suppression-list/verdict.ts';
import { erasedItemKey, erasureKeyItem, erasureKeyOf, erasureKeyProjection, listOfErased } from './erased-item.ts';
import type { Item } from './item.ts';
import { createLeanReader, type DynamoDBReader, retryContextOf } from './lean-reader.ts';

/**
 * Opens a list in DynamoDB for reads. This module is imported lazily: it needs the SDK, and a list in memory does not.
 */
export function openReader({ tableName, client, ...options }: SuppressionListOptions): ReadEntries {
  const reader = client === undefined ? createLeanReader(options, options) : createSdkReader(client);
  return createEntryReader(reader, tableName, options.clock ?? Date.now, verdictForm);
}

/** How an item is read: the attributes that are needed, and what they say. */
export type ItemForm<Entry> = {
  readonly projection: { readonly ProjectionExpression: string; readonly ExpressionAttributeNames: object };
  readonly toEntry: (item: Item) => Entry | undefined;
};

/** Reads through the application's own client, with its middleware, tracing, retries and timeouts. */
function createSdkReader(client: DynamoDBClient): DynamoDBReader {
  return {
    getItem: (input, abortSignal) => client.send(new GetItemCommand(input as never), { abortSignal }),
    batchGetItem: (input, abortSignal) => client.send(new BatchGetItemCommand(input as never), { abortSignal }),
  };
}

/** All attributes have placeholders, because DynamoDB reserves some of the names. */
export const entryNames = {
  '#a': 'address',
  '#l': 'list',
  '#s': 'status',
  '#r': 'reason',
  '#f': 'since',
  '#u': 'until',
};

/** What a verdict needs. */
const verdictForm: ItemForm<StoredSuppression> = {
  projection: {
    ProjectionExpression: '#a,#l,#s,#r,#f,#u,#c.#p.#m',
    ExpressionAttributeNames: { ...entryNames, '#c': 'causes', '#p': 'complaint', '#m': 'suspected' },
  },
  toEntry,
};

/** Reads entries of the `suppressions` table. Reads are eventually consistent: a write of the last second may be missing. */
export function createEntryReader<Entry>(
  reader: DynamoDBReader,
  tableName: string,
  clock: () => number,
  form: ItemForm<Entry>,
) {
  const { projection } = form;
  const readErasureKey = createErasureKeyReader(reader, tableName, clock);
  return async (
    addresses: readonly AddressKey[],
    lists: readonly string[],
    signal: AbortSignal,
  ): Promise<Map<AddressKey, Entry[]>> => {
    const keys = addresses.flatMap((address) => lists.map((list) => ({ address: { S: address }, list: { S: list } })));
    const [found, erased] = await Promise.all([getItems(keys, signal), getErased(addresses, lists, signal)]);
    const items = [...found, ...erased];
    // DynamoDB returns items in any order. Of entries that last equally long, `verdictOf` takes the first.
    items.sort((a, b) => lists.indexOf(a.list?.S ?? '') - lists.indexOf(b.list?.S ?? ''));
    const entries = new Map<AddressKey, Entry[]>();
    for (const item of items) {
      const entry = form.toEntry(item);
      const address = item.address?.S as AddressKey;
      if (entry !== undefined) entries.set(address, [...(entries.get(address) ?? []), entry]);
    }
    return entries;
  };

  /** Reads what is kept of addresses whose data was erased, with the addresses and lists in place of the hashes. */
  async function getErased(
    addresses: readonly AddressKey[],
    lists: readonly string[],
    signal: AbortSignal,
  ): Promise<Item[]> {
    const secret = await readErasureKey(signal);
    if (secret === undefined) return [];
    const addressOf = new Map(addresses.map((address) => [eraseAddress(address, secret) as string, address]));
    const keys = addresses.flatMap((address) => lists.map((list) => erasedItemKey(address, list, secret)));
    const items = await getItems(keys, signal);
    return items.map((item) => ({
      ...item,
      address: { S: addressOf.get(item.address?.S ?? '') ?? '' },
      list: { S: listOfErased(item.list?.S ?? '') },
    }));
  }

  async function getItems(keys: readonly Item[], signal: AbortSignal): Promise<Item[]> {
    return keys.length === 1 ? getOne(keys[0] as Item, signal) : getAll(keys, signal);
  }

  async function getOne(key: Item, signal: AbortSignal): Promise<Item[]> {
    const { Item } = await reader.getItem({ TableName: tableName, Key: key, ...projection }, signal);
    return Item === undefined ? [] : [Item];
  }

  /** Reads until no key is left unprocessed: a key that a throttled table skips must not look like an address without a record. */
  async function getAll(Keys: readonly Item[], signal: AbortSignal): Promise<Item[]> {
    const items: Item[] = [];
    let RequestItems: Record<string, object> = { [tableName]: { Keys, ...projection } };
    for (let attempt = 0; tableName in RequestItems; attempt++) {
      if (attempt > 0) await backOff(attempt, retryContextOf(signal));
      const { Responses, UnprocessedKeys } = await reader.batchGetItem({ RequestItems }, signal);
      // DynamoDB always sends it, also without a result. Without it, something else has answered, and knows nothing about the addresses.
      if (Responses === undefined) throw Object.assign(new Error('No Responses'), { name: 'UnexpectedResponse' });
      items.push(...(Responses[tableName] ?? []));
      RequestItems = UnprocessedKeys ?? {};
    }
    return items;
  }
}

/** Throws for an item of another shape: it belongs to another table, and the wrong table must not answer "not suppressed". */
export function toEntry({ list, status, reason, since, until, causes }: Item): StoredSuppression | undefined {
  if (status?.S === 'watched' || status?.S === 'released') return undefined;
  const [from, end] = [toTime(since), until === undefined ? undefined : toTime(until)];
  if (
    !/^(suppressed|erased)$/.test(status?.S ?? '') ||
    !list?.S ||
    !reason?.S ||
    Number.isNaN(from) ||
    Number.isNaN(end)
  ) {
    throw Object.assign(new Error('Not a suppression record'), { name: 'UnknownRecord' });
  }
  return {
    list: list.S,
    reason: reason.S as Reason,
    since: from,
    ...(end !== undefined && { until: end }),
    suspected: reason.S === 'complaint' && causes?.M?.complaint?.M?.suspected?.BOOL === true,
  };
}

/**
 * Returns a function that reads the key of erased addresses. Most stacks have none: this is asked again every five minutes. A key never changes.
 */
function createErasureKeyReader(reader: DynamoDBReader, TableName: string, clock: () => number) {
  let secret: string | undefined;
  let readAt: number | undefined;
  return async (signal: AbortSignal): Promise<string | undefined> => {
    const age = readAt === undefined ? erasureKeyMaxAgeMs : clock() - readAt;
    // A clock that was set back must not keep an answer for longer.
    if (secret !== undefined || (age >= 0 && age < erasureKeyMaxAgeMs)) return secret;
    const startedAt = clock();
    const { Item } = await reader.getItem({ TableName, Key: erasureKeyItem, ...erasureKeyProjection }, signal);
    [secret, readAt] = [erasureKeyOf(Item), startedAt];
    return secret;
  };
}

function toTime(attribute: AttributeValue | undefined): number {
  return Date.parse(String(attribute?.S));
}
