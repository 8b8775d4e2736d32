import { advanceCusum, type CusumEvaluation, type CusumHistory, type CusumOptions, type CusumState } from './cusum.ts';
import { addToExcess, addToRecovery, noExcess } from './cusum-sums.ts';
import { toHourlyBuckets } from './hourly-buckets.ts';
import type { RateBucket } from './rate-bucket.ts';

/**
 * Evaluates all buckets again, as they are known now, so that a bounce that arrived late counts at the send time of its email.
 *
 * @param buckets in any order; those that start at or after `until` are not evaluated yet
 */
export function evaluateCusum(
  state: CusumState,
  buckets: Iterable<RateBucket>,
  { until, ...options }: CusumOptions & { readonly until: number },
): CusumEvaluation {
  return advanceCusum(state, createHistory(toHourlyBuckets(buckets, until), options.threshold), until, options);
}

function createHistory(buckets: readonly RateBucket[], threshold: number): CusumHistory {
  const between = (from: number, end: number) => buckets.filter(({ start }) => start >= from && start < end);
  return {
    excess: (from, end) =>
      between(from, end).reduce((excess, bucket) => addToExcess(excess, bucket, threshold), noExcess),
    recovery: (from, end) =>
      between(from, end).reduce((recovery, bucket) => addToRecovery(recovery, bucket, threshold), 0),
    sends: (from, end) => between(from, end).reduce((sum, { total }) => sum + total, 0),
  };
}
