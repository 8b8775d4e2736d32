import type { EvaluatedAlarm } from '../domain/reputation/evaluate-scope.ts';
import { describeRate } from '../domain/reputation/format-rate.ts';
import { type rollingRates, withIntervals } from '../domain/reputation/rolling-rates.ts';
import { formatTimestamp } from '../domain/timestamp.ts';

/** The end of a look at the rates. */
export type EvaluationEntry = {
  readonly kind: 'evaluation';
  /** Scopes that were judged, and those there was no time for. */
  readonly evaluated: number;
  readonly skipped: number;
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
export type RatesEntry = {
  readonly kind: 'rates';
  readonly _aws: object;
  readonly scope: string;
  readonly at: string;
  /** Of 24 hours; missing where nothing was sent. */
  readonly BounceRate?: number;
  readonly ComplaintRate?: number;
  readonly Sends: number;
  readonly bounces?: Rates;
  readonly complaints?: Rates;
  /** Those that are raised. */
  readonly alarms: readonly string[];
};

type Rates = ReturnType<typeof rollingRates>;

/** Something SES could not be asked. */
export type ErrorEntry = { readonly kind: 'fault'; readonly what: string; readonly reason: string };

/** What the watch over the rates tells of its work. */
export type MonitoringEntry = EvaluationEntry | RatesEntry | ErrorEntry;

/** Metrics cost by the month; the other windows are in the line all the same, for Logs Insights. */
const metrics = [
  { Name: 'BounceRate', Unit: 'None' },
  { Name: 'ComplaintRate', Unit: 'None' },
  { Name: 'Sends', Unit: 'Count' },
];

export function ratesEntry(
  scope: string,
  judged: readonly EvaluatedAlarm[],
  now: number,
  namespace: string,
): RatesEntry {
  const of = (metric: string) =>
    judged.find(({ name }) => name.rule === 'rate-exceeded' && name.metric === metric)?.figures.rates;
  const [bounces, complaints] = [of('bounceRate'), of('complaintRate')];
  const values = {
    ...(bounces?.['24h'].rate !== undefined && { BounceRate: bounces['24h'].rate }),
    ...(complaints?.['24h'].rate !== undefined && { ComplaintRate: complaints['24h'].rate }),
    Sends: bounces?.['24h'].total ?? 0,
  };
  return {
    kind: 'rates',
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        { Namespace: namespace, Dimensions: [['scope']], Metrics: metrics.filter(({ Name }) => Name in values) },
      ],
    },
    scope,
    at: formatTimestamp(now),
    ...values,
    ...(bounces && { bounces: withIntervals(bounces) }),
    ...(complaints && { complaints: withIntervals(complaints) }),
    alarms: judged.flatMap(({ name, before, change }) => {
      const { status } = change?.alarm ?? before;
      return status === 'ok' ? [] : [`${name.rule}${name.metric ? `/${name.metric}` : ''}: ${status}`];
    }),
  };
}

/** For a person at a terminal. */
export function formatMonitoringEntry(entry: MonitoringEntry): string {
  if (entry.kind === 'fault') return `${entry.what}: not to be had (${entry.reason})`;
  if (entry.kind === 'evaluation') {
    const left = entry.skipped === 0 ? '' : `, no time for ${entry.skipped}`;
    const failed = entry.failed === 0 ? '' : `, ${entry.failed} failed: ${entry.reason}`;
    const unknown = entry.unknown.length === 0 ? '' : `; unknown: ${entry.unknown.join(', ')}`;
    return `${entry.evaluated} scopes judged, ${entry.changes} alarms changed${left}${failed}${unknown}`;
  }
  const { bounces, complaints, alarms, scope } = entry;
  const line = (name: string, rates: Rates) => `  ${name.padEnd(15)}${describeRate(rates['24h'])} in 24 hours`;
  return [
    scope,
    ...(bounces ? [line('bounce rate', bounces)] : []),
    ...(complaints ? [line('complaint rate', complaints)] : []),
    `  ${alarms.length === 0 ? 'no alarm' : alarms.join(', ')}`,
  ].join('\n');
}
