import { type AwsRate, awsRateOf } from '../../shared/domain/reputation/aws-rate.ts';
import { describeRate, formatCount, formatPercent, labels } from '../../shared/domain/reputation/format-rate.ts';
import { type RateName, rateNames } from '../../shared/domain/reputation/rate-name.ts';
import type { Contributor } from '../../shared/domain/reputation/top-contributors.ts';
import type { AwsWindowStatus } from '../status/aws-window-status.ts';
import type { ReportTable } from './page.ts';

/** Returns a table of AWS's own rates: by its window, or by both ends of the range that it is likely to be in. */
export function awsWindowTable(status: AwsWindowStatus | undefined): ReportTable {
  const table = {
    title: "AWS's own rates now",
    columns: [
      { heading: 'rate' },
      { heading: 'by' },
      { heading: 'counted', isNumber: true },
      { heading: 'rate', isNumber: true },
      { heading: 'left before review', isNumber: true },
      { heading: 'before pause', isNumber: true },
      { heading: 'below review from' },
    ],
    ifEmpty: 'They are not known yet.',
  } as const;
  if (status === undefined) return { ...table, rows: [] };
  const { outlook, contributors } = status;
  const rates = rateNames.map((metric) => ({ metric, awsRate: awsRateOf(outlook, metric) }));
  const rows = rates.flatMap(({ metric, awsRate }) =>
    awsRate.estimates.map(({ window, bad, total, rate, remaining, belowReviewFrom }) => [
      labels.rates[metric],
      window,
      `${formatCount(bad)} of ${formatCount(total)}`,
      formatPercent(rate),
      formatCount(remaining.review),
      formatCount(remaining.pause),
      belowReviewFrom?.slice(0, 10) ?? '–',
    ]),
  );
  const how =
    outlook.kind === 'known'
      ? `The window is inferred from AWS's figures: it ${outlook.reason}.`
      : `AWS's window is not known: ${outlook.reason}. The rows are the ends of a range.`;
  const days = rates.flatMap(({ metric, awsRate }) => describeDay(metric, awsRate, contributors[metric]));
  return { ...table, rows, note: [how, ...days].join(' ') };
}

function describeDay(metric: RateName, { heaviestDay }: AwsRate, contributors: readonly Contributor[] = []): string[] {
  if (heaviestDay === undefined) return [];
  const names = contributors.map(({ name, bad, of }) => `${name} (${formatPercent(bad / of)})`);
  const from = names.length === 0 ? '' : `, most of it from ${names.join(', ')}`;
  return [`In the ${labels.rates[metric]}, ${heaviestDay.day} contributes most: ${describeRate(heaviestDay)}${from}.`];
}
