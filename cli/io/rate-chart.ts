import { plot } from 'simple-ascii-chart';
import { day, hour } from '../../shared/domain/durations.ts';
import type { RateBucket } from '../../shared/domain/reputation/cusum.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';

const width = 72;

/**
 * A rate over time for a terminal: for each column the rate of the 24 hours that end with it, the line it must stay below, and the
 * sends of that column underneath. No sends in 24 hours: no point.
 */
export function drawRate(title: string, tallies: readonly RateBucket[], line: number): string {
  const [first, last] = [tallies[0]?.start ?? 0, tallies.at(-1)?.start ?? 0];
  const step = Math.max(hour, Math.ceil((last - first + 1) / width / hour) * hour);
  const columns = chartColumns(tallies, first, step);
  const points = columns.flatMap(({ rate }, column) =>
    rate === undefined ? [] : [[column, 100 * rate] as [number, number]],
  );
  const top = Math.max(1.2 * 100 * line, ...points.map(([, percent]) => percent));
  const digits = line < 0.01 ? 2 : 1;
  const frame = { width, hideXAxis: true };
  const rate = plot(points, {
    ...frame,
    height: 10,
    yRange: [0, top],
    thresholds: [{ y: 100 * line }],
    customYAxisTicks: [0, 100 * line, top],
    formatter: (value) => `${value.toFixed(digits)} %`.padStart(9),
  });
  const most = Math.max(1, ...columns.map(({ sends }) => sends));
  const sends = plot(
    columns.map(({ sends }, column) => [column, sends]),
    {
      ...frame,
      height: 3,
      mode: 'bar',
      yRange: [0, most],
      customYAxisTicks: [0, most],
      formatter: (value) => Math.round(value).toLocaleString('en-US').padStart(9),
    },
  );
  const [from, to] = [first, last].map((time) => formatTimestamp(time).slice(0, 10));
  const dateLine = `${from}${to?.padStart(width - 10)}`;
  return [`${title}, rate of 24 hours; below it the sends of ${step / hour} h`, rate, sends, dateLine].join('\n');
}

/** Sends of each stretch from `first` on, and the rate of the 24 hours that end with it. */
export function chartColumns(tallies: readonly RateBucket[], first: number, step: number) {
  const columns: { sends: number; rate: number | undefined }[] = [];
  let [end, oldest] = [0, 0];
  let [total, bad] = [0, 0];
  for (let until = first + step; end < tallies.length; until += step) {
    let sends = 0;
    for (; end < tallies.length && (tallies[end] as RateBucket).start < until; end++) {
      const tally = tallies[end] as RateBucket;
      sends += tally.total;
      total += tally.total;
      bad += tally.bad;
    }
    for (; oldest < end && (tallies[oldest] as RateBucket).start < until - day; oldest++) {
      total -= (tallies[oldest] as RateBucket).total;
      bad -= (tallies[oldest] as RateBucket).bad;
    }
    columns.push({ sends, rate: total === 0 ? undefined : bad / total });
  }
  return columns;
}
