import { describeWindow } from '../aws-window/describe-outlook.ts';
import type { Outlook, OutlookByRate } from '../aws-window/outlook.ts';
import { defined } from '../defined.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { RateName } from './rate-name.ts';

/** One of AWS's rates, by a window. Times are in ISO 8601. */
export type AwsRateEstimate = {
  /** `the last 24 hours`, `the last 10,000 emails`, or AWS's own window. */
  readonly window: string;
  readonly bad: number;
  /** The emails that count. */
  readonly total: number;
  readonly rate: number;
  /** How many more bounces (or complaints) leave the rate at or below each threshold. */
  readonly remaining: { readonly review: number; readonly pause: number };
  /** When the rate is below the review threshold again, if nothing more goes wrong. Missing if it is below, or if that is not known. */
  readonly belowReviewFrom?: string;
};

/** What ses-feedback knows of one of AWS's rates. It is part of notices. */
export type AwsRate = {
  readonly isWindowKnown: boolean;
  /** Why the window is known, or not. */
  readonly reason: string;
  /** One by AWS's window. If that is not known: one for each end of the range that it is likely to be in. */
  readonly estimates: readonly AwsRateEstimate[];
  /** The day of AWS's window that raises the rate most, such as `2026-11-20`. Missing if no day does, or if the window is not known. */
  readonly heaviestDay?: { readonly day: string; readonly bad: number; readonly total: number };
};

/** Returns what an outlook says about one rate. */
export function awsRateOf(outlook: Outlook, metric: RateName): AwsRate {
  const estimate = (window: string, rates: OutlookByRate): AwsRateEstimate[] => {
    const found = rates[metric];
    if (found === undefined) return [];
    const { bad, sends, rate, left, recovery } = found;
    const belowReviewFrom = recovery?.at === undefined ? undefined : formatTimestamp(recovery.at);
    return [
      {
        window,
        bad: Math.round(bad),
        total: Math.round(sends),
        rate,
        remaining: left,
        ...defined({ belowReviewFrom }),
      },
    ];
  };
  const { reason } = outlook;
  if (outlook.kind === 'range')
    return {
      isWindowKnown: false,
      reason,
      estimates: outlook.ranges.flatMap(({ name, rates }) => estimate(name, rates)),
    };
  const heaviest = outlook.rates[metric]?.heaviestDay;
  return {
    isWindowKnown: true,
    reason,
    estimates: estimate(describeWindow(outlook.rule), outlook.rates),
    ...(heaviest && {
      heaviestDay: {
        day: formatTimestamp(heaviest.start).slice(0, 10),
        bad: Math.round(heaviest.bad),
        total: Math.round(heaviest.sends),
      },
    }),
  };
}
