import { minute } from '../../shared/domain/durations.ts';
import {
  type BacktestTransition,
  createBacktest,
  type SendingBucket,
  settlementDelay,
} from '../../shared/domain/reputation/backtest.ts';
import { labels } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { slotLengthMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { loadPolicy } from '../io/files.ts';
import { type KnownEvent, readHistoryCsv, type SendingHistory } from '../io/history-csv.ts';
import { drawRate } from '../io/rate-chart.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';

export type BacktestOptions = { readonly json?: true; readonly policy?: string };

/** The command `backtest`: what would the alarms have said about this history? */
export async function backtestCommand(files: readonly string[], options: BacktestOptions): Promise<void> {
  const { reviewThresholds: lines } = await loadPolicy(options.policy);
  const answers: { file: string; transitions: (Omit<BacktestTransition, 'at'> & { at: string })[] }[] = [];
  for (const file of files) {
    const history = await readHistoryCsv(file);
    const transitions = replay(history, lines);
    if (options.json) {
      answers.push({ file, transitions: transitions.map((one) => ({ ...one, at: formatTimestamp(one.at) })) });
    } else process.stdout.write(describe(file, history, transitions, lines));
  }
  if (options.json) process.stdout.write(sanitizeJson(answers));
}

type Lines = Readonly<Record<RateName, number>>;

/** How often a log of events is looked at. */
const interval = 15 * minute;

/** Lets the alarms follow a history: what they know at each moment is what was known then. */
function replay(history: SendingHistory, lines: Lines): BacktestTransition[] {
  const alarms = createBacktest(lines);
  if (history.form === 'buckets') {
    return history.rows.flatMap((row) => {
      alarms.add(row);
      return alarms.evaluate(row.start + history.bucketLengthMs);
    });
  }
  const transitions: BacktestTransition[] = [];
  const { events } = history;
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return [];
  let next = 0;
  const end = Math.ceil((last.knownAt + settlementDelay + slotLengthMs) / interval) * interval;
  for (let now = Math.ceil(first.knownAt / interval) * interval; now <= end; now += interval) {
    for (; next < events.length && (events[next] as KnownEvent).knownAt <= now; next++) {
      alarms.add(toSent(events[next] as KnownEvent));
    }
    transitions.push(...alarms.evaluate(now, slotStart(now - settlementDelay)));
  }
  return transitions;
}

function toSent({ sentAt, kind }: KnownEvent): SendingBucket {
  const start = slotStart(sentAt);
  return {
    start,
    sends: kind === 'send' ? 1 : 0,
    hardBounces: kind === 'hardBounce' ? 1 : 0,
    complaints: kind === 'complaint' ? 1 : 0,
  };
}

function describe(
  file: string,
  history: SendingHistory,
  transitions: readonly BacktestTransition[],
  lines: Lines,
): string {
  const sent = history.form === 'buckets' ? history.rows : history.events.map(toSent).sort((a, b) => a.start - b.start);
  const total = (column: Counted) => sent.reduce((sum, row) => sum + row[column], 0).toLocaleString('en-US');
  const head = `${sanitize(file)}: ${total('sends')} sends, ${total('hardBounces')} hard bounces, ${total('complaints')} complaints`;
  const shown = sent.length === 0 ? [] : (['bounceRate', 'complaintRate'] as const);
  const charts = shown.map((metric) => {
    const bad = metric === 'bounceRate' ? 'hardBounces' : 'complaints';
    const tallies = sent.map((row) => ({ start: row.start, total: row.sends, bad: row[bad] }));
    return drawRate(labels.rates[metric], tallies, lines[metric]);
  });
  const said = transitions.length === 0 ? 'No alarm.' : transitions.map(describeTransition).join('\n');
  return `${[head, ...charts, said].join('\n\n')}\n`;
}

type Counted = 'sends' | 'hardBounces' | 'complaints';

function describeTransition({ at, metric, from, to, bad, total }: BacktestTransition): string {
  const rate =
    total === 0 ? '' : `  ${bad} of ${total.toLocaleString('en-US')} (${((100 * bad) / total).toFixed(2)} %)`;
  return `${formatTimestamp(at).slice(0, 16).replace('T', ' ')}  ${labels.rates[metric]}: ${from} → ${to}${rate}`;
}
