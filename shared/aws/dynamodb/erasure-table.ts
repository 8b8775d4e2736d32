import { randomBytes, randomUUID } from 'node:crypto';
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import { defined } from '../../domain/defined.ts';
import { day } from '../../domain/durations.ts';
import type { Reason } from '../../domain/feedback/recipient-event.ts';
import type { Attribution } from '../../domain/suppression/attribution.ts';
import { type ErasedAddress, eraseAddress, erasedPrefix } from '../../domain/suppression/erased-address.ts';
import { defaultListName } from '../../domain/suppression/list-name.ts';
import type { OperatorChange } from '../../domain/suppression/operator-change.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { Erased, Erasures, KeptSuppression } from '../../operator/erasures.ts';
import { erasureKeyItem, erasureKeyOf, keyOfErased, listOfErased } from './erased-item.ts';
import { orStoreError, toStoreError } from './errors.ts';
import { toHistoryItem } from './history-item.ts';
import type { Item } from './item.ts';
import { queryItems } from './query.ts';
import { isConditionMet } from './write-condition.ts';

export type ErasureTableOptions = { readonly client: DynamoDBClient; readonly suppressionsTable: string };

/** An attempt fails only if feedback, or an operator, changes the record between the read and the write. */
const maxAttempts = 10;

/** Returns the key of the hashes of erased addresses, or `undefined` if no address was ever erased. */
export async function readErasureKey({ client, suppressionsTable }: ErasureTableOptions): Promise<string | undefined> {
  return erasureKeyOf(await readKeyItem(client, suppressionsTable));
}

async function readKeyItem(client: DynamoDBClient, TableName: string): Promise<Item | undefined> {
  return (await orStoreError(client.send(new GetItemCommand({ TableName, Key: erasureKeyItem, ConsistentRead: true }))))
    .Item;
}

/** Returns the part of the `suppressions` table that is about addresses whose data was erased. */
export function createErasureTable(options: ErasureTableOptions): Erasures {
  const { client, suppressionsTable: TableName } = options;
  const readPartition = (address: string) =>
    queryItems(client, {
      TableName,
      KeyConditionExpression: 'address = :address',
      ExpressionAttributeValues: marshall({ ':address': address }),
      ConsistentRead: true,
    });
  const hashOf = async (address: AddressKey): Promise<ErasedAddress | undefined> => {
    const secret = await readErasureKey(options);
    return secret === undefined ? undefined : eraseAddress(address, secret);
  };
  const readKept = async (erased: ErasedAddress | undefined, now: number): Promise<KeptSuppression[]> =>
    erased === undefined ? [] : (await readPartition(erased)).flatMap((item) => fromErasedItem(item, now) ?? []);

  return {
    async openKey(now) {
      const Item = { ...erasureKeyItem, ...marshall({ causes: { erasureKey: newSecret() }, createdAt: now }) };
      const condition = { ConditionExpression: 'attribute_not_exists(address)' };
      if (await isConditionMet(client.send(new PutItemCommand({ TableName, Item, ...condition })))) return now;
      return Number((await readKeyItem(client, TableName))?.createdAt?.N);
    },

    async erase(address, now, attribution) {
      const erased = await hashOf(address);
      if (erased === undefined) throw new Error('The key of erased addresses is missing.');
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const items = await readPartition(address);
        if (items.length === 0) return undefined;
        const kept = await readKept(erased, now);
        const actions = planErasure({ items, kept, erased, now, attribution });
        if (await writeAll(actions)) return deleteRest(address, items.filter(isRecord).length);
      }
      throw new Error(`Other writers changed the record ${maxAttempts} times in a row. Run the command again.`);
    },

    async find(address, now) {
      const hash = await hashOf(address);
      return { ...defined({ hash }), suppressions: await readKept(hash, now) };
    },

    async release(address, list, now, attribution) {
      const erased = await hashOf(address);
      const kept = (await readKept(erased, now)).find((one) => one.list === list);
      if (erased === undefined || kept === undefined) return false;
      const { list: _, ...before } = kept;
      const change = { ...attribution, address: erased, action: 'released' as const, at: now, before };
      const expiresAt = Math.ceil((now + day) / 1000);
      return writeAll([
        {
          Put: {
            TableName,
            Item: { ...keyOfErased(erased, list), ...marshall({ status: 'released', expiresAt }) },
            ConditionExpression: '#status = :erased',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: marshall({ ':erased': 'erased' }),
          },
        },
        putHistory(list === defaultListName ? change : { ...change, list }),
      ]);
    },
  };

  type Plan = {
    readonly items: readonly Item[];
    readonly kept: readonly KeptSuppression[];
    readonly erased: ErasedAddress;
    readonly now: number;
    readonly attribution: Attribution;
  };

  /** The hashes replace the records in one transaction, so that the address is suppressed at every moment, and the change is never without its history. */
  function planErasure({ items, kept, erased, now, attribution }: Plan): TransactWriteItem[] {
    const records = items.filter(isRecord);
    const suppressions = records.flatMap((item) => suppressionOf(item, now) ?? []);
    const longer = suppressions.filter(({ list, until = never }) =>
      kept.every((one) => one.list !== list || (one.until ?? never) < until),
    );
    const before = suppressions.find(({ list }) => list === defaultListName);
    const { list: _, ...suppression } = before ?? {};
    const change = {
      ...attribution,
      address: erased,
      action: 'erased' as const,
      at: now,
      ...(before && { before: suppression as Omit<KeptSuppression, 'list'> }),
    };
    return [
      ...longer.map((one) => ({ Put: { TableName, Item: toErasedItem(erased, one, now) } })),
      ...records.map((item) => ({ Delete: { TableName, Key: keyOf(item), ...ifUnchanged(item) } })),
      putHistory(change),
    ];
  }

  function putHistory(change: OperatorChange): TransactWriteItem {
    return { Put: { TableName, Item: toHistoryItem(change, randomUUID()) } };
  }

  /** Returns whether the transaction took effect; false if a record changed in the meantime. */
  async function writeAll(TransactItems: TransactWriteItem[]): Promise<boolean> {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
      return true;
    } catch (error) {
      if (error instanceof TransactionCanceledException) return false;
      throw toStoreError(error);
    }
  }

  /** Deletes what is stored beside the records. A record that feedback has created in the meantime stays. */
  async function deleteRest(address: AddressKey, records: number): Promise<Erased> {
    const others = (await readPartition(address)).filter((item) => !isRecord(item));
    for (const item of others) await orStoreError(client.send(new DeleteItemCommand({ TableName, Key: keyOf(item) })));
    return { records, otherItems: others.length };
  }
}

/** Later than any `Date`. */
const never = 9e15;

/** 256 bits, as long as the hash. */
const newSecret = () => randomBytes(32).toString('hex');

/** No list has a `#` in its name; everything else of an address has one in its sort key. */
const isRecord = ({ list }: Item) => !list?.S?.includes('#');

function keyOf({ address, list }: Item): Item {
  return { address, list } as Item;
}

/** Each write of a record gives it a new version. */
function ifUnchanged({ version }: Item) {
  if (version === undefined) return { ConditionExpression: 'attribute_not_exists(version)' };
  return { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };
}

function toErasedItem(erased: ErasedAddress, { list, reason, since, until }: KeptSuppression, now: number): Item {
  const end = until && { until: formatTimestamp(until), expiresAt: Math.ceil((until + day) / 1000) };
  const kept = { status: 'erased', reason, since: formatTimestamp(since), erasedAt: formatTimestamp(now), ...end };
  return { ...keyOfErased(erased, list), ...marshall(kept) };
}

function fromErasedItem(item: Item, now: number): KeptSuppression | undefined {
  if (item.status?.S !== 'erased' || !item.list?.S?.startsWith(erasedPrefix)) return undefined;
  const kept = timesOf(item, now);
  return kept && { ...kept, list: listOfErased(item.list.S) };
}

function suppressionOf(item: Item, now: number): KeptSuppression | undefined {
  return item.status?.S === 'suppressed' ? timesOf(item, now) : undefined;
}

/** Returns `undefined` if the suppression has ended. */
function timesOf({ list, reason, since, until }: Item, now: number): KeptSuppression | undefined {
  const end = until?.S === undefined ? undefined : Date.parse(until.S);
  if (end !== undefined && end <= now) return undefined;
  return {
    list: list?.S ?? '',
    reason: (reason?.S ?? 'manual') as Reason,
    since: Date.parse(since?.S ?? '') || now,
    ...defined({ until: end }),
  };
}
