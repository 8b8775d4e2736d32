import { parseAddress } from '../../shared/domain/address.ts';
import { minute } from '../../shared/domain/durations.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import { replayIncidents } from '../../shared/domain/incidents/replay-incidents.ts';
import { type BacktestTransition, createBacktest } from '../../shared/domain/reputation/backtest.ts';
import { describeRate, formatCount, labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { settlementDelayMs, slotLengthMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { createPrivateFile, loadPolicy } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { bucketOfEvent, type KnownEvent, readHistoryCsv, type SendingHistory } from '../io/history-csv.ts';
import { drawRate } from '../io/rate-chart.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { type BucketHistory, toHistory } from '../io/send-statistics.ts';

export type BacktestOptions = {
  readonly fromSes?: true;
  readonly outageAddresses?: string;
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
  const results: BacktestJson[] = [];
  const refused = new Set<string>();
  let hasRecipients = false;
  for (const [file, history] of await readHistories(files, options, io)) {
    const transitions = replay(history, reviewThresholds);
    const incidents = history.form === 'events' && history.hasRecipients ? replayIncidents(history.events) : undefined;
    hasRecipients ||= incidents !== undefined;
    for (const { recipients } of incidents ?? []) for (const one of recipients) refused.add(one);
    if (options.json) results.push(toJson(file, transitions, incidents));
    else io.stdout.write(describe(file, history, { transitions, incidents }, reviewThresholds));
  }
  if (options.outageAddresses !== undefined) {
    if (!hasRecipients) throw new UsageError('--outage-addresses needs a log of events with the column recipient.');
    await writeAddresses(options.outageAddresses, refused);
  }
  if (options.json) io.stdout.write(sanitizeJson(results));
  return 0;
}

type BacktestJson = {
  readonly file: string;
  readonly transitions: readonly (Omit<BacktestTransition, 'at'> & { readonly at: string })[];
  /** Missing if the history has no recipients. */
  readonly incidents?: readonly {
    readonly provider: string;
    readonly from: string;
    readonly to: string;
    /** Number of addresses that bounced. */
    readonly recipients: number;
  }[];
};

function toJson(
  file: string,
  transitions: readonly BacktestTransition[],
  incidents: readonly Incident[] | undefined,
): BacktestJson {
  return {
    file,
    transitions: transitions.map((one) => ({ ...one, at: formatTimestamp(one.at) })),
    ...(incidents && {
      incidents: incidents.map(({ provider, from, to, recipients }) => ({
        provider,
        from: formatTimestamp(from),
        to: formatTimestamp(to),
        recipients: recipients.size,
      })),
    }),
  };
}

/** Writes one address a line. What is not an address cannot be released. */
async function writeAddresses(file: string, texts: Iterable<string>): Promise<void> {
  const addresses = [...texts].filter((text) => parseAddress(text) !== undefined).sort();
  const output = await createPrivateFile(file);
  try {
    await output.writeFile(addresses.map((address) => `${address}\n`).join(''));
  } finally {
    await output.close();
  }
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
      backtest.add(bucketOfEvent(events[next] as KnownEvent));
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

function describe(
  file: string,
  history: SendingHistory,
  {
    transitions,
    incidents = [],
  }: { readonly transitions: readonly BacktestTransition[]; readonly incidents: readonly Incident[] | undefined },
  thresholds: Thresholds,
): string {
  const buckets =
    history.form === 'buckets' ? history.rows : history.events.map(bucketOfEvent).sort((a, b) => a.start - b.start);
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
  const outages = incidents.length === 0 ? [] : [describeIncidents(incidents)];
  return `${[title, ...charts, alarms, ...outages].join('\n\n')}\n`;
}

function describeIncidents(incidents: readonly Incident[]): string {
  const lines = incidents.map(
    ({ provider, from, to, recipients }) =>
      `${formatTime(from)} to ${formatTime(to)}  ${sanitize(provider)}: ${formatQuantity(recipients.size, 'address', 'addresses')}`,
  );
  return [
    'These bounces look like outages of providers, which refused addresses they had accepted before:',
    ...lines,
  ].join('\n');
}

type CountColumn = 'sends' | 'hardBounces' | 'complaints';

function describeTransition({ at, metric, from, to, bad, total }: BacktestTransition): string {
  const rate = total === 0 ? '' : `  ${describeRate({ bad, total })}`;
  return `${formatTime(at)}  ${labels.rates[metric]}: ${from} → ${to}${rate}`;
}
