import { describeRate, formatCount, formatPercent } from '../../shared/domain/reputation/format-rate.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { formatDay, formatQuantity } from '../io/format.ts';
import { drawRate } from '../io/rate-chart.ts';
import { sanitizeJson } from '../io/sanitize.ts';
import { type SendDataPoint, toHistory } from '../io/send-statistics.ts';
import { formatTable, tableWidth } from '../io/table.ts';
import { readSendStatistics } from '../stack/read-send-statistics.ts';
import { replayBuckets } from './backtest.ts';

export type StatsOptions = {
  readonly region?: string;
  readonly profile?: string;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

type DayStatistics = Omit<SendDataPoint, 'start'> & { readonly day: string };

/** Runs the command `stats`, which only reads. Exit code 3: SES has counted no email. */
export async function statsCommand({ region, json, policy: file }: StatsOptions, { stdout }: CliIO): Promise<ExitCode> {
  const { reviewThresholds } = await loadPolicy(file);
  const points = await readSendStatistics(region);
  const days = byDay(points);
  const transitions = replayBuckets(toHistory(points), reviewThresholds);
  if (json) {
    stdout.write(sanitizeJson({ schemaVersion, days, alarms: transitions.length }));
    return points.length === 0 ? 3 : 0;
  }
  if (points.length === 0) {
    stdout.write('SES has counted no email in this Region in the last 14 days.\n');
    return 3;
  }
  const rate = (bad: number, sends: number) => (sends === 0 ? '–' : formatPercent(bad / sends));
  const right = (heading: string, text: (row: DayStatistics) => string) => ({ heading, text, align: 'right' as const });
  const table = formatTable(
    days,
    [
      { heading: 'day (UTC)', text: ({ day }: DayStatistics) => day },
      right('sends', ({ sends }) => formatCount(sends)),
      right('bounces', ({ bounces }) => formatCount(bounces)),
      right('rate', ({ bounces, sends }) => rate(bounces, sends)),
      right('complaints', ({ complaints }) => formatCount(complaints)),
      right('rate', ({ complaints, sends }) => rate(complaints, sends)),
      right('rejects', ({ rejects }) => formatCount(rejects)),
    ],
    tableWidth(stdout),
  );
  const chart = (title: string, bad: 'bounces' | 'complaints', threshold: number) =>
    drawRate(
      title,
      points.map((point) => ({ start: point.start, total: point.sends, bad: point[bad] })),
      threshold,
    );
  const sum = (count: keyof Omit<SendDataPoint, 'start'>) => points.reduce((total, point) => total + point[count], 0);
  const alarms =
    transitions.length === 0
      ? 'The rate alarms would not have been raised.'
      : `The rate alarms would have changed ${formatQuantity(transitions.length, 'time')}: npx ses-feedback backtest --from-ses`;
  const totals = `In all: ${describeRate({ bad: sum('bounces'), total: sum('sends') })} bounced, ${describeRate({ bad: sum('complaints'), total: sum('sends') })} were reported as spam.`;
  const charts = [
    chart('bounce rate', 'bounces', reviewThresholds.bounceRate),
    chart('complaint rate', 'complaints', reviewThresholds.complaintRate),
  ];
  stdout.write(`${[table.join('\n'), totals, ...charts, alarms].join('\n\n')}\n`);
  return 0;
}

function byDay(points: readonly SendDataPoint[]): DayStatistics[] {
  const days = new Map<string, DayStatistics>();
  for (const { start, sends, bounces, complaints, rejects } of points) {
    const day = formatDay(start);
    const sum = days.get(day) ?? { day, sends: 0, bounces: 0, complaints: 0, rejects: 0 };
    days.set(day, {
      day,
      sends: sum.sends + sends,
      bounces: sum.bounces + bounces,
      complaints: sum.complaints + complaints,
      rejects: sum.rejects + rejects,
    });
  }
  return [...days.values()];
}
