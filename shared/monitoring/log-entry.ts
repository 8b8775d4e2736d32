import type { EvaluatedAlarm } from '../domain/reputation/evaluate-scope.ts';
import { describeRate } from '../domain/reputation/format-rate.ts';
import { type rollingRates, withIntervals } from '../domain/reputation/rolling-rates.ts';
import { formatTimestamp } from '../domain/timestamp.ts';

/** The end of an evaluation. */
export type EvaluationEntry = {
  readonly kind: 'evaluation';
  /** Number of scopes that were evaluated. */
  readonly evaluated: number;
  /** Number of scopes that there was no time for. */
  readonly skipped: number;
  /** Number of alarms that changed. */
  readonly changes: number;
  /** Number of scopes that could not be evaluated, or whose notice could not be published. */
  readonly failed: number;
  /** The reason of the first failure. */
  readonly reason?: string;
  /**
   * Figures that could not be read from SES, or that SES has not published. Alarms that depend on them keep their
   * state.
   */
  readonly unknown: readonly string[];
};

/**
 * The rates of a scope in CloudWatch's embedded metric format, from which CloudWatch creates metrics.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export type RatesEntry = {
  readonly kind: 'rates';
  readonly _aws: object;
  readonly scope: string;
  /** ISO 8601. */
  readonly at: string;
  /** The rate of the last 24 hours. Missing if nothing was sent. */
  readonly BounceRate?: number;
  /** The rate of the last 24 hours. Missing if nothing was sent. */
  readonly ComplaintRate?: number;
  /** The sends of the last 24 hours. */
  readonly Sends: number;
  readonly bounces?: Rates;
  readonly complaints?: Rates;
  /** The alarms that are raised. */
  readonly alarms: readonly string[];
};

type Rates = ReturnType<typeof rollingRates>;

/** A figure or status that could not be read from AWS. */
export type ErrorEntry = { readonly kind: 'error'; readonly subject: string; readonly reason: string };

/** The daily update of the ledger, and whether the window of AWS's rates is known. */
export type LedgerEntry = {
  readonly kind: 'ledger';
  readonly days: number;
  readonly window: 'known' | 'unknown';
  readonly reason: string;
};

/** A log entry of the monitoring flow. */
export type MonitoringEntry = EvaluationEntry | RatesEntry | ErrorEntry | LedgerEntry;

/**
 * CloudWatch charges for each metric per month. The rates of the other time windows are in the log entry only, for Logs
 * Insights.
 */
const metrics = [
  { Name: 'BounceRate', Unit: 'None' },
  { Name: 'ComplaintRate', Unit: 'None' },
  { Name: 'Sends', Unit: 'Count' },
];

/** Returns the log entry with the rates of an evaluated scope. */
export function ratesEntry(
  scope: string,
  evaluated: readonly EvaluatedAlarm[],
  now: number,
  namespace: string,
): RatesEntry {
  const ratesOf = (metric: string) =>
    evaluated.find(({ name }) => name.rule === 'rate-exceeded' && name.metric === metric)?.figures.rates;
  const [bounces, complaints] = [ratesOf('bounceRate'), ratesOf('complaintRate')];
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
    alarms: evaluated.flatMap(({ name, before, change }) => {
      const { status } = change?.alarm ?? before;
      return status === 'ok'
        ? []
        : [`${[name.rule, ...[name.metric ?? name.cause ?? []].flat()].join('/')}: ${status}`];
    }),
  };
}

/** Formats an entry for a terminal. */
export function formatMonitoringEntry(entry: MonitoringEntry): string {
  if (entry.kind === 'error') return `Cannot read ${entry.subject}: ${entry.reason}`;
  if (entry.kind === 'ledger')
    return `Ledger of ${count(entry.days, 'day')}: the window of AWS is ${entry.window} (${entry.reason})`;
  if (entry.kind === 'evaluation') {
    const skipped = entry.skipped === 0 ? '' : `, no time for ${count(entry.skipped, 'scope')}`;
    const failed = entry.failed === 0 ? '' : `, ${entry.failed} failed: ${entry.reason}`;
    const unknown = entry.unknown.length === 0 ? '' : `; unknown: ${entry.unknown.join(', ')}`;
    return `${count(entry.evaluated, 'scope')} evaluated, ${count(entry.changes, 'alarm')} changed${skipped}${failed}${unknown}`;
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

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
