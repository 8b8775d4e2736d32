import { marshall } from '@aws-sdk/util-dynamodb';
import { day, hour, minute } from '../../domain/durations.ts';
import type { CounterBucket } from '../../domain/reputation/counter-bucket.ts';
import { slotLengthMs } from '../../domain/reputation/time-slots.ts';
import { counterRetention, dayKey, slotCounters } from './counter-item.ts';
import type { Item } from './suppression-item.ts';

/** A day's item has a text of twenty-four numbers of each; `received` is one number an hour. */
const dayCounters = [...slotCounters, 'received'] as const;
type DayCounter = (typeof dayCounters)[number];

/** An item of one hour and one shard. */
export type HourItem = {
  /** Start of the hour, epoch milliseconds. */
  readonly start: number;
  readonly key: string;
  /** How often it was written: whoever rolls it up has read all of it if that is still so. */
  readonly writes: number;
  readonly slots: Readonly<Record<(typeof slotCounters)[number], readonly number[]>>;
  readonly received: number;
};

/** An item of one day, as far as it has been rolled up, by the hour. */
export type DayItem = {
  readonly start: number;
  readonly version: number;
  /** End of the newest hour that is in it. Epoch milliseconds. */
  readonly through: number;
  readonly hours: Readonly<Record<DayCounter, readonly number[]>>;
};

/** Reads attributes one by one: `unmarshall` takes longer than all the rest of an evaluation. */
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
  };
}

const slotNumbers = Array.from({ length: 12 }, (_, slot) => slot);

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
    },
  };
}

function numberOf(value: Item[string] | undefined): number {
  return Number(value?.N ?? 0);
}

const noHours: readonly number[] = Array.from({ length: 24 }, () => 0);

/** The day with these hours added. */
export function addHours(held: DayItem | undefined, start: number, hours: readonly HourItem[]): DayItem {
  const sum = (counter: DayCounter) =>
    noHours.map((_, index) => {
      const added = hours.filter((one) => one.start === start + index * hour);
      const numbers = added.flatMap((one) => (counter === 'received' ? one.received : one.slots[counter]));
      return numbers.reduce((total, number) => total + number, held?.hours[counter][index] ?? 0);
    });
  return {
    start,
    version: (held?.version ?? 0) + 1,
    through: Math.max(held?.through ?? start, ...hours.map((one) => one.start + hour)),
    hours: {
      sends: sum('sends'),
      hard: sum('hard'),
      soft: sum('soft'),
      complaints: sum('complaints'),
      prevented: sum('prevented'),
      received: sum('received'),
    },
  };
}

/** Numbers with commas between them: as lists they took three quarters of an evaluation. A counter that is 0 all day is left out. */
export function toDayItem(scope: string, { start, version, through, hours }: DayItem): Item {
  const counted = dayCounters.filter((counter) => hours[counter].some((number) => number !== 0));
  return marshall({
    scope,
    hour: dayKey(start),
    version,
    through,
    ...Object.fromEntries(counted.map((counter) => [counter, hours[counter].join()])),
    expiresAt: Math.ceil((start + day + counterRetention) / 1000),
  });
}

/** What was sent in the hour's slots, as far as there was anything. */
export function* bucketsOfHour({ start, slots }: HourItem): Generator<CounterBucket> {
  for (let slot = 0; slot * slotLengthMs < 60 * minute; slot++) {
    const stretch = stretchAt(start + slot * slotLengthMs, slots, slot);
    if (stretch !== undefined) yield stretch;
  }
}

export function* bucketsOfDay({ start, hours }: DayItem): Generator<CounterBucket> {
  for (let index = 0; index < 24; index++) {
    const stretch = stretchAt(start + index * hour, hours, index);
    if (stretch !== undefined) yield stretch;
  }
}

function stretchAt(start: number, counts: HourItem['slots'], index: number): CounterBucket | undefined {
  const [sends = 0, hard = 0, complaints = 0, prevented = 0] = [
    counts.sends[index],
    counts.hard[index],
    counts.complaints[index],
    counts.prevented[index],
  ];
  return sends + hard + complaints + prevented === 0 ? undefined : { start, sends, hard, complaints, prevented };
}
