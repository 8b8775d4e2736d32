import { marshall } from '@aws-sdk/util-dynamodb';
import { day, hour, minute } from '../../domain/durations.ts';
import { addHours, type DayItem, type HourItem, toDayItem } from './day-item.ts';
import { type TransactionTarget, writeOptionally } from './optional-transaction.ts';

/** How long after its end an hour is rolled up into its day. Most of its bounces are known by then. */
const rollUpDelayMs = 6 * hour;

/**
 * Late counts are added to their day in these first minutes of an hour. Each scope is evaluated every five minutes, so
 * none is missed.
 */
const lateWindowMs = 5 * minute;

/**
 * Together with the item of the day, the most that one transaction accepts. A day has 24 hours with four shards, and
 * SES's statistics.
 */
const maxHourItems = 99;

/** Adds the counters of hours that are over to the item of their day, and deletes the items of these hours. */
export async function rollUp(
  transaction: TransactionTarget,
  scope: string,
  {
    days,
    hours,
    now,
  }: { readonly days: readonly DayItem[]; readonly hours: readonly HourItem[]; readonly now: number },
): Promise<void> {
  const finished = hours.filter(({ start }) => start + hour + rollUpDelayMs <= now);
  for (const start of new Set(finished.map((one) => dayOf(one.start)))) {
    const stored = days.find((one) => one.start === start);
    const hoursOfDay = finished.filter((one) => dayOf(one.start) === start).slice(0, maxHourItems);
    // Late feedback arrives a little at a time. Adding it once per hour saves writes.
    const isLate = hoursOfDay.every((one) => one.start < (stored?.through ?? 0));
    if (isLate && now % hour >= lateWindowMs) continue;
    await rollUpDay(transaction, scope, addHours(stored, start, hoursOfDay), { stored, hours: hoursOfDay });
  }
}

type AsRead = { readonly stored: DayItem | undefined; readonly hours: readonly HourItem[] };

/** Writes one day on condition that neither the day nor any of the hours has been written since they were read. */
async function rollUpDay(transaction: TransactionTarget, scope: string, next: DayItem, { stored, hours }: AsRead) {
  const { table: TableName } = transaction;
  const put = { TableName, Item: toDayItem(scope, next), ...isUnchanged('version', stored?.version) };
  const deletes = hours.map(({ key, writes }) => ({
    Delete: { TableName, Key: marshall({ scope, hour: key }), ...isUnchanged('writes', writes) },
  }));
  await writeOptionally(transaction, [{ Put: put }, ...deletes]);
}

/**
 * Returns the condition that an attribute still has the number that was read. Items written by early versions have no
 * number.
 */
function isUnchanged(attribute: string, number = 0) {
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
