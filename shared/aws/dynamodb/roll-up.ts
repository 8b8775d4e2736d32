import { marshall } from '@aws-sdk/util-dynamodb';
import { day, hour, minute } from '../../domain/durations.ts';
import { addHours, type DayItem, type HourItem, toDayItem } from './day-item.ts';
import { type TransactionTarget, writeOptionally } from './optional-transaction.ts';

/** An hour is rolled up into its day when it has been over for so long: most of its bounces are known by then. */
const closedAfter = 6 * hour;

/** The minutes of an hour in which what came in late is added to its day: every scope has a turn in them. */
const lateTurn = 5 * minute;

/** With the day's own item as much as one transaction takes: 24 hours of four shards, and some of SES's statistics. */
const maxHours = 99;

/** Adds the hours of a scope that are over to the item of their day, as they were read. */
export async function rollUp(
  transaction: TransactionTarget,
  scope: string,
  {
    days,
    hours,
    now,
  }: { readonly days: readonly DayItem[]; readonly hours: readonly HourItem[]; readonly now: number },
): Promise<void> {
  const closed = hours.filter(({ start }) => start + hour + closedAfter <= now);
  for (const start of new Set(closed.map((one) => dayOf(one.start)))) {
    const held = days.find((one) => one.start === start);
    const ofDay = closed.filter((one) => dayOf(one.start) === start).slice(0, maxHours);
    // What comes in late comes in one by one: once an hour is enough.
    const isLate = ofDay.every((one) => one.start < (held?.through ?? 0));
    if (isLate && now % hour >= lateTurn) continue;
    await rollUpDay(transaction, scope, addHours(held, start, ofDay), { held, hours: ofDay });
  }
}

type AsRead = { readonly held: DayItem | undefined; readonly hours: readonly HourItem[] };

/** On condition that nobody has written since it was read: neither the day nor any of its hours. */
async function rollUpDay(transaction: TransactionTarget, scope: string, next: DayItem, { held, hours }: AsRead) {
  const { table: TableName } = transaction;
  const put = { TableName, Item: toDayItem(scope, next), ...isStill('version', held?.version) };
  const deletes = hours.map(({ key, writes }) => ({
    Delete: { TableName, Key: marshall({ scope, hour: key }), ...isStill('writes', writes) },
  }));
  await writeOptionally(transaction, [{ Put: put }, ...deletes]);
}

/** Items of before they were counted have no number of writes. */
function isStill(attribute: string, number = 0) {
  return number === 0
    ? { ConditionExpression: `attribute_not_exists(${attribute})` }
    : {
        ConditionExpression: `${attribute} = :asRead`,
        ExpressionAttributeValues: marshall({ ':asRead': number }),
      };
}

function dayOf(time: number): number {
  return Math.floor(time / day) * day;
}
