import fc from 'fast-check';
import { type CounterBucket, mergeBuckets, rateBucketOf } from '../../../shared/domain/reputation/counter-bucket.ts';
import { runs } from '../../support/runs.ts';
import { hour, noon } from '../../support/ses.ts';

const midnight = noon - 12 * hour;
const slot = 300_000;
const bucket = (start: number, fields: Partial<CounterBucket> = {}): CounterBucket => ({
  start,
  sends: 0,
  hard: 0,
  complaints: 0,
  prevented: 0,
  ...fields,
});

describe('buckets of the same time', () => {
  test('are added up, counter by counter, oldest first', () => {
    const one = { sends: 100, hard: 7, complaints: 3, prevented: 20 };
    const other = { sends: 1000, hard: 70, complaints: 30, prevented: 200 };
    const merged = mergeBuckets([bucket(noon, one), bucket(noon - slot, one), bucket(noon, other)], 0);
    expect(merged).toEqual([
      bucket(noon - slot, one),
      bucket(noon, { sends: 1100, hard: 77, complaints: 33, prevented: 220 }),
    ]);
  });

  test('are merged by the hour up to the moment to which hours have been rolled up', () => {
    const starts = [midnight - hour, midnight - hour + slot, midnight - slot, midnight, midnight + slot];
    const merged = mergeBuckets(
      starts.map((start) => bucket(start, { hard: 1 })),
      midnight,
    );
    expect(merged.map(({ start, hard }) => [(start - midnight) / slot, hard])).toEqual([
      [-12, 3],
      [0, 1],
      [1, 1],
    ]);
  });

  test('give the same result in any order, and lose no count', () => {
    const buckets = fc.array(
      fc
        .record({
          slots: fc.integer({ min: -300, max: 300 }),
          sends: fc.nat(9),
          hard: fc.nat(9),
          complaints: fc.nat(9),
        })
        .map(({ slots, ...counts }) => bucket(midnight + slots * slot, { ...counts, prevented: 1 })),
    );
    const shuffled = buckets.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    const sum = (all: readonly CounterBucket[]) =>
      all.reduce(
        (total, one) =>
          total.map((count, i) => count + ([one.sends, one.hard, one.complaints, one.prevented][i] as number)),
        [0, 0, 0, 0],
      );
    fc.assert(
      fc.property(shuffled, fc.boolean(), ([all, others], isRolledUp) => {
        const merged = mergeBuckets(all, isRolledUp ? midnight : 0);
        expect(mergeBuckets(others, isRolledUp ? midnight : 0)).toEqual(merged);
        expect(sum(merged)).toEqual(sum(all));
        expect(merged.map(({ start }) => start)).toEqual(
          [...new Set(merged.map(({ start }) => start))].sort((a, b) => a - b),
        );
      }),
      { numRuns: runs(500) },
    );
  });
});

test('each rate has its own numerator, and sends that SES did not attempt are not in the denominator', () => {
  const counted = bucket(noon, { sends: 100, hard: 7, complaints: 3, prevented: 20 });
  expect(rateBucketOf(counted, 'bounceRate')).toEqual({ start: noon, total: 80, bad: 7 });
  expect(rateBucketOf(counted, 'complaintRate')).toEqual({ start: noon, total: 80, bad: 3 });
  expect(rateBucketOf(bucket(noon, { sends: 1, prevented: 20 }), 'bounceRate').total).toBe(0);
});
