import type { SuppressedAddress } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { day } from '../../shared/domain/durations.ts';
import { maskAddress } from '../../shared/domain/mask-address.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { type CounterBucket, rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { describeRate, formatCount, formatPercent } from '../../shared/domain/reputation/format-rate.ts';
import { type RateName, rateNames } from '../../shared/domain/reputation/rate-name.ts';
import { rateBetween } from '../../shared/domain/reputation/rolling-rates.ts';
import type { ReputationStore } from '../../shared/monitoring/reputation-store.ts';
import { type CountKey, countedValue } from '../../shared/operator/list-suppressions.ts';
import { reasonWords } from '../io/describe-history.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { type ContributionKey, contributionsBy, noPages } from '../rates/contributions.ts';
import { activeAlarmsOfAll, nameAlarm } from '../stack/active-alarms.ts';
import { readAwsWindow } from '../status/aws-window-status.ts';
import { awsWindowTable } from './aws-window-table.ts';
import type { Report, ReportTable } from './page.ts';
import { type ReportPeriod, rateSeries } from './rate-series.ts';

export type ReportSource = {
  readonly reputation: ReputationStore;
  /** Returns the addresses whose suppression began in the period, newest first. */
  readonly suppressed: (period: { since: number; until: number }) => AsyncIterable<readonly SuppressedAddress[]>;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Where the counts are from: stack, account and Region. */
  readonly origin: string;
};

/** Rows of a table of contributors, and of the latest suppressions. */
const maxRows = { contributors: 10, suppressions: 50 };

/** `read` returns at least this much before the time it is given. */
const readBackMs = 30 * day;

/** Reads what a report on a period is made of. Addresses are masked. */
export async function collectReport({ from, until }: ReportPeriod, source: ReportSource): Promise<Report> {
  const { reputation, policy, now, origin } = source;
  const { buckets } = await reputation.read('account', Math.min(now, from + readBackMs), false);
  const present = await reputation.read('account', now, false);
  const thresholds = thresholdsFor(policy, 'account');
  const known = buckets.filter(({ start }) => start < until);
  const suppressions = await countSuppressed({ from, until }, source);
  return {
    title: `Bounces and complaints, ${formatTime(from)} to ${formatTime(until)}`,
    introduction: describePeriod(known, { from, until }, suppressions.total, origin),
    series: rateNames.map((metric) =>
      rateSeries(metric, 'the account', { buckets: known, period: { from, until }, thresholds }),
    ),
    tables: [
      await alarmTable(source),
      awsWindowTable(await readAwsWindow(present, reputation, now)),
      ...(await contributorTables({ from, until }, source)),
      ...suppressions.tables,
      latestTable(suppressions.latest, suppressions.total),
    ],
  };
}

function describePeriod(
  buckets: readonly CounterBucket[],
  { from, until }: ReportPeriod,
  suppressed: number,
  origin: string,
): string {
  const of = (metric: RateName) =>
    rateBetween(
      buckets.map((bucket) => rateBucketOf(bucket, metric)),
      from,
      until,
    );
  const [bounces, complaints] = [of('bounceRate'), of('complaintRate')];
  const rates =
    bounces.total === 0
      ? 'No emails were counted in this period.'
      : `${formatQuantity(bounces.total, 'email')}: ${describeRate(bounces)} bounced permanently, ${describeRate(complaints)} were reported as spam.`;
  const still = formatQuantity(
    suppressed,
    'address suppressed in this period is',
    'addresses suppressed in this period are',
  );
  return `${origin}\n${rates} ${still} still suppressed.`;
}

async function alarmTable({ reputation, now }: ReportSource): Promise<ReportTable> {
  const alarms = await activeAlarmsOfAll(reputation, now);
  return {
    title: 'Alarms that are raised now',
    columns: [{ heading: 'scope' }, { heading: 'alarm' }, { heading: 'state' }, { heading: 'since' }],
    rows: alarms.map((alarm) => [alarm.scope, nameAlarm(alarm), alarm.status, formatTime(alarm.since)]),
    ifEmpty: 'None.',
    note: 'The marks in the charts are the rate alarms of the account, replayed from the counts.',
  };
}

const contributorTitles: readonly (readonly [ContributionKey, string])[] = [
  ['configuration-set', 'Configuration sets'],
  ['identity', 'Identities'],
  ['tag', 'Tags'],
  ['tenant', 'Tenants'],
  ['provider', 'Mailbox providers'],
  ['reason', 'Kinds of bounces and complaints'],
];

/** Returns a table for each way to divide the bounces and complaints that the account uses. */
async function contributorTables({ from, until }: ReportPeriod, { reputation }: ReportSource): Promise<ReportTable[]> {
  const tables: ReportTable[] = [];
  for (const [key, title] of contributorTitles) {
    const parts = await contributionsBy(key, { store: reputation, from, until, suppressed: noPages() });
    const hasSends = parts.some(({ sends }) => sends !== undefined);
    if (parts.length === 0) continue;
    const rate = (bad: number, sends = 0) => (sends === 0 ? '–' : formatPercent(bad / sends));
    tables.push({
      title,
      columns: [
        { heading: key },
        ...(hasSends ? [{ heading: 'sends', isNumber: true as const }] : []),
        { heading: 'bounces', isNumber: true },
        ...(hasSends ? [{ heading: 'rate', isNumber: true as const }] : []),
        { heading: 'complaints', isNumber: true },
        ...(hasSends ? [{ heading: 'rate', isNumber: true as const }] : []),
      ],
      rows: parts
        .slice(0, maxRows.contributors)
        .map(({ name, sends, bounces, complaints }) => [
          name,
          ...(hasSends ? [formatCount(sends ?? 0)] : []),
          formatCount(bounces),
          ...(hasSends ? [rate(bounces, sends)] : []),
          formatCount(complaints),
          ...(hasSends ? [rate(complaints, sends)] : []),
        ]),
      ifEmpty: 'None.',
      ...(parts.length > maxRows.contributors && {
        note: `The first ${maxRows.contributors} of ${formatCount(parts.length)}.`,
      }),
    });
  }
  return tables;
}

type Suppressed = {
  readonly total: number;
  readonly latest: readonly SuppressedAddress[];
  readonly tables: readonly ReportTable[];
};

const countedBy: readonly (readonly [CountKey, string])[] = [
  ['reason', 'Suppressed addresses by reason'],
  ['domain', 'Suppressed addresses by domain'],
];

/** Counts the suppressions of the period in one pass: there may be a million. */
async function countSuppressed({ from, until }: ReportPeriod, { suppressed }: ReportSource): Promise<Suppressed> {
  const counts = new Map(countedBy.map(([key]) => [key, new Map<string, number>()]));
  const latest: SuppressedAddress[] = [];
  let total = 0;
  for await (const page of suppressed({ since: from, until })) {
    total += page.length;
    latest.push(...page.slice(0, maxRows.suppressions - latest.length));
    for (const [key, values] of counts) {
      for (const one of page) {
        const value = countedValue(one, key);
        values.set(value, (values.get(value) ?? 0) + 1);
      }
    }
  }
  return { total, latest, tables: countedBy.map(([key, title]) => countTable(key, title, counts.get(key))) };
}

function countTable(key: CountKey, title: string, counts: ReadonlyMap<string, number> = new Map()): ReportTable {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    title,
    columns: [{ heading: key }, { heading: 'addresses', isNumber: true }],
    rows: sorted.slice(0, maxRows.contributors).map(([value, count]) => [value, formatCount(count)]),
    ifEmpty: 'No address was suppressed in this period.',
  };
}

function latestTable(latest: readonly SuppressedAddress[], total: number): ReportTable {
  return {
    title: 'Latest suppressed addresses',
    columns: [{ heading: 'since' }, { heading: 'address' }, { heading: 'reason' }, { heading: 'until' }],
    rows: latest.map(({ address, reason, since, until }) => [
      formatTime(since),
      maskAddress(address),
      reasonWords[reason],
      until === undefined ? 'permanently' : formatTime(until),
    ]),
    ifEmpty: 'No address was suppressed in this period.',
    ...(total > latest.length && { note: `The newest ${latest.length} of ${formatCount(total)}.` }),
  };
}
