import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { defined } from '../../domain/defined.ts';
import { day } from '../../domain/durations.ts';
import { reasons } from '../../domain/feedback/recipient-event.ts';
import type { OperatorChange } from '../../domain/suppression/operator-change.ts';
import { outboxKey, outboxKeys } from '../../domain/suppression/outbox-key.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { Item } from './item.ts';

/** How long a change is kept, in milliseconds. */
export const historyRetentionMs = 400 * day;

/** All changes of an address have this prefix in the sort key of its partition. No list has a `#` in its name. */
export const historyPrefix = 'history#';

/**
 * Returns the item for a change. It is written together with the record, and is never overwritten: its key has the time of the change and a
 * unique id.
 */
export function toHistoryItem(change: OperatorChange, id: string): Item {
  const { address, list, at, before, until, ...rest } = change;
  return marshall(
    {
      address,
      list: `${historyPrefix}${formatTimestamp(at)}#${id}`,
      ...rest,
      ...defined({ changedList: list, until: until && formatTimestamp(until) }),
      ...(before && {
        before: { ...before, since: formatTimestamp(before.since), ...defined({ until: isoOf(before.until) }) },
      }),
      mirror: outboxKey(address, [monthName(at)]),
      mirrorDue: at,
      expiresAt: Math.ceil((at + historyRetentionMs) / 1000),
    },
    { removeUndefinedValues: true },
  );
}

function isoOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : formatTimestamp(time);
}

/** Returns the keys under which the outbox index lists the changes of the month of a time. */
export function historyKeys(time: number): string[] {
  return outboxKeys([[monthName(time)]]);
}

/** The place of the Regions in the key of the outbox index. */
function monthName(time: number): string {
  return `history-${formatTimestamp(time).slice(0, 7)}`;
}

const stamp = z.pipe(
  z.string().check(z.iso.datetime()),
  z.transform((text) => Date.parse(text)),
);
const historySchema = z.object({
  address: z.string(),
  changedList: z.optional(z.string()),
  action: z.enum(['suppressed', 'released', 'imported', 'erased']),
  mirrorDue: z.number(),
  by: z.string(),
  note: z.string(),
  until: z.optional(stamp),
  before: z.optional(z.object({ reason: z.enum(reasons), since: stamp, until: z.optional(stamp) })),
});

/** Reads a change from an item made by {@link toHistoryItem}. Returns `undefined` for any other item. */
export function fromHistoryItem(item: Item): OperatorChange | undefined {
  const result = historySchema.safeParse(unmarshall(item));
  if (!result.success) return undefined;
  const { mirrorDue: at, changedList: list, until, before, ...rest } = result.data;
  const { until: end, ...others } = before ?? {};
  return {
    ...rest,
    at,
    ...defined({ list, until }),
    ...(before && { before: { ...(others as Omit<typeof before, 'until'>), ...defined({ until: end }) } }),
  };
}
