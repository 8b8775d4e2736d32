import { marshall } from '@aws-sdk/util-dynamodb';
import { day, hour, minute } from '../../domain/durations.ts';
import type { CounterBucket } from '../../domain/reputation/counter-bucket.ts';
import { slotLengthMs } from '../../domain/reputation/time-slots.ts';
import { counterRetentionMs } from '../../domain/retention.ts';
import { dayKey, slotCounters } from './counter-item.ts';
import type { Item } from './item.ts';

/** Counters of a day's item. Each is stored as a string of 24 numbers, one per hour. */
const dayCounters = [...slotCounters, 'received', 'complained'] as const;
type DayCounter = (typeof dayCounters)[number];

/** The counters of one hour and one shard. */
export type HourItem = {
  /** Start of the hour, epoch milliseconds. */
  readonly start: number;
  readonly key: string;
  /** How often the item was written. If the number is unchanged, the roll-up has read all of the item. */
  readonly writes: number;
  readonly slots: Readonly<Record<(typeof slotCounters)[number], readonly number[]>>;
  /** Recipients in feedback received in this hour: of bounces and complaints, and those of complaints alone. */
  readonly received: number;
  readonly complained: number;
};

/** The counters of the hours of one day that have been rolled up. */
export type DayItem = {
  readonly start: number;
  readonly version: number;
  /** End of the newest hour included. Epoch milliseconds. */
  readonly through: number;
  readonly hours: Readonly<Record<DayCounter, readonly number[]>>;
};

/**
 * Reads an hour from its item, attribute by attribute: `unmarshall` would take longer than the rest of an evaluation.
 */
export function readHourItem(item: Item): HourItem {
  const key = item.hour?.S ?? '';
  const slotsOf = (counter: string) => slotNumbers.map((slot) => numberOf(item[`${counter}${slot}`]));
  return {
    start: Date.parse(`${key.slice(0, 13)}:00:00Z`),
    key,
    writes: numberOf(item.writes),
    slots: {
      sends: slotsOf('sends'),
      hard: slotsOf('hard'),
      soft: slotsOf('soft'),
      complaints: slotsOf('complaints'),
      prevented: slotsOf('prevented'),
    },
    received: numberOf(item.received),
    complained: numberOf(item.complained),
  };
}

const slotNumbers = Array.from({ length: 12 }, (_, slot) => slot);

/** Reads a day from its item. */
export function readDayItem(item: Item): DayItem {
  const listOf = (counter: DayCounter) => item[counter]?.S?.split(',').map(Number) ?? noHours;
  return {
    start: Date.parse(`${item.hour?.S?.slice(0, 10)}T00:00:00Z`),
    version: numberOf(item.version),
    through: numberOf(item.through),
    hours: {
      sends: listOf('sends'),
      hard: listOf('hard'),
      soft: listOf('soft'),
      complaints: listOf('complaints'),
      prevented: listOf('prevented'),
      received: listOf('received'),
      complained: listOf('complained'),
    },
  };
}

function numberOf(value: Item[string] | undefined): number {
  return Number(value?.N ?? 0);
}

const noHours: readonly number[] = Array.from({ length: 24 }, () => 0);

/**
 * Returns the day with the counters of these hours added.
 *
 * @param start the start of the day, epoch milliseconds
 */
export function addHours(stored: DayItem | undefined, start: number, hours: readonly HourItem[]): DayItem {
  const sum = (counter: DayCounter) =>
    noHours.map((_, index) => {
      const added = hours.filter((one) => one.start === start + index * hour);
      const numbers = added.flatMap((one) =>
        counter === 'received' || counter === 'complained' ? one[counter] : one.slots[counter],
      );
      return numbers.reduce((total, number) => total + number, stored?.hours[counter][index] ?? 0);
    });
  return {
    start,
    version: (stored?.version ?? 0) + 1,
    through: Math.max(stored?.through ?? start, ...hours.map((one) => one.start + hour)),
    hours: {
      sends: sum('sends'),
      hard: sum('hard'),
      soft: sum('soft'),
      complaints: sum('complaints'),
      prevented: sum('prevented'),
      received: sum('received'),
      complained: sum('complained'),
    },
  };
}

/**
 * Converts a day to its item. Each counter is a string of numbers separated by commas, because reading lists took three
 * quarters of the time of an evaluation. A counter that is 0 all day is left out.
 */
export function toDayItem(scope: string, { start, version, through, hours }: DayItem): Item {
  const counted = dayCounters.filter((counter) => hours[counter].some((number) => number !== 0));
  return marshall({
    scope,
    hour: dayKey(start),
    version,
    through,
    ...Object.fromEntries(counted.map((counter) => [counter, hours[counter].join()])),
    expiresAt: Math.ceil((start + day + counterRetentionMs) / 1000),
  });
}

/** Yields the buckets of an hour, one for each slot in which something was counted. */
export function* bucketsOfHour({ start, slots }: HourItem): Generator<CounterBucket> {
  for (let slot = 0; slot * slotLengthMs < 60 * minute; slot++) {
    const bucket = bucketAt(start + slot * slotLengthMs, slots, slot);
    if (bucket !== undefined) yield bucket;
  }
}

/** Yields the buckets of a day, one for each hour in which something was counted. */
export function* bucketsOfDay({ start, hours }: DayItem): Generator<CounterBucket> {
  for (let index = 0; index < 24; index++) {
    const bucket = bucketAt(start + index * hour, hours, index);
    if (bucket !== undefined) yield bucket;
  }
}

function bucketAt(start: number, counts: HourItem['slots'], index: number): CounterBucket | undefined {
  const [sends = 0, hard = 0, complaints = 0, prevented = 0] = [
    counts.sends[index],
    counts.hard[index],
    counts.complaints[index],
    counts.prevented[index],
  ];
  return sends + hard + complaints + prevented === 0 ? undefined : { start, sends, hard, complaints, prevented };
}
