import { plot } from 'simple-ascii-chart';
import { day, hour } from '../../shared/domain/durations.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import type { RateBucket } from '../../shared/domain/reputation/rate-bucket.ts';
import { formatDay } from './format.ts';

const width = 72;

/**
 * Draws a rate over time for a terminal. Each column shows the rate of the 24 hours up to its end, the threshold, and below them the sends
 * of the column. A column without sends in 24 hours has no rate.
 */
export function drawRate(title: string, buckets: readonly RateBucket[], threshold: number): string {
  const { columns, step, dates } = toColumns(buckets);
  const most = Math.max(1, ...columns.map(({ sends }) => sends));
  const sends = plot(
    columns.map(({ sends }, column) => [column, sends]),
    {
      ...frame,
      height: 3,
      mode: 'bar',
      yRange: [0, most],
      customYAxisTicks: [0, most],
      formatter: (value) => formatCount(Math.round(value)).padStart(9),
    },
  );
  const interval = step === hour ? 'hour' : `${step / hour} hours`;
  const heading = `${title} over 24 hours; below: sends per ${interval}`;
  return [heading, plotRate(columns, threshold, 10), sends, dates].join('\n');
}

/** Draws a rate as `drawRate` does, without the sends, in `height` lines and a few for the axes. */
export function drawRateOnly(buckets: readonly RateBucket[], threshold: number, height: number): string {
  const { columns, dates } = toColumns(buckets);
  const lines = plotRate(columns, threshold, height).split('\n');
  return [...lines.filter((line) => !/^[ ▲]*$/.test(line)), dates].map((line) => line.trimEnd()).join('\n');
}

const frame = { width, hideXAxis: true };

function toColumns(buckets: readonly RateBucket[]) {
  const [first, last] = [buckets[0]?.start ?? 0, buckets.at(-1)?.start ?? 0];
  const step = Math.max(hour, Math.ceil((last - first + 1) / width / hour) * hour);
  const dates = `${formatDay(first)}${formatDay(last).padStart(width - 10)}`;
  return { columns: chartColumns(buckets, first, step), step, dates };
}

function plotRate(columns: readonly RateColumn[], threshold: number, height: number): string {
  const points = columns.flatMap(({ rate }, column) =>
    rate === undefined ? [] : [[column, 100 * rate] as [number, number]],
  );
  const top = Math.max(1.2 * 100 * threshold, ...points.map(([, percent]) => percent));
  const digits = threshold < 0.01 ? 2 : 1;
  return plot(points, {
    ...frame,
    height,
    yRange: [0, top],
    thresholds: [{ y: 100 * threshold }],
    customYAxisTicks: [0, 100 * threshold, top],
    formatter: (value) => `${value.toFixed(digits)} %`.padStart(9),
  });
}

type RateColumn = {
  readonly sends: number;
  readonly rate: number | undefined;
  /** Of the 24 hours that the rate is of. */
  readonly bad: number;
  readonly total: number;
};

/**
 * Returns the sends of each column and the rate of the 24 hours up to its end, or `undefined` without sends in that time.
 * @param first start of the first column, epoch milliseconds
 * @param step width of a column, milliseconds
 */
export function chartColumns(buckets: readonly RateBucket[], first: number, step: number): RateColumn[] {
  const columns: RateColumn[] = [];
  let [end, oldest] = [0, 0];
  let [total, bad] = [0, 0];
  for (let until = first + step; end < buckets.length; until += step) {
    let sends = 0;
    for (; end < buckets.length && (buckets[end] as RateBucket).start < until; end++) {
      const bucket = buckets[end] as RateBucket;
      sends += bucket.total;
      total += bucket.total;
      bad += bucket.bad;
    }
    for (; oldest < end && (buckets[oldest] as RateBucket).start < until - day; oldest++) {
      total -= (buckets[oldest] as RateBucket).total;
      bad -= (buckets[oldest] as RateBucket).bad;
    }
    columns.push({ sends, rate: total === 0 ? undefined : bad / total, bad, total });
  }
  return columns;
}
