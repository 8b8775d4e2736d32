import { minute } from '../../shared/domain/durations.ts';
import { createReplay, type ReplayedTransition, type Sent, settling } from '../../shared/domain/reputation/backtest.ts';
import { words } from '../../shared/domain/reputation/format-rate.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { slotLength, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { loadPolicy } from '../io/files.ts';
import { type HistoryFile, type KnownEvent, readHistoryFile } from '../io/history-csv.ts';
import { drawRate } from '../io/rate-chart.ts';
import { printable, printableJson } from '../io/sanitize.ts';

export type BacktestOptions = { readonly json?: true; readonly policy?: string };

/** The command `backtest`: what would the alarms have said about this history? */
export async function backtest(files: readonly string[], options: BacktestOptions): Promise<void> {
  const { reviewLines: lines } = await loadPolicy(options.policy);
  const answers: { file: string; transitions: (Omit<ReplayedTransition, 'at'> & { at: string })[] }[] = [];
  for (const file of files) {
    const history = await readHistoryFile(file);
    const transitions = replay(history, lines);
    if (options.json) {
      answers.push({ file, transitions: transitions.map((one) => ({ ...one, at: formatTimestamp(one.at) })) });
    } else process.stdout.write(describe(file, history, transitions, lines));
  }
  if (options.json) process.stdout.write(printableJson(answers));
}

type Lines = Readonly<Record<RateName, number>>;

/** How often a log of events is looked at. */
const interval = 15 * minute;

/** Lets the alarms follow a history: what they know at each moment is what was known then. */
function replay(history: HistoryFile, lines: Lines): ReplayedTransition[] {
  const alarms = createReplay(lines);
  if (history.form === 'buckets') {
    return history.rows.flatMap((row) => {
      alarms.add(row);
      return alarms.evaluate(row.start + history.stretch);
    });
  }
  const transitions: ReplayedTransition[] = [];
  const { events } = history;
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return [];
  let next = 0;
  const end = Math.ceil((last.knownAt + settling + slotLength) / interval) * interval;
  for (let now = Math.ceil(first.knownAt / interval) * interval; now <= end; now += interval) {
    for (; next < events.length && (events[next] as KnownEvent).knownAt <= now; next++) {
      alarms.add(toSent(events[next] as KnownEvent));
    }
    transitions.push(...alarms.evaluate(now, slotStart(now - settling)));
  }
  return transitions;
}

function toSent({ sentAt, kind }: KnownEvent): Sent {
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
  history: HistoryFile,
  transitions: readonly ReplayedTransition[],
  lines: Lines,
): string {
  const sent = history.form === 'buckets' ? history.rows : history.events.map(toSent).sort((a, b) => a.start - b.start);
  const total = (column: Counted) => sent.reduce((sum, row) => sum + row[column], 0).toLocaleString('en-US');
  const head = `${printable(file)}: ${total('sends')} sends, ${total('hardBounces')} hard bounces, ${total('complaints')} complaints`;
  const shown = sent.length === 0 ? [] : (['bounceRate', 'complaintRate'] as const);
  const charts = shown.map((metric) => {
    const bad = metric === 'bounceRate' ? 'hardBounces' : 'complaints';
    const tallies = sent.map((row) => ({ start: row.start, n: row.sends, b: row[bad] }));
    return drawRate(words.rates[metric], tallies, lines[metric]);
  });
  const said = transitions.length === 0 ? 'No alarm.' : transitions.map(describeTransition).join('\n');
  return `${[head, ...charts, said].join('\n\n')}\n`;
}

type Counted = 'sends' | 'hardBounces' | 'complaints';

function describeTransition({ at, metric, from, to, b, n }: ReplayedTransition): string {
  const rate = n === 0 ? '' : `  ${b} of ${n.toLocaleString('en-US')} (${((100 * b) / n).toFixed(2)} %)`;
  return `${formatTimestamp(at).slice(0, 16).replace('T', ' ')}  ${words.rates[metric]}: ${from} → ${to}${rate}`;
}
