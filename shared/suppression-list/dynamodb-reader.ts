import { setTimeout as sleep } from 'node:timers/promises';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AddressKey } from '../domain/address.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import type { SuppressionEntry } from './verdict.ts';

type Item = Record<string, AttributeValue>;

/** The two reads of DynamoDB's API, whoever makes them. Rejections are the client's own. */
export type DynamoDBReader = {
  getItem(input: object, signal: AbortSignal): Promise<{ readonly Item?: Item | undefined }>;
  batchGetItem(input: object, signal: AbortSignal): Promise<BatchAnswer>;
};

type BatchAnswer = {
  readonly Responses?: Readonly<Record<string, Item[]>> | undefined;
  readonly UnprocessedKeys?: Readonly<Record<string, object>> | undefined;
};

/** Reads what lists hold of addresses: at most a hundred pairs of both, DynamoDB's bound. Addresses nothing is held of are left out. */
export type ReadEntries = (
  addresses: readonly AddressKey[],
  lists: readonly string[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<AddressKey, readonly SuppressionEntry[]>>;

/** What a verdict takes; all of it under other names, as DynamoDB reserves some. */
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

/** Reads the `suppressions` table, eventually consistent: what was written in the last second may be missing. */
export function createEntryReader(reads: DynamoDBReader, tableName: string): ReadEntries {
  return async (addresses, lists, signal) => {
    const keys = addresses.flatMap((address) => lists.map((list) => ({ address: { S: address }, list: { S: list } })));
    const items = keys.length === 1 ? await getOne(keys[0] as Item) : await getAll(keys);
    const entries = new Map<AddressKey, SuppressionEntry[]>();
    // DynamoDB answers in any order, and of two that suppress equally long the first speaks.
    items.sort((a, b) => lists.indexOf(a.list?.S ?? '') - lists.indexOf(b.list?.S ?? ''));
    for (const item of items) {
      const entry = toEntry(item);
      const address = item.address?.S as AddressKey;
      if (entry !== undefined) entries.set(address, [...(entries.get(address) ?? []), entry]);
    }
    return entries;

    async function getOne(key: Item): Promise<Item[]> {
      const { Item } = await reads.getItem({ TableName: tableName, Key: key, ...projection }, signal);
      return Item === undefined ? [] : [Item];
    }

    /** Until nothing is left unprocessed: the partial answer of a busy table must not look like an absent record. */
    async function getAll(Keys: readonly Item[]): Promise<Item[]> {
      const found: Item[] = [];
      let wanted: Record<string, object> = { [tableName]: { Keys, ...projection } };
      for (let round = 0; tableName in wanted; round++) {
        if (round > 0) await waitWithJitter(round, signal);
        const { Responses, UnprocessedKeys } = await reads.batchGetItem({ RequestItems: wanted }, signal);
        found.push(...(Responses?.[tableName] ?? []));
        wanted = UnprocessedKeys ?? {};
      }
      return found;
    }
  };
}

/** With full jitter, so that those who met at a busy table do not meet again. */
export async function waitWithJitter(round: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.random() * Math.min(1000, 25 * 2 ** round), undefined, { signal });
}

/** Strict: an item of another shape means another table, and a wrong table must not say "not suppressed". */
function toEntry({ list, status, reason, since, until, causes }: Item): SuppressionEntry | undefined {
  if (status?.S === 'watched' || status?.S === 'released') return undefined;
  const [from, end] = [Date.parse(String(since?.S)), until === undefined ? undefined : Date.parse(String(until.S))];
  if (status?.S !== 'suppressed' || !list?.S || !reason?.S || Number.isNaN(from) || Number.isNaN(end)) {
    throw Object.assign(new Error('No suppression record'), { name: 'UnknownRecord' });
  }
  return {
    list: list.S,
    reason: reason.S as Reason,
    since: from,
    ...(end !== undefined && { until: end }),
    suspected: reason.S === 'complaint' && causes?.M?.complaint?.M?.suspected?.BOOL === true,
  };
}
