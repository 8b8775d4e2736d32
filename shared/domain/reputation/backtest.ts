import { minute } from '../durations.ts';
import type { Status } from './cusum.ts';
import { createHistory, type History } from './incremental-cusum.ts';
import type { RateName } from './rate-name.ts';

/** An alarm of the past, as it would have been raised or cleared. */
export type ReplayedTransition = {
  /** When the evaluation would have been. Epoch milliseconds. */
  readonly at: number;
  readonly rule: 'excess';
  readonly metric: RateName;
  readonly from: Status;
  readonly to: Status;
  /** What had gone bad since the excess began to grow, of how many. */
  readonly b: number;
  readonly n: number;
};

/** Mails of one stretch, by their send time. */
export type Sent = {
  /** Start of the stretch, epoch milliseconds. */
  readonly start: number;
  readonly sends: number;
  readonly hardBounces: number;
  readonly complaints: number;
};

/** Bounces overtake the volume events of their own mails, so the newest minutes wait. */
export const settling = 5 * minute;

/** The alarms on both rates, fed with a history as it became known. */
export type Replay = {
  add(sent: Sent): void;
  /** @param until stretches that start at or after it are not judged yet. Left out: everything that is known is settled. */
  evaluate(at: number, until?: number): ReplayedTransition[];
};

export function createReplay(lines: Readonly<Record<RateName, number>>): Replay {
  const rates: readonly [RateName, History, 'hardBounces' | 'complaints'][] = [
    ['bounceRate', createHistory(lines.bounceRate), 'hardBounces'],
    ['complaintRate', createHistory(lines.complaintRate), 'complaints'],
  ];
  return {
    add(sent) {
      for (const [, history, bad] of rates) history.add({ start: sent.start, n: sent.sends, b: sent[bad] });
    },
    evaluate(at, until = at) {
      return rates.flatMap(([metric, history]) => {
        const transition = history.evaluate(until);
        return transition === undefined ? [] : [{ at, rule: 'excess' as const, metric, ...transition }];
      });
    },
  };
}
