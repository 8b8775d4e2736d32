import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { day } from '../../domain/durations.ts';
import { outboxKey, outboxKeys } from '../../domain/suppression/outbox-key.ts';
import type { StatusChange } from '../../domain/suppression/status-change.ts';
import type { Item } from './item.ts';

/** The place of the Regions in the key of the outbox index. */
const outboxName = 'status-changes';

/** A change that could not be published for two weeks is deleted, as a message in a dead-letter queue is. */
const retentionMs = 14 * day;

/** Returns the keys under which the outbox index lists changes of status. */
export function statusChangeOutboxKeys(): string[] {
  return outboxKeys([[outboxName]]);
}

/**
 * Returns the item for a change that waits to be published. It is written together with the record of the address, has the same partition key,
 * and is found through the index that also lists pending syncs.
 */
export function toStatusChangeItem(change: StatusChange): Item {
  const at = Date.parse(change.at);
  return {
    ...statusChangeKey(change),
    ...marshall({
      mirror: outboxKey(change.address, [outboxName]),
      mirrorDue: at,
      change: JSON.stringify(change),
      expiresAt: Math.ceil((at + retentionMs) / 1000),
    }),
  };
}

/** Returns the key of the item of a change. No list has a `#` in its name. */
export function statusChangeKey({ address, id }: Pick<StatusChange, 'address' | 'id'>): Item {
  return marshall({ address, list: `change#${id}` });
}

/** Reads a change from an item made by {@link toStatusChangeItem}. */
export function fromStatusChangeItem(item: Item): StatusChange {
  return JSON.parse(String(unmarshall(item).change));
}
