import { day } from '../durations.ts';
import {
  type AlarmStatus,
  addToSums,
  type CusumState,
  type CusumSums,
  cusumLimit,
  cusumWindow,
  initialCusum,
  nextCusumState,
  type RateBucket,
  zeroSums,
} from './cusum.ts';

export type CusumTransition = {
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
  /** What has gone bad since the excess began to grow, of how many. */
  readonly bad: number;
  readonly total: number;
};

/**
 * A rate's tallies in memory, and the alarm that follows them: what the back-test and the demonstration run on. Feedback may come
 * late and into any tally; an evaluation folds anew from the first one that has changed.
 */
export type IncrementalCusum = {
  /** Adds to the tally that starts there. */
  add(tally: RateBucket): void;
  /** Judges the tallies that start before `until`. */
  evaluate(until: number): CusumTransition | undefined;
};

export function createIncrementalCusum(line: number, scopes = 1): IncrementalCusum {
  /** Oldest first. */
  // Stryker disable next-line ArrayDeclaration: what has no start comes after every moment, and is never judged
  const tallies: { start: number; total: number; bad: number }[] = [];
  /** `folds[i]` is what the tallies up to and with `i` add up to, `sent[i]` their sends. */
  // Stryker disable next-line ArrayDeclaration: the first tally empties it
  const folds: CusumSums[] = [];
  // Stryker disable next-line ArrayDeclaration: the first tally empties it
  const sent: number[] = [];
  let watch: CusumState = initialCusum;

  /** Index of the first tally that starts at or after a moment. */
  const indexOf = (time: number): number => {
    let [low, high] = [0, tallies.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((tallies[middle] as RateBucket).start < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const foldUp = (end: number): CusumSums => {
    for (let i = folds.length; i < end; i++) {
      const tally = tallies[i] as RateBucket;
      const fold = addToSums(folds[i - 1] ?? zeroSums, tally, line, watch);
      // What is over, or too old, weighs no more. Recovery has its own mark to start from.
      folds[i] = tally.start < watch.from ? { ...zeroSums, recovery: fold.recovery } : fold;
    }
    return folds[end - 1] ?? zeroSums;
  };

  const sentBefore = (end: number): number => {
    for (let i = sent.length; i < end; i++) sent[i] = (sent[i - 1] ?? 0) + (tallies[i] as RateBucket).total;
    return sent[end - 1] ?? 0;
  };

  return {
    add({ start, total, bad }) {
      const index = indexOf(start);
      const held = tallies[index];
      if (held?.start === start) {
        held.total += total;
        held.bad += bad;
      } else tallies.splice(index, 0, { start, total, bad });
      folds.length = Math.min(folds.length, index);
      sent.length = Math.min(sent.length, index);
    },
    evaluate(until) {
      const end = indexOf(until);
      const limit = cusumLimit(line, sentBefore(end) - sentBefore(indexOf(until - day)), scopes);
      let fold = foldUp(end);
      let next = nextCusumState(watch, fold, limit, until);
      // Where the excess began before the window, it is less without its beginning, and may not be enough any more.
      // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator,ArithmeticOperator: folding anew too often changes no result
      if (next !== watch && fold.since < until - cusumWindow) {
        watch = { ...watch, from: until - cusumWindow };
        folds.length = 0;
        fold = foldUp(end);
        next = nextCusumState(watch, fold, limit, until);
      }
      if (next === watch) return undefined;
      const transition = { from: watch.status, to: next.status, bad: fold.bad, total: fold.total };
      watch = next;
      folds.length = 0;
      return transition;
    },
  };
}
