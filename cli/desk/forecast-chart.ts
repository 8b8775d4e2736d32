import { courseOfRate, type RatePoint } from '../../shared/domain/aws-window/forecast.ts';
import { historyOf } from '../../shared/domain/aws-window/ledger.ts';
import { awsThresholdsByRate, noticedWindow } from '../../shared/domain/aws-window/outlook.ts';
import { formatPercent, labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { settlementDelayMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import type { ScopeState } from '../../shared/monitoring/reputation-store.ts';
import { type ChartLine, drawLines } from '../report/line-chart.ts';
import { type Html, html } from './html.ts';
import { figure } from './parts.ts';

const days = { daysBefore: 60, daysAfter: 30 };

/** Shows AWS's own rate as it was and as it will be if nothing more goes wrong: by the window that was inferred, or by the one of AWS's notices. */
export function forecastChart({ ledger, buckets }: ScopeState, metric: RateName, now: number): Html {
  if (ledger === undefined) return html``;
  const { fit } = ledger;
  const isKnown = fit.kind === 'known';
  const history = historyOf(ledger, buckets, slotStart(now - settlementDelayMs));
  const { past, future } = courseOfRate(history, isKnown ? fit.rule : noticedWindow, metric, days);
  const last = past.at(-1);
  if (last === undefined) return html``;
  const { review } = awsThresholdsByRate[metric];
  const of = (points: readonly RatePoint[]) => points.map(({ at, rate }) => ({ at, value: rate }));
  const all = [...past, ...future];
  const lines: ChartLine[] = [
    { color: '--rate', form: 'solid', points: of(past) },
    { color: '--rate', form: 'dotted', points: of([last, ...future]) },
    { color: '--line', form: 'dashed', points: all.map(({ at }) => ({ at, value: review })) },
  ];
  const window = isKnown
    ? 'AWS’s window, as inferred'
    : 'the last 10,000 emails, as in notices of AWS: its own window is not known yet';
  const title = `Forecast of the ${labels.rates[metric]} by ${window}`;
  const end = future.at(-1) ?? last;
  const summary = `${formatPercent(last.rate)} now, and ${formatPercent(end.rate)} in ${days.daysAfter} days if nothing more goes wrong. AWS reviews at ${formatPercent(review)}.`;
  const label = html`${`${title}. ${summary}`}`.html;
  const caption = `${summary} Solid: until now; dotted: from now on; dashed: where AWS reviews.`;
  return figure(title, (width) => drawLines(lines, label, width, formatPercent), caption);
}
