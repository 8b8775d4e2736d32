import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { formatQuantity, formatTime } from '../../cli/io/format.ts';
import { chartColumns, drawRate } from '../../cli/io/rate-chart.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { day, hour } from '../../shared/domain/durations.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { formatNotice, formatSms } from '../../shared/domain/reputation/format-notice.ts';
import { formatPercent } from '../../shared/domain/reputation/format-rate.ts';
import { createTables } from '../emulator/tables.ts';
import { type Report, renderReportPage } from './report-page.ts';
import type { Tone } from './report-series.ts';
import { type PublishedNotice, runScenario, type Scenario } from './scenario.ts';
import { styled, wrapText } from './terminal.ts';

/** Written to the working directory. */
const reportFile = 'report.html';

const styles = { approaching: 'yellow', critical: 'red', ok: 'green', note: 'cyan' } as const;

/** Runs a week of sending, prints a timeline, the notices and a chart, and writes the report page. */
export async function printScenario(now: number): Promise<void> {
  console.log(wrapText(`${introduction} This takes a few seconds.`, '  '));
  const suffix = randomBytes(4).toString('hex');
  const tables = { suppressionsTable: `demo-${suffix}-suppressions`, reputationTable: `demo-${suffix}-reputation` };
  await createTables(createDynamoDBClient(), tables);
  const scenario = await runScenario(tables, Math.floor(now / day) * day - 7 * day);
  const { sends, bounces, evaluations, buckets, notices } = scenario;
  const totals = [
    formatQuantity(sends, 'email'),
    formatQuantity(bounces, 'bounce'),
    formatQuantity(evaluations, 'evaluation of the rates', 'evaluations of the rates'),
  ];
  console.log(`\n  ${totals.join(', ')}\n`);
  for (const { at, text, tone } of timelineOf(scenario)) {
    console.log(`  ${formatTime(at)}  ${styled(styles[tone], text)}`);
  }
  console.log('\n  The notices about the account, as an operator receives them by email:');
  for (const { notice } of notices.filter(({ notice }) => notice.scope === 'account')) {
    console.log(`\n${formatNotice(notice).trimEnd().replaceAll(/^/gm, styled('dim', '  │ '))}`);
  }
  console.log(`\n${drawRate('Bounce rate of the account', buckets, reviewThreshold).replaceAll(/^/gm, '  ')}`);
  writeFileSync(reportFile, renderReportPage(toReport(scenario)));
  console.log(`\n  Wrote ${reportFile}. Open it in a browser to see a larger chart of the week and all notices.\n`);
}

const introduction =
  'A shop sends receipts and a newsletter: about 4,800 emails a day, of which 1 % bounce. On the fourth day, a purchased list is ' +
  'imported into the newsletter. Two hours after the alarm for the account turns critical, an operator removes the list. The demo runs ' +
  'the deployed functions; only the clock and SES are simulated.';

const { bounceRate: reviewThreshold } = defaultPolicy.reviewThresholds;
const { bounceRate: pauseThreshold } = thresholdsFor(defaultPolicy, 'account').pause;

type TimelineEntry = { readonly at: number; readonly text: string; readonly tone: Tone };

/** Returns the actions of the operator and the notices, in order. */
function timelineOf({ importedAt, removedAt, notices }: Scenario): TimelineEntry[] {
  const actions: TimelineEntry[] = [
    { at: importedAt, text: 'A purchased list is imported into the newsletter.', tone: 'note' },
    { at: removedAt, text: 'The operator removes the list.', tone: 'note' },
  ];
  const published = notices.map(({ at, notice }) => ({ at, text: formatSms(notice), tone: notice.to }));
  return [...actions, ...published].sort((a, b) => a.at - b.at);
}

function toReport({ importedAt, removedAt, buckets, notices }: Scenario): Report {
  const first = buckets[0]?.start ?? 0;
  const points = chartColumns(buckets, first, hour).map((column, index) => ({
    ...column,
    start: first + index * hour,
  }));
  const ofAccount = notices.filter(({ notice }) => notice.scope === 'account');
  return {
    title: 'A week of sending, with a bad list',
    introduction,
    series: [
      {
        title: 'Bounce rate of the account',
        points,
        thresholds: [
          { label: `AWS review threshold: ${formatPercent(reviewThreshold)}`, rate: reviewThreshold },
          { label: `AWS pause threshold: ${formatPercent(pauseThreshold)}`, rate: pauseThreshold },
        ],
        marks: [
          { at: importedAt, label: 'Bad list imported', tone: 'note' },
          { at: removedAt, label: 'List removed', tone: 'note' },
          ...ofAccount.map(({ at, notice }) => ({ at, label: markLabels[notice.to], tone: notice.to })),
        ],
      },
    ],
    notices: notices.map(toReportNotice),
  };
}

const markLabels = { approaching: 'Approaching', critical: 'Critical', ok: 'Resolved' } as const;

function toReportNotice({ at, notice, message }: PublishedNotice): Report['notices'][number] {
  return { at, subject: message.subject, text: formatNotice(notice), tone: notice.to };
}
