import { day } from '../durations.ts';
import {
  excessLimit,
  excessMemory,
  type Fold,
  judge,
  nothing,
  quiet,
  type Status,
  step,
  type Tally,
  type Watch,
} from './cusum.ts';

export type ExcessTransition = {
  readonly from: Status;
  readonly to: Status;
  /** What has gone bad since the excess began to grow, of how many. */
  readonly b: number;
  readonly n: number;
};

/**
 * A rate's tallies in memory, and the alarm that follows them: what the back-test and the demonstration run on. Feedback may come
 * late and into any tally; an evaluation folds anew from the first one that has changed.
 */
export type History = {
  /** Adds to the tally that starts there. */
  add(tally: Tally): void;
  /** Judges the tallies that start before `until`. */
  evaluate(until: number): ExcessTransition | undefined;
};

export function createHistory(line: number, scopes = 1): History {
  /** Oldest first. */
  // Stryker disable next-line ArrayDeclaration: what has no start comes after every moment, and is never judged
  const tallies: { start: number; n: number; b: number }[] = [];
  /** `folds[i]` is what the tallies up to and with `i` add up to, `sent[i]` their sends. */
  // Stryker disable next-line ArrayDeclaration: the first tally empties it
  const folds: Fold[] = [];
  // Stryker disable next-line ArrayDeclaration: the first tally empties it
  const sent: number[] = [];
  let watch: Watch = quiet;

  /** Index of the first tally that starts at or after a moment. */
  const indexOf = (time: number): number => {
    let [low, high] = [0, tallies.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((tallies[middle] as Tally).start < time) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const foldUp = (end: number): Fold => {
    for (let i = folds.length; i < end; i++) {
      const tally = tallies[i] as Tally;
      const fold = step(folds[i - 1] ?? nothing, tally, line, watch);
      // What is over, or too old, weighs no more. Recovery has its own mark to start from.
      folds[i] = tally.start < watch.from ? { ...nothing, d: fold.d } : fold;
    }
    return folds[end - 1] ?? nothing;
  };

  const sentBefore = (end: number): number => {
    for (let i = sent.length; i < end; i++) sent[i] = (sent[i - 1] ?? 0) + (tallies[i] as Tally).n;
    return sent[end - 1] ?? 0;
  };

  return {
    add({ start, n, b }) {
      const index = indexOf(start);
      const held = tallies[index];
      if (held?.start === start) {
        held.n += n;
        held.b += b;
      } else tallies.splice(index, 0, { start, n, b });
      folds.length = Math.min(folds.length, index);
      sent.length = Math.min(sent.length, index);
    },
    evaluate(until) {
      const end = indexOf(until);
      const limit = excessLimit(line, sentBefore(end) - sentBefore(indexOf(until - day)), scopes);
      let fold = foldUp(end);
      let next = judge(watch, fold, limit, until);
      // Where the excess began before the window, it is less without its beginning, and may not be enough any more.
      // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator,ArithmeticOperator: folding anew too often changes no result
      if (next !== watch && fold.since < until - excessMemory) {
        watch = { ...watch, from: until - excessMemory };
        folds.length = 0;
        fold = foldUp(end);
        next = judge(watch, fold, limit, until);
      }
      if (next === watch) return undefined;
      const transition = { from: watch.status, to: next.status, b: fold.b, n: fold.n };
      watch = next;
      folds.length = 0;
      return transition;
    },
  };
}
