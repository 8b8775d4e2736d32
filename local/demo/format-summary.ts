import { formatDay, formatQuantity } from '../../cli/io/format.ts';
import { drawRateOnly } from '../../cli/io/rate-chart.ts';
import { sanitize } from '../../cli/io/sanitize.ts';
import { day } from '../../shared/domain/durations.ts';
import { addressesOf, changesOf, formatHeading, formatSample, formatTitle } from './format-samples.ts';
import { formatTimeline, reviewThreshold, timelineOf } from './format-scenario.ts';
import type { ProcessedSample, ProcessedSamples } from './process-samples.ts';
import type { Scenario } from './scenario.ts';
import type { TableSnapshot } from './table-snapshot.ts';
import { formatColumns, styled, wrapText } from './terminal.ts';

/** Samples with different outcomes, and what SES reports in them. */
const highlights = [
  ['bounce.json', 'the mailbox does not exist'],
  ['bounce-sender-blocked.json', 'the server blocks the sender'],
  ['bounce-authentication-transient.json', 'the sender fails DMARC'],
  ['bounces-over-weeks.json', '5 soft bounces in two weeks'],
  ['bounce-mailbox-full.json', 'the mailbox is full'],
  ['bounce-out-of-office.json', 'out of office'],
  ['bounce-message-too-large.json', 'the email is too large'],
  ['complaint.json', 'marked as spam'],
  ['complaint-not-spam.json', 'moved out of the spam folder'],
] as const;

/**
 * Returns the story of the demo on one screen: what came in, what was decided, an incident, and what to try next.
 *
 * @param own samples of the user, shown in full
 */
export async function formatSummary(
  samples: ProcessedSamples,
  scenario: Scenario,
  own: readonly ProcessedSample[],
): Promise<string> {
  const parts = [
    formatTitle(),
    ...own.map(formatSample),
    await formatDecisions(samples),
    formatIncident(scenario),
    formatNextSteps(),
  ];
  return `\n${parts.join('\n\n')}\n`;
}

async function formatDecisions({ processed, redelivery, isSuppressed }: ProcessedSamples): Promise<string> {
  const rows = [['SES reports', 'address', 'isSuppressed()', 'decision']];
  for (const [name, report] of highlights) {
    const found = processed.find(({ sample }) => sample.name === name);
    if (found === undefined) throw new Error(`events/${name} is missing.`);
    const [address = ''] = addressesOf(found.sample).values();
    const isNow = await isSuppressed(address);
    rows.push([
      report,
      sanitize(address),
      styled(isNow ? 'magenta' : 'green', String(isNow)),
      decisionFor(found, redelivery.before),
    ]);
  }
  const messages = redelivery.messages / 2;
  const { records, counters } = changesOf(redelivery);
  const outcome = records + counters === 0 ? 'and counts once: nothing changed' : 'and that changed the tables';
  return [
    formatHeading('1', `The deployed code processes the ${messages} messages in events/ (embedded DynamoDB, no AWS)`),
    '',
    formatColumns(rows, '  '),
    '',
    `  Each was delivered twice more, in random order (seed ${redelivery.seed}), ${outcome}.`,
  ].join('\n');
}

/** Describes the last decision about the recipient of a sample. */
function decisionFor({ sample, entries }: ProcessedSample, { records }: TableSnapshot): string {
  const last = entries.findLast((entry) => entry.kind === 'recipient');
  if (last === undefined) return '';
  if (last.status === 'untouched') return 'no change';
  if (last.status !== 'suppressed') return 'watched';
  const record = records.get(`${addressesOf(sample).get(last.eventId)} account`);
  return record?.until === undefined
    ? 'suppressed permanently'
    : `suppressed until ${formatDay(Date.parse(String(record.until)))}`;
}

function formatIncident(scenario: Scenario): string {
  const { buckets, sends, importedAt } = scenario;
  const timeline = timelineOf(scenario)
    .filter(({ text, tone }) => tone === 'note' || text.includes('of the account'))
    .map((entry) => ({ ...entry, text: entry.text.replace(/, [\d,]+ more bounces to .*/, '') }));
  const shown = buckets.filter(({ start }) => start >= importedAt - day);
  const introduction =
    `A shop sends ${formatQuantity(sends, 'email')} in a week, and 1 % bounce. Then somebody imports a purchased list. The alarm comes ` +
    'long before the rate that AWS sees reaches the 5 % at which it reviews an account:';
  return [
    formatHeading('2', 'A bad list is noticed before AWS notices it (simulated clock and SES)'),
    '',
    wrapText(introduction, '  '),
    '',
    formatTimeline(timeline),
    '',
    '  Bounce rate of the account over 24 hours, and the AWS review threshold',
    drawRateOnly(shown, reviewThreshold, 6).replaceAll(/^/gm, '  '),
  ].join('\n');
}

function formatNextSteps(): string {
  const steps = [
    ['npm run demo -- --all', 'every sample, what it writes, and the notices'],
    ['npm run demo -- FILE', 'your own messages'],
    ['npx ses-feedback explain FILE', 'what messages would do, without writing anything'],
    ['npx sls invoke local -p events/bounce.json', 'the deployed function, on this machine'],
    ['npx ses-feedback backtest examples/history.csv', 'which alarms a sending history would have raised'],
    ['report.html', 'the week and its notices, in a browser'],
  ];
  return `${formatHeading('3', 'Try next')}\n\n${formatColumns(steps, '  ')}`;
}
