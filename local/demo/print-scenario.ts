import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { chartColumns, drawRate } from '../../cli/io/rate-chart.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { day, hour } from '../../shared/domain/durations.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { thresholdsFor } from '../../shared/domain/policy/thresholds.ts';
import { formatNotice, formatSms } from '../../shared/domain/reputation/format-notice.ts';
import { formatCount, formatPercent } from '../../shared/domain/reputation/format-rate.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { createTables } from '../emulator/tables.ts';
import { type Report, renderReport, type Tone } from './report-page.ts';
import { playStory, type Story, type Told } from './scenario.ts';
import { paint, wrap } from './terminal.ts';

/** In the folder the demonstration is run from. */
const reportFile = 'report.html';

const styles = { approaching: 'yellow', critical: 'red', ok: 'green', note: 'cyan' } as const;

/** Plays a week of sending, prints what was told when, with a chart, and writes the same as a page. */
export async function showStory(now: number): Promise<void> {
  console.log(wrap(`${introduction} It takes some seconds.`, '  '));
  const suffix = randomBytes(4).toString('hex');
  const tables = { suppressionsTable: `story-${suffix}-suppressions`, reputationTable: `story-${suffix}-reputation` };
  await createTables(createDynamoDBClient(), tables);
  const story = await playStory(tables, Math.floor(now / day) * day - 7 * day);
  console.log(
    `\n  ${formatCount(story.sends)} mails, ${formatCount(story.bounces)} bounces, ${formatCount(story.looks)} looks at the rates.\n`,
  );
  for (const { at, text, tone } of timeline(story)) {
    console.log(`  ${moment(at)}  ${paint(styles[tone], text)}`);
  }
  const inFull = story.told.filter(({ notice }) => notice.scope === 'account');
  for (const { notice } of inFull) {
    console.log(`\n${formatNotice(notice).trimEnd().replaceAll(/^/gm, paint('dim', '  │ '))}`);
  }
  console.log(`\n${drawRate('bounce rate of the account', story.tallies, review).replaceAll(/^/gm, '  ')}`);
  writeFileSync(reportFile, renderReport(reportOf(story)));
  console.log(`\n  ${reportFile} has the same as a page, with every notice in full. It needs no network.\n`);
}

const introduction =
  'A shop sends receipts and a newsletter, 4,800 mails a day, of which one in a hundred bounces. On the fourth day a bought list is ' +
  'imported into the newsletter. Two hours after the account is said to be critical, somebody takes the list out. The functions are ' +
  'those that run in Lambda; only the clock and SES are played.';

const { bounceRate: review } = defaultPolicy.reviewThresholds;
const { bounceRate: pause } = thresholdsFor(defaultPolicy, 'account').pause;

type Moment = { readonly at: number; readonly text: string; readonly tone: Tone };

/** What was done, and what was told, in order. */
function timeline({ importedAt, stoppedAt, told }: Story): Moment[] {
  const done: Moment[] = [
    { at: importedAt, text: 'a bought list is imported into the newsletter', tone: 'note' },
    { at: stoppedAt, text: 'the list is taken out', tone: 'note' },
  ];
  return [...done, ...told.map(({ at, notice }) => ({ at, text: formatSms(notice), tone: notice.to }))].sort(
    (a, b) => a.at - b.at,
  );
}

function reportOf(story: Story): Report {
  const first = story.tallies[0]?.start ?? 0;
  const points = chartColumns(story.tallies, first, hour).map((column, index) => ({
    ...column,
    start: first + index * hour,
  }));
  const ofAccount = story.told.filter(({ notice }) => notice.scope === 'account');
  return {
    title: 'A week of sending, and a bad list',
    introduction,
    series: [
      {
        title: 'Bounce rate of the account',
        points,
        lines: [
          { label: `AWS reviews at ${formatPercent(review)}`, rate: review },
          { label: `AWS may pause at ${formatPercent(pause)}`, rate: pause },
        ],
        marks: [
          { at: story.importedAt, label: 'bad list imported', tone: 'note' },
          { at: story.stoppedAt, label: 'list taken out', tone: 'note' },
          ...ofAccount.map(({ at, notice }) => ({
            at,
            label: notice.to === 'ok' ? 'resolved' : notice.to,
            tone: notice.to,
          })),
        ],
      },
    ],
    notices: story.told.map(toReportNotice),
  };
}

function toReportNotice({ at, notice, message }: Told): Report['notices'][number] {
  return { at, subject: message.subject, text: formatNotice(notice), tone: notice.to };
}

function moment(at: number): string {
  return formatTimestamp(at).slice(5, 16).replace('T', ' ');
}
