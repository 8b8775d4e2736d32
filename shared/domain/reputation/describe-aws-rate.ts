import { describeLeft } from '../aws-window/describe-outlook.ts';
import type { AwsRate, AwsRateEstimate } from './aws-rate.ts';
import { describeRate } from './format-rate.ts';
import type { Notice } from './notice.ts';
import type { RateName } from './rate-name.ts';

/** Returns what a notice says about AWS's own rate. A rate that has recovered needs no forecast. */
export function describeAwsRate({ awsRate, metric, kind }: Notice): readonly string[] {
  if (awsRate === undefined || metric === undefined || kind === 'resolved') return [];
  const { isWindowKnown, reason, estimates, heaviestDay } = awsRate;
  if (estimates.length === 0) return [];
  const lines = estimates.map((estimate) => `  ${describeEstimate(estimate, metric)}`);
  if (!isWindowKnown) return [`AWS's own rate: its window is not known (${reason}). A range:`, ...lines];
  return [
    `AWS's own rate, over its window as inferred from its figures (${reason}):`,
    ...lines,
    ...(heaviestDay === undefined ? [] : [`  ${heaviestDay.day} contributes most: ${describeRate(heaviestDay)}`]),
  ];
}

function describeEstimate(
  { window, bad, total, remaining, belowReviewFrom }: AwsRateEstimate,
  metric: RateName,
): string {
  const recovery = belowReviewFrom === undefined ? '' : `; below review on ${belowReviewFrom.slice(0, 10)}`;
  return `Over ${window}: ${describeRate({ bad, total })}; ${describeLeft(metric, remaining)}${recovery}`;
}

/** Returns whether AWS's window, if it is known, has a higher rate by now than the one that SES has published. */
export function isAheadOfSes(awsRate: AwsRate | undefined, published = 0): boolean {
  const [present] = awsRate?.isWindowKnown ? awsRate.estimates : [];
  return present !== undefined && present.rate > published;
}
