import { hour } from '../durations.ts';
import type { RateBucket } from './rate-bucket.ts';
import type { RateName } from './rate-name.ts';

/** The counters of a scope for the emails sent in five minutes, or in an hour that has been rolled up. */
export type CounterBucket = {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly sends: number;
  readonly hard: number;
  readonly complaints: number;
  /** Sends that SES accepted but did not attempt, because of a suppression list. They count in no rate. */
  readonly prevented: number;
};

/**
 * Adds up the counters of the same time, oldest first. Feedback that arrives after its hour was rolled up is added to the bucket of the
 * whole hour: a bucket without sends has no rate, so the CUSUM would ignore the bounces in it.
 *
 * @param rolledUpTo emails sent before this time are counted by the hour. Epoch milliseconds
 */
export function mergeBuckets(buckets: Iterable<CounterBucket>, rolledUpTo: number): CounterBucket[] {
  const merged = new Map<number, CounterBucket>();
  for (const bucket of buckets) {
    // Stryker disable next-line EqualityOperator: rolledUpTo is the start of an hour, which both branches map to itself
    const start = bucket.start < rolledUpTo ? Math.floor(bucket.start / hour) * hour : bucket.start;
    const previous = merged.get(start);
    merged.set(start, {
      start,
      sends: bucket.sends + (previous?.sends ?? 0),
      hard: bucket.hard + (previous?.hard ?? 0),
      complaints: bucket.complaints + (previous?.complaints ?? 0),
      prevented: bucket.prevented + (previous?.prevented ?? 0),
    });
  }
  return [...merged.values()].sort((a, b) => a.start - b.start);
}

/** Returns the numerator and denominator of a rate. Sends that SES did not attempt are not in the denominator. */
export function rateBucketOf({ start, sends, hard, complaints, prevented }: CounterBucket, rate: RateName): RateBucket {
  return { start, total: Math.max(0, sends - prevented), bad: rate === 'bounceRate' ? hard : complaints };
}
