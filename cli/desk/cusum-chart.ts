import { hour } from '../../shared/domain/durations.ts';
import { type CounterBucket, rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { cusumLimit } from '../../shared/domain/reputation/cusum.ts';
import { addToExcess, noExcess, unitsPerBounce } from '../../shared/domain/reputation/cusum-sums.ts';
import { labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { formatTime } from '../io/format.ts';
import { drawLines } from '../report/line-chart.ts';
import type { ReportPeriod } from '../report/rate-series.ts';
import { type Html, html } from './html.ts';
import { figure } from './parts.ts';

type CusumChartOptions = {
  readonly buckets: readonly CounterBucket[];
  readonly period: ReportPeriod;
  readonly threshold: number;
};

/** Shows the sums that raise the alarm of a rate, and the limit that they have to reach: why an alarm is raised, or not. */
export function cusumChart(metric: RateName, options: CusumChartOptions): Html {
  const points = excessPoints(metric, options);
  const last = points.at(-1);
  if (last === undefined) return html``;
  const name = metric === 'bounceRate' ? 'bounces' : 'complaints';
  const highest = points.reduce((most, point) => (point.critical > most.critical ? point : most), last);
  const summary = `${Math.round(highest.critical)} ${name} above what the review threshold allows, at ${formatTime(highest.at)}; the limit was ${Math.round(highest.limit)}.`;
  const title = `Excess of ${name}: what raises the alarm on the ${labels.rates[metric]}`;
  const line = (color: string, form: 'solid' | 'dashed' | 'dotted', value: (point: ExcessPoint) => number) => ({
    color,
    form,
    points: points.map((point) => ({ at: point.at, value: value(point) })),
  });
  const lines = [
    line('--critical', 'solid', ({ critical }) => critical),
    line('--approaching', 'dotted', ({ approaching }) => approaching),
    line('--line', 'dashed', ({ limit }) => limit),
  ];
  const label = html`${`${title}. ${summary}`}`.html;
  const caption = `At most: ${summary} The alarm is critical when the solid curve reaches the dashed line, and approaching when the dotted one does (80 % of the threshold).`;
  return figure(title, (width) => drawLines(lines, label, width, String), caption);
}

/** The sums after an hour, in bounces or complaints. */
export type ExcessPoint = {
  readonly at: number;
  readonly approaching: number;
  readonly critical: number;
  readonly limit: number;
};

/** Returns the sums of the CUSUM by the hour, as the rule has them while no alarm has ended. */
function excessPoints(metric: RateName, { buckets, period, threshold }: CusumChartOptions): ExcessPoint[] {
  const points: ExcessPoint[] = [];
  const lastDay: { readonly start: number; readonly total: number }[] = [];
  let [excess, next, sends] = [noExcess, 0, 0];
  const first = Math.floor(period.from / hour) * hour;
  for (let at = first; at <= period.until; at += hour) {
    for (; (buckets[next]?.start ?? Number.POSITIVE_INFINITY) < at; next++) {
      const bucket = rateBucketOf(buckets[next] as CounterBucket, metric);
      excess = addToExcess(excess, bucket, threshold);
      lastDay.push(bucket);
      sends += bucket.total;
    }
    while ((lastDay[0]?.start ?? at) < at - 24 * hour) sends -= (lastDay.shift() as { total: number }).total;
    const limit = cusumLimit(threshold, sends);
    points.push({
      at,
      approaching: excess.approaching / unitsPerBounce,
      critical: excess.critical / unitsPerBounce,
      limit,
    });
  }
  return points;
}
