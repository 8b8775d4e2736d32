import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import type { Reason } from '../../domain/feedback/recipient-event.ts';
import { backOff } from '../../domain/retry.ts';
import type { ReadEntries } from '../../suppression-list/list.ts';
import type { SuppressionListOptions } from '../../suppression-list/options.ts';
import type { StoredSuppression } from '../../suppression-list/verdict.ts';
import type { Item } from './item.ts';
import { createLeanReader, type DynamoDBReader, retryContextOf } from './lean-reader.ts';

/**
 * Opens a list in DynamoDB for reads. This module is imported lazily: it needs the SDK, and a list in memory does not.
 */
export function openReader({ tableName, client, ...options }: SuppressionListOptions): ReadEntries {
  const reader = client === undefined ? createLeanReader(options, options) : createSdkReader(client);
  return createEntryReader(reader, tableName);
}

/** Reads through the application's own client, with its middleware, tracing, retries and timeouts. */
function createSdkReader(client: DynamoDBClient): DynamoDBReader {
  return {
    getItem: (input, abortSignal) => client.send(new GetItemCommand(input as never), { abortSignal }),
    batchGetItem: (input, abortSignal) => client.send(new BatchGetItemCommand(input as never), { abortSignal }),
  };
}

/** The attributes that a verdict needs. All have placeholders, because DynamoDB reserves some of the names. */
const projection = {
  ProjectionExpression: '#a,#l,#s,#r,#f,#u,#c.#p.#m',
  ExpressionAttributeNames: {
    '#a': 'address',
    '#l': 'list',
    '#s': 'status',
    '#r': 'reason',
    '#f': 'since',
    '#u': 'until',
    '#c': 'causes',
    '#p': 'complaint',
    '#m': 'suspected',
  },
};

/** Reads entries of the `suppressions` table. Reads are eventually consistent: a write of the last second may be missing. */
function createEntryReader(reader: DynamoDBReader, tableName: string): ReadEntries {
  return async (addresses, lists, signal) => {
    const keys = addresses.flatMap((address) => lists.map((list) => ({ address: { S: address }, list: { S: list } })));
    const items = keys.length === 1 ? await getOne(keys[0] as Item, signal) : await getAll(keys, signal);
    // DynamoDB returns items in any order. Of entries that last equally long, `verdictOf` takes the first.
    items.sort((a, b) => lists.indexOf(a.list?.S ?? '') - lists.indexOf(b.list?.S ?? ''));
    const entries = new Map<AddressKey, StoredSuppression[]>();
    for (const item of items) {
      const entry = toEntry(item);
      const address = item.address?.S as AddressKey;
      if (entry !== undefined) entries.set(address, [...(entries.get(address) ?? []), entry]);
    }
    return entries;
  };

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
function toEntry({ list, status, reason, since, until, causes }: Item): StoredSuppression | undefined {
  if (status?.S === 'watched' || status?.S === 'released') return undefined;
  const [from, end] = [toTime(since), until === undefined ? undefined : toTime(until)];
  if (status?.S !== 'suppressed' || !list?.S || !reason?.S || Number.isNaN(from) || Number.isNaN(end)) {
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

function toTime(attribute: AttributeValue | undefined): number {
  return Date.parse(String(attribute?.S));
}
