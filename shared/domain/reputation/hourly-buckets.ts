import { hour } from '../durations.ts';
import type { RateBucket } from './rate-bucket.ts';

/** Buckets of five minutes are added up by the hour when they are older than this. Milliseconds. */
const fineBucketsMs = 5 * hour;

/**
 * Returns the time before which the CUSUM adds up by the hour. Stored counters are rolled up by the hour six hours after it ended, at a time
 * that depends on the evaluations. The result of an evaluation must not depend on that, so the CUSUM adds up by the hour earlier.
 */
export function hourlyUntil(until: number): number {
  return Math.floor((until - fineBucketsMs) / hour) * hour;
}

/**
 * Adds up the buckets of the same start, and those of the same hour before {@link hourlyUntil}. Leaves out those that start at or after
 * `until`.
 *
 * @returns the buckets, oldest first
 */
export function toHourlyBuckets(buckets: Iterable<RateBucket>, until: number): RateBucket[] {
  const hourly = hourlyUntil(until);
  const merged = new Map<number, RateBucket>();
  for (const bucket of buckets) {
    if (bucket.start >= until) continue;
    // Stryker disable next-line EqualityOperator: `hourly` is the start of an hour itself
    const start = bucket.start < hourly ? Math.floor(bucket.start / hour) * hour : bucket.start;
    const { total = 0, bad = 0 } = merged.get(start) ?? {};
    merged.set(start, { start, total: total + bucket.total, bad: bad + bucket.bad });
  }
  return [...merged.values()].sort((a, b) => a.start - b.start);
}
