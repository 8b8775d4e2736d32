import { minute } from '../../shared/domain/durations.ts';
import {
  type BacktestTransition,
  createBacktest,
  type SendingBucket,
} from '../../shared/domain/reputation/backtest.ts';
import { describeRate, formatCount, labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { settlementDelayMs, slotLengthMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatTime } from '../io/format.ts';
import { type KnownEvent, readHistoryCsv, type SendingHistory } from '../io/history-csv.ts';
import { drawRate } from '../io/rate-chart.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { type BucketHistory, toHistory } from '../io/send-statistics.ts';

export type BacktestOptions = {
  readonly fromSes?: true;
  readonly region?: string;
  readonly json?: true;
  readonly policy?: string;
};

/** Runs the command `backtest`. */
export async function backtestCommand(
  files: readonly string[],
  options: BacktestOptions,
  io: CliIO,
): Promise<ExitCode> {
  const { reviewThresholds } = await loadPolicy(options.policy, io);
  if (files.length === 0 && !options.fromSes) throw new UsageError('Pass a file, or --from-ses.');
  const results: { file: string; transitions: (Omit<BacktestTransition, 'at'> & { at: string })[] }[] = [];
  for (const [file, history] of await readHistories(files, options, io)) {
    const transitions = replay(history, reviewThresholds);
    if (options.json) {
      results.push({ file, transitions: transitions.map((one) => ({ ...one, at: formatTimestamp(one.at) })) });
    } else io.stdout.write(describe(file, history, transitions, reviewThresholds));
  }
  if (options.json) io.stdout.write(sanitizeJson(results));
  return 0;
}

async function readHistories(
  files: readonly string[],
  { fromSes, region }: BacktestOptions,
  io: CliIO,
): Promise<readonly (readonly [name: string, history: SendingHistory])[]> {
  const histories: (readonly [string, SendingHistory])[] = [];
  for (const file of files) histories.push([file, await readHistoryCsv(file, io)]);
  if (fromSes) {
    // Loaded only here, so that the back-test of a file works without the SDK.
    const { readSendStatistics } = await import('../stack/read-send-statistics.ts');
    histories.push(['SES, last 14 days', toHistory(await readSendStatistics(region))]);
  }
  return histories;
}

type Thresholds = Readonly<Record<RateName, number>>;

/** How often a log of events is evaluated. */
const evaluationIntervalMs = 15 * minute;

/** Returns the transitions of the alarms. At each evaluation they know only what was known at that time. */
function replay(history: SendingHistory, thresholds: Thresholds): BacktestTransition[] {
  if (history.form === 'buckets') return replayBuckets(history, thresholds);
  const backtest = createBacktest(thresholds);
  const transitions: BacktestTransition[] = [];
  const { events } = history;
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return [];
  const roundUp = (time: number) => Math.ceil(time / evaluationIntervalMs) * evaluationIntervalMs;
  let next = 0;
  const end = roundUp(last.knownAt + settlementDelayMs + slotLengthMs);
  for (let now = roundUp(first.knownAt); now <= end; now += evaluationIntervalMs) {
    for (; next < events.length && (events[next] as KnownEvent).knownAt <= now; next++) {
      backtest.add(toBucket(events[next] as KnownEvent));
    }
    transitions.push(...backtest.evaluate(now, slotStart(now - settlementDelayMs)));
  }
  return transitions;
}

/** Returns the transitions of the alarms for counts per bucket, each evaluated at its end. */
export function replayBuckets({ rows, bucketLengthMs }: BucketHistory, thresholds: Thresholds): BacktestTransition[] {
  const backtest = createBacktest(thresholds);
  return rows.flatMap((row) => {
    backtest.add(row);
    return backtest.evaluate(row.start + bucketLengthMs);
  });
}

function toBucket({ sentAt, kind }: KnownEvent): SendingBucket {
  return {
    start: slotStart(sentAt),
    sends: kind === 'send' ? 1 : 0,
    hardBounces: kind === 'hardBounce' ? 1 : 0,
    complaints: kind === 'complaint' ? 1 : 0,
  };
}

function describe(
  file: string,
  history: SendingHistory,
  transitions: readonly BacktestTransition[],
  thresholds: Thresholds,
): string {
  const buckets =
    history.form === 'buckets' ? history.rows : history.events.map(toBucket).sort((a, b) => a.start - b.start);
  const sum = (column: CountColumn) => formatCount(buckets.reduce((total, bucket) => total + bucket[column], 0));
  const title = `${sanitize(file)}: ${sum('sends')} sends, ${sum('hardBounces')} hard bounces, ${sum('complaints')} complaints`;
  const metrics = buckets.length === 0 ? [] : (['bounceRate', 'complaintRate'] as const);
  const charts = metrics.map((metric) => {
    const bad = metric === 'bounceRate' ? 'hardBounces' : 'complaints';
    const rateBuckets = buckets.map((bucket) => ({ start: bucket.start, total: bucket.sends, bad: bucket[bad] }));
    return drawRate(labels.rates[metric], rateBuckets, thresholds[metric]);
  });
  const heading = 'The rate alarms would have changed state at these times:';
  const alarms = transitions.length === 0 ? 'No alarms.' : [heading, ...transitions.map(describeTransition)].join('\n');
  return `${[title, ...charts, alarms].join('\n\n')}\n`;
}

type CountColumn = 'sends' | 'hardBounces' | 'complaints';

function describeTransition({ at, metric, from, to, bad, total }: BacktestTransition): string {
  const rate = total === 0 ? '' : `  ${describeRate({ bad, total })}`;
  return `${formatTime(at)}  ${labels.rates[metric]}: ${from} → ${to}${rate}`;
}
