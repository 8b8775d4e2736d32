import { hour } from '../durations.ts';
import type { AlarmStatus } from './alarm-status.ts';
import { advanceCusum, type CusumHistory, type CusumOptions, type CusumState, initialCusum } from './cusum.ts';
import { addToExcess, addToRecovery, noExcess } from './cusum-sums.ts';
import { hourlyUntil } from './hourly-buckets.ts';
import type { RateBucket } from './rate-bucket.ts';
import { addToBuckets, createRangeSum } from './sorted-buckets.ts';

/** A change of the status, with the bounces (or complaints) and emails since the rate rose. */
export type CusumTransition = {
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
  readonly bad: number;
  readonly total: number;
};

/**
 * A CUSUM that keeps its buckets in memory, for the back-test and the demonstration. Feedback may arrive late and in any bucket. It returns
 * what `evaluateCusum` would, at a fraction of the cost: only the sums since the first changed hour are computed again.
 */
export type IncrementalCusum = {
  /** Adds to the bucket with the same start. */
  add(bucket: RateBucket): void;
  /** Evaluates the buckets that start before `until`. Returns `undefined` if the status stays the same. */
  evaluate(until: number): CusumTransition | undefined;
};

/** Creates an empty {@link IncrementalCusum}. */
export function createIncrementalCusum(options: CusumOptions): IncrementalCusum {
  // Stryker disable next-line ArrayDeclaration: an element without a start is in no range
  const buckets: RateBucket[] = [];
  /** The same counts by the hour. */
  // Stryker disable next-line ArrayDeclaration: an element without a start is in no range
  const hours: RateBucket[] = [];
  const sumOf = <Sum>(zero: Sum, add: (sum: Sum, bucket: RateBucket) => Sum) => {
    const older = createRangeSum(hours, add);
    const newer = createRangeSum(buckets, add);
    return {
      invalidate(hourIndex: number, bucketIndex: number): void {
        older.invalidate(hourIndex);
        newer.invalidate(bucketIndex);
      },
      /** Returns the sum over a range, by the hour before `boundary`. */
      over(from: number, end: number, boundary: number): Sum {
        const byHour = older.over(from, Math.min(end, boundary), zero);
        // Stryker disable next-line ConditionalExpression,EqualityOperator: it saves an empty sum
        return end <= boundary ? byHour : newer.over(Math.max(from, boundary), end, byHour);
      },
    };
  };
  const excess = sumOf(noExcess, (sum, bucket) => addToExcess(sum, bucket, options.threshold));
  const recovery = sumOf(0, (sum, bucket) => addToRecovery(sum, bucket, options.threshold));
  const sends = sumOf(0, (sum, { total }) => sum + total);
  let state: CusumState = initialCusum;
  /** The end of the last evaluation, if nothing has changed since. */
  let evaluated: number | undefined;

  return {
    add(bucket) {
      const bucketIndex = addToBuckets(buckets, bucket);
      const hourIndex = addToBuckets(hours, { ...bucket, start: Math.floor(bucket.start / hour) * hour });
      for (const sum of [excess, recovery, sends]) sum.invalidate(hourIndex, bucketIndex);
      evaluated = undefined;
    },
    evaluate(until) {
      // Stryker disable next-line ConditionalExpression: it saves the same evaluation
      if (evaluated === until) return undefined;
      const boundary = hourlyUntil(until);
      const history: CusumHistory = {
        excess: (from, end) => excess.over(from, end, boundary),
        recovery: (from, end) => recovery.over(from, end, boundary),
        sends: (from, end) => sends.over(from, end, boundary),
      };
      const next = advanceCusum(state, history, until, options);
      if (next.state === state) {
        evaluated = until;
        return undefined;
      }
      const { bad, total } = next.excess;
      const transition = { from: state.status, to: next.state.status, bad, total };
      state = next.state;
      return transition;
    },
  };
}
