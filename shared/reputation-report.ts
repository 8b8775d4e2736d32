import { formatTimestamp } from './feedback/timestamp.ts';
import type { Judged } from './reputation/judge-scope.ts';

/** The end of a look at the rates. */
export type EvaluationEntry = {
  readonly kind: 'evaluation';
  /** Scopes that were judged, and those there was no time for. */
  readonly judged: number;
  readonly left: number;
  /** Alarms that changed. */
  readonly changes: number;
  /** Scopes that could not be judged, or whose notice could not be told; the reason of the first. */
  readonly failed: number;
  readonly reason?: string;
  /** What SES could not be asked for, or has not published: alarms that go by it are held as they are. */
  readonly unknown: readonly string[];
};

/**
 * The rates of a scope in CloudWatch's embedded metric format: the log line is the metric.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export type RatesEntry = { readonly kind: 'rates'; readonly _aws: object; readonly scope: string } & Record<
  string,
  unknown
>;

/** Metrics cost by the month; the other windows are in the line all the same, for Logs Insights. */
const metrics = [
  { Name: 'BounceRate', Unit: 'None' },
  { Name: 'ComplaintRate', Unit: 'None' },
  { Name: 'Sends', Unit: 'Count' },
];

export function ratesEntry(scope: string, judged: readonly Judged[], now: number): RatesEntry {
  const of = (metric: string) =>
    judged.find(({ name }) => name.rule === 'excess' && name.metric === metric)?.figures.rates;
  const [bounces, complaints] = [of('bounceRate'), of('complaintRate')];
  const values = {
    ...(bounces?.['24h'].rate !== undefined && { BounceRate: bounces['24h'].rate }),
    ...(complaints?.['24h'].rate !== undefined && { ComplaintRate: complaints['24h'].rate }),
    Sends: bounces?.['24h'].n ?? 0,
  };
  return {
    kind: 'rates',
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        { Namespace: 'ses-feedback', Dimensions: [['scope']], Metrics: metrics.filter(({ Name }) => Name in values) },
      ],
    },
    scope,
    at: formatTimestamp(now),
    ...values,
    bounces,
    complaints,
    alarms: judged.flatMap(({ name, before, change }) => {
      const { status } = change?.alarm ?? before;
      return status === 'ok' ? [] : [`${name.rule}${name.metric ? `/${name.metric}` : ''}: ${status}`];
    }),
  };
}
