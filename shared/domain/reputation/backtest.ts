import { minute } from '../durations.ts';
import type { AlarmStatus } from './cusum.ts';
import { createIncrementalCusum, type IncrementalCusum } from './incremental-cusum.ts';
import type { RateName } from './rate-name.ts';

/** An alarm of the past, as it would have been raised or cleared. */
export type BacktestTransition = {
  /** When the evaluation would have been. Epoch milliseconds. */
  readonly at: number;
  readonly rule: 'rate-exceeded';
  readonly metric: RateName;
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
  /** What had gone bad since the excess began to grow, of how many. */
  readonly bad: number;
  readonly total: number;
};

/** Mails of one stretch, by their send time. */
export type SendingBucket = {
  /** Start of the stretch, epoch milliseconds. */
  readonly start: number;
  readonly sends: number;
  readonly hardBounces: number;
  readonly complaints: number;
};

/** Bounces overtake the volume events of their own mails, so the newest minutes wait. */
export const settlementDelay = 5 * minute;

/** The alarms on both rates, fed with a history as it became known. */
export type Backtest = {
  add(sent: SendingBucket): void;
  /** @param until buckets that start at or after it are not judged yet. Left out: everything that is known is settled. */
  evaluate(at: number, until?: number): BacktestTransition[];
};

export function createBacktest(lines: Readonly<Record<RateName, number>>): Backtest {
  const rates: readonly [RateName, IncrementalCusum, 'hardBounces' | 'complaints'][] = [
    ['bounceRate', createIncrementalCusum(lines.bounceRate), 'hardBounces'],
    ['complaintRate', createIncrementalCusum(lines.complaintRate), 'complaints'],
  ];
  return {
    add(sent) {
      for (const [, history, bad] of rates) history.add({ start: sent.start, total: sent.sends, bad: sent[bad] });
    },
    evaluate(at, until = at) {
      return rates.flatMap(([metric, history]) => {
        const transition = history.evaluate(until);
        return transition === undefined ? [] : [{ at, rule: 'rate-exceeded' as const, metric, ...transition }];
      });
    },
  };
}
