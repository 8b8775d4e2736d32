import { accumulate, type Cumulative } from '../../shared/domain/aws-window/cumulative.ts';
import { fitWindow, type WindowFit } from '../../shared/domain/aws-window/fit-window.ts';
import { forecast, type WindowForecast } from '../../shared/domain/aws-window/forecast.ts';
import { contentOf, type WindowRule } from '../../shared/domain/aws-window/window.ts';
import { awsThresholds } from '../../shared/domain/policy/thresholds.ts';
import { describeRate, formatCount, labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { readHistoryCsv } from '../io/history-csv.ts';
import { readMetricCsv } from '../io/metric-csv.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';

export type AwsWindowOptions = { readonly history: string; readonly metric: string; readonly json?: true };

const rates: readonly RateName[] = ['bounceRate', 'complaintRate'];
type ByRate<Value> = Record<RateName, Value>;

/** AWS's own notices about small accounts name windows of 10,192 to 10,476 emails, over 75 to 346 days. */
const noticedEmails = 10_000;

/** Runs the command `aws-window`. */
export async function awsWindowCommand(options: AwsWindowOptions, io: CliIO): Promise<ExitCode> {
  const buckets = await readHistoryCsv(options.history, io);
  if (buckets.form !== 'buckets')
    throw new UsageError(
      `${options.history} has single events. Expected the columns time,sends,hardBounces,complaints.`,
    );
  const history = accumulate(buckets.rows, buckets.bucketLengthMs);
  const fit = fitWindow(history, await readMetricCsv(options.metric, io));
  const forecasts = byRate((rate) => (fit.kind === 'known' ? forecastOf(history, fit.rule, rate) : undefined));
  if (options.json) io.stdout.write(sanitizeJson(toJson(fit, forecasts)));
  else io.stdout.write(`${describe(fit, forecasts, history).map(sanitize).join('\n')}\n`);
  return 0;
}

function byRate<Value>(make: (rate: RateName) => Value): ByRate<Value> {
  return { bounceRate: make('bounceRate'), complaintRate: make('complaintRate') };
}

function forecastOf(history: Cumulative, rule: WindowRule, rate: RateName): WindowForecast | undefined {
  return forecast(history, rule, rate, { review: awsThresholds.review[rate], pause: awsThresholds.pause[rate] });
}

function toJson(fit: WindowFit, forecasts: ByRate<WindowForecast | undefined>) {
  const rule = fit.kind === 'known' ? fit.rule : { emails: 0, days: 0 };
  const orNull = (value: number) => (value === 0 ? null : Math.round(value * 10) / 10);
  return {
    window: { emails: rule.emails === 0 ? null : Math.round(rule.emails), days: orNull(rule.days) },
    reason: fit.reason,
    left: byRate((rate) => forecasts[rate]?.left ?? null),
    recovery: byRate((rate) => {
      const at = forecasts[rate]?.recoversAt;
      return at === undefined ? null : formatTimestamp(at);
    }),
  };
}

function describe(fit: WindowFit, forecasts: ByRate<WindowForecast | undefined>, history: Cumulative): string[] {
  if (fit.kind === 'unknown') return [`The window of AWS is not known: ${fit.reason}.`, ...describeRange(history)];
  const { emails, days } = fit.rule;
  const parts = [
    ...(emails === 0 ? [] : [`the last ${formatCount(Math.round(emails))} emails`]),
    ...(days === 0 ? [] : [`${emails === 0 ? '' : 'at least '}the last ${days.toFixed(1)} days`]),
  ];
  return [
    `The rates of AWS are about ${parts.join(', ')}. It ${fit.reason}.`,
    ...rates.flatMap((rate) => describeForecast(rate, forecasts[rate])),
  ];
}

function describeForecast(rate: RateName, found: WindowForecast | undefined): string[] {
  if (found === undefined) return [];
  const what = rate === 'bounceRate' ? 'bounces' : 'complaints';
  const recovery =
    found.recoversAt === undefined
      ? ''
      : `; below review on ${formatTimestamp(found.recoversAt).slice(0, 10)}, if nothing more goes wrong`;
  return [
    `  ${labels.rates[rate]}: ${describeRate({ bad: Math.round(found.bad), total: Math.round(found.sends) })}; ` +
      `${formatCount(found.left.review)} ${what} left before review, ${formatCount(found.left.pause)} before pause${recovery}`,
  ];
}

/** What the two windows give between which AWS's own is likely to be. */
function describeRange(history: Cumulative): string[] {
  const windows: [string, WindowRule][] = [
    ['the last 24 hours', { emails: 0, days: 1 }],
    ['the last 10,000 emails', { emails: noticedEmails, days: 0 }],
  ];
  return windows.flatMap(([name, rule]) => {
    const content = contentOf(history, rule, history.to);
    if (content === undefined) return [`  By ${name}: the history is shorter.`];
    return [
      `  By ${name}:`,
      ...rates.flatMap((rate) => describeForecast(rate, forecastOf(history, rule, rate)).map((line) => `  ${line}`)),
    ];
  });
}
