import { hour } from '../durations.ts';
import type { RateBucket } from './cusum.ts';
import type { RateName } from './rate-name.ts';

/** What is counted of the mails of one scope that were sent in five minutes, or in one hour that has been rolled up. */
export type CounterBucket = {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly sends: number;
  readonly hard: number;
  readonly complaints: number;
  /** Sends SES did not try, and counts on neither side of a rate. */
  readonly prevented: number;
};

/**
 * Adds up what several counters hold of the same time, oldest first. What came in for an hour after it was rolled up is added to the
 * whole of it: a bounce apart from the mails of its time would count for nothing.
 * @param rolledUpTo mails sent before are held by the hour. Epoch milliseconds
 */
export function mergeBuckets(buckets: Iterable<CounterBucket>, rolledUpTo: number): CounterBucket[] {
  const merged = new Map<number, CounterBucket>();
  for (const stretch of buckets) {
    // Stryker disable next-line EqualityOperator: it is the start of an hour, which is its own hour's start
    const start = stretch.start < rolledUpTo ? Math.floor(stretch.start / hour) * hour : stretch.start;
    const held = merged.get(start);
    merged.set(start, {
      start,
      sends: stretch.sends + (held?.sends ?? 0),
      hard: stretch.hard + (held?.hard ?? 0),
      complaints: stretch.complaints + (held?.complaints ?? 0),
      prevented: stretch.prevented + (held?.prevented ?? 0),
    });
  }
  return [...merged.values()].sort((a, b) => a.start - b.start);
}

/** What a rate makes of it: mails SES did not try are no mails to it. */
export function rateBucketOf({ start, sends, hard, complaints, prevented }: CounterBucket, rate: RateName): RateBucket {
  return { start, total: Math.max(0, sends - prevented), bad: rate === 'bounceRate' ? hard : complaints };
}
