import { accumulate, type Cumulative } from '../../shared/domain/aws-window/cumulative.ts';
import { fitWindow, type WindowFit } from '../../shared/domain/aws-window/fit-window.ts';
import { forecast, type WindowForecast } from '../../shared/domain/aws-window/forecast.ts';
import { type PossibleRules, type Recovery, recoveryOf } from '../../shared/domain/aws-window/recovery.ts';
import { contentOf, type WindowRule } from '../../shared/domain/aws-window/window.ts';
import { awsThresholds } from '../../shared/domain/policy/thresholds.ts';
import { describeRate, formatCount, labels } from '../../shared/domain/reputation/format-rate.ts';
import type { Thresholds } from '../../shared/domain/reputation/headroom.ts';
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
  const forecasts = byRate((rate) => (fit.kind === 'known' ? fittedForecast(history, fit, rate) : undefined));
  if (options.json) io.stdout.write(sanitizeJson(toJson(fit, forecasts)));
  else io.stdout.write(`${describe(fit, forecasts, history).map(sanitize).join('\n')}\n`);
  return 0;
}

function byRate<Value>(make: (rate: RateName) => Value): ByRate<Value> {
  return { bounceRate: make('bounceRate'), complaintRate: make('complaintRate') };
}

function forecastOf(history: Cumulative, rule: WindowRule, rate: RateName): WindowForecast | undefined {
  return forecast(history, rule, rate, thresholdsOf(rate));
}

function thresholdsOf(rate: RateName): Thresholds {
  return { review: awsThresholds.review[rate], pause: awsThresholds.pause[rate] };
}

/** What follows from a rule, and when the rate recovers, as far as that is known. */
type FittedForecast = WindowForecast & { readonly recovery?: Recovery | undefined };

function fittedForecast(history: Cumulative, fit: PossibleRules, rate: RateName): FittedForecast | undefined {
  const found = forecastOf(history, fit.rule, rate);
  return found && { ...found, recovery: recoveryOf(history, fit, rate, thresholdsOf(rate)) };
}

function toJson(fit: WindowFit, forecasts: ByRate<FittedForecast | undefined>) {
  const rule = fit.kind === 'known' ? fit.rule : { emails: 0, days: 0 };
  const orNull = (value: number) => (value === 0 ? null : Math.round(value * 10) / 10);
  return {
    window: { emails: rule.emails === 0 ? null : Math.round(rule.emails), days: orNull(rule.days) },
    reason: fit.reason,
    left: byRate((rate) => forecasts[rate]?.left ?? null),
    recovery: byRate((rate) => {
      const at = forecasts[rate]?.recovery?.at;
      return at === undefined ? null : formatTimestamp(at);
    }),
  };
}

function describe(fit: WindowFit, forecasts: ByRate<FittedForecast | undefined>, history: Cumulative): string[] {
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

function describeForecast(rate: RateName, found: FittedForecast | undefined): string[] {
  if (found === undefined) return [];
  const what = rate === 'bounceRate' ? 'bounces' : 'complaints';
  return [
    `  ${labels.rates[rate]}: ${describeRate({ bad: Math.round(found.bad), total: Math.round(found.sends) })}; ` +
      `${formatCount(found.left.review)} ${what} left before review, ${formatCount(found.left.pause)} before pause${describeRecovery(found.recovery)}`,
  ];
}

function describeRecovery(recovery: Recovery | undefined): string {
  if (recovery === undefined) return '';
  const dayOf = (time: number) => formatTimestamp(time).slice(0, 10);
  const { at, earliest, latest } = recovery;
  const when = at === undefined ? `between ${dayOf(earliest)} and ${dayOf(latest)}` : `on ${dayOf(at)}`;
  return `; below review ${when}, if nothing more goes wrong`;
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
      ...rates.flatMap((rate) =>
        describeForecast(rate, fittedForecast(history, { rule, bounds: [] }, rate)).map((line) => `  ${line}`),
      ),
    ];
  });
}
