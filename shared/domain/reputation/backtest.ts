import type { AlarmStatus } from './alarm-status.ts';
import { maturityMs } from './cusum.ts';
import { createIncrementalCusum, type IncrementalCusum } from './incremental-cusum.ts';
import type { RateName } from './rate-name.ts';

/** An alarm that would have been raised or cleared in the past. */
export type BacktestTransition = {
  /** The time of the evaluation, epoch milliseconds. */
  readonly at: number;
  readonly rule: 'rate-exceeded';
  readonly metric: RateName;
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
  /** The bounces or complaints since the rate rose, and the emails they are a share of. */
  readonly bad: number;
  readonly total: number;
};

/** The emails sent in some period, with the bounces and complaints they caused. */
export type SendingBucket = {
  /** Start of the period, epoch milliseconds. */
  readonly start: number;
  readonly sends: number;
  readonly hardBounces: number;
  readonly complaints: number;
};

/** The `rate-exceeded` alarms of both rates, evaluated on a history. */
export type Backtest = {
  /** Adds emails and feedback as they became known. */
  add(bucket: SendingBucket): void;
  /**
   * Evaluates both rates.
   *
   * @param until buckets that start at or after this time are not evaluated yet. @default at
   */
  evaluate(at: number, until?: number): BacktestTransition[];
};

/** Creates a back-test with the review threshold of each rate. */
export function createBacktest(thresholds: Readonly<Record<RateName, number>>): Backtest {
  const createCusum = (rate: RateName) =>
    createIncrementalCusum({ threshold: thresholds[rate], maturityMs: maturityMs[rate] });
  const rates: readonly [RateName, IncrementalCusum, 'hardBounces' | 'complaints'][] = [
    ['bounceRate', createCusum('bounceRate'), 'hardBounces'],
    ['complaintRate', createCusum('complaintRate'), 'complaints'],
  ];
  return {
    add(bucket) {
      for (const [, cusum, bad] of rates) cusum.add({ start: bucket.start, total: bucket.sends, bad: bucket[bad] });
    },
    evaluate(at, until = at) {
      return rates.flatMap(([metric, cusum]) => {
        const transition = cusum.evaluate(until);
        return transition === undefined ? [] : [{ at, rule: 'rate-exceeded' as const, metric, ...transition }];
      });
    },
  };
}
