import { day, hour } from '../../shared/domain/durations.ts';
import type { RateThresholds, thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import type { BacktestTransition } from '../../shared/domain/reputation/backtest.ts';
import { confidenceInterval } from '../../shared/domain/reputation/confidence-interval.ts';
import { type CounterBucket, rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { formatPercent, labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { replayBuckets } from '../commands/backtest.ts';
import { chartColumns } from '../io/rate-chart.ts';
import type { ReportSeries } from './series.ts';

/** A period. Epoch milliseconds; `until` itself is not part of it. */
export type ReportPeriod = { readonly from: number; readonly until: number };

/** A chart has at most about this many columns. */
const maxColumns = 400;

/** Returns one rate of a scope over a period, with its thresholds and the times at which its alarms would have changed. */
export function rateSeries(
  metric: RateName,
  scope: string,
  {
    buckets,
    period,
    thresholds: { review, pause },
    hasInterval = false,
  }: {
    readonly buckets: readonly CounterBucket[];
    readonly period: ReportPeriod;
    readonly thresholds: ReturnType<typeof thresholdsFor>;
    /** Whether to add the confidence interval of each point. @default false */
    readonly hasInterval?: boolean;
  },
): ReportSeries {
  const transitions = rateAlarms(buckets, review);
  return {
    title: `${capitalize(labels.rates[metric])} of ${scope}`,
    points: pointsOf(buckets, metric, period).map(({ bad, total, ...point }) => ({
      ...point,
      ...(hasInterval && total > 0 && { interval: confidenceInterval(bad, total) }),
    })),
    thresholds: [
      { label: `Review threshold: ${formatPercent(review[metric])}`, rate: review[metric] },
      { label: `Pause threshold: ${formatPercent(pause[metric])}`, rate: pause[metric] },
    ],
    marks: transitions
      .filter((one) => one.metric === metric && one.at >= period.from && one.at < period.until)
      .map(toMark),
  };
}

/** Returns how the alarms on the two rates would have changed, oldest first. */
export function rateAlarms(buckets: readonly CounterBucket[], thresholds: RateThresholds): BacktestTransition[] {
  return replayBuckets({ form: 'buckets', rows: toRows(buckets), bucketLengthMs: hour }, thresholds);
}

function toRows(buckets: readonly CounterBucket[]) {
  return buckets.map((bucket) => ({
    start: bucket.start,
    sends: rateBucketOf(bucket, 'bounceRate').total,
    hardBounces: bucket.hard,
    complaints: bucket.complaints,
  }));
}

const capitalize = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Returns the rate of the 24 hours up to the end of each column. Columns grow with the period. */
function pointsOf(buckets: readonly CounterBucket[], metric: RateName, { from, until }: ReportPeriod) {
  const step = Math.max(hour, Math.ceil((until - from) / maxColumns / hour) * hour);
  const first = Math.floor(from / hour) * hour;
  const before = Math.ceil(day / step);
  const start = first - before * step;
  const rates = buckets.filter((bucket) => bucket.start >= start).map((bucket) => rateBucketOf(bucket, metric));
  // An empty bucket makes the chart reach to the end of the period.
  const columns = chartColumns([...rates, { start: until - 1, total: 0, bad: 0 }], start, step);
  return columns.slice(before).map((column, index) => ({ ...column, start: first + index * step }));
}

function toMark({ at, to }: BacktestTransition): ReportSeries['marks'][number] {
  return { at, label: { approaching: 'Approaching', critical: 'Critical', ok: 'Resolved' }[to], tone: to };
}
