import { day } from '../durations.ts';
import type { AlarmStatus } from './alarm-status.ts';
import {
  addToSums,
  type CusumState,
  type CusumSums,
  cusumLimit,
  cusumWindowMs,
  initialCusum,
  nextCusumState,
  type RateBucket,
  zeroSums,
} from './cusum.ts';

/** A change of the status, with the bounces (or complaints) and emails since the rate rose. */
export type CusumTransition = {
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
  readonly bad: number;
  readonly total: number;
};

/**
 * A CUSUM that keeps its buckets in memory, for the back-test and the demonstration. Feedback may arrive late and in any bucket: the next
 * evaluation recomputes the sums from the first changed bucket on. It returns what `evaluateCusum` would, at a fraction of the cost.
 */
export type IncrementalCusum = {
  /** Adds to the bucket with the same start. */
  add(bucket: RateBucket): void;
  /** Evaluates the buckets that start before `until`. Returns `undefined` if the status stays the same. */
  evaluate(until: number): CusumTransition | undefined;
};

/**
 * Creates an empty {@link IncrementalCusum}.
 *
 * @param scopeCount number of scopes tested at the same time. @default 1
 */
export function createIncrementalCusum(threshold: number, scopeCount = 1): IncrementalCusum {
  /** Oldest first. */
  // Stryker disable next-line ArrayDeclaration: an element without a start sorts after every time, and is never evaluated
  const buckets: { start: number; total: number; bad: number }[] = [];
  /** `sums[i]` are the sums after bucket `i`, and `sent[i]` the sends up to and including it. Shorter where a bucket has changed. */
  // Stryker disable next-line ArrayDeclaration: the first bucket empties it
  const sums: CusumSums[] = [];
  // Stryker disable next-line ArrayDeclaration: the first bucket empties it
  const sent: number[] = [];
  let state: CusumState = initialCusum;

  /** Returns the index of the first bucket that starts at or after a time. */
  const indexOf = (time: number): number => {
    let [low, high] = [0, buckets.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((buckets[middle] as RateBucket).start < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const sumsBefore = (end: number): CusumSums => {
    for (let i = sums.length; i < end; i++) {
      const bucket = buckets[i] as RateBucket;
      const next = addToSums(sums[i - 1] ?? zeroSums, bucket, threshold, state);
      // Buckets of a previous incident, and those before the window, add nothing. The recovery sum has its own start, `raisedAt`.
      sums[i] = bucket.start < state.from ? { ...zeroSums, recovery: next.recovery } : next;
    }
    return sums[end - 1] ?? zeroSums;
  };

  const sentBefore = (end: number): number => {
    for (let i = sent.length; i < end; i++) sent[i] = (sent[i - 1] ?? 0) + (buckets[i] as RateBucket).total;
    return sent[end - 1] ?? 0;
  };

  return {
    add({ start, total, bad }) {
      const index = indexOf(start);
      const existing = buckets[index];
      if (existing?.start === start) {
        existing.total += total;
        existing.bad += bad;
      } else buckets.splice(index, 0, { start, total, bad });
      sums.length = Math.min(sums.length, index);
      sent.length = Math.min(sent.length, index);
    },
    evaluate(until) {
      const end = indexOf(until);
      const limit = cusumLimit(threshold, sentBefore(end) - sentBefore(indexOf(until - day)), scopeCount);
      let current = sumsBefore(end);
      let next = nextCusumState(state, current, limit, until);
      // An excess that began before the window is smaller without its beginning, and may no longer reach the limit.
      // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator,ArithmeticOperator: recomputing more often changes no result
      if (next !== state && current.since < until - cusumWindowMs) {
        state = { ...state, from: until - cusumWindowMs };
        sums.length = 0;
        current = sumsBefore(end);
        next = nextCusumState(state, current, limit, until);
      }
      if (next === state) return undefined;
      const transition = { from: state.status, to: next.status, bad: current.bad, total: current.total };
      state = next;
      sums.length = 0;
      return transition;
    },
  };
}
