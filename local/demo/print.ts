import { isDeepStrictEqual } from 'node:util';
import { formatQuantity, formatTime } from '../../cli/io/format.ts';
import { sanitize } from '../../cli/io/sanitize.ts';
import { classify } from '../../shared/domain/feedback/classify.ts';
import { unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import type { Sample } from './samples.ts';
import { describeCounts, type TableSnapshot } from './table-snapshot.ts';
import { formatColumns, styled, wrapText } from './terminal.ts';

export function printIntroduction(now: number): void {
  console.log(styled('bold', '\nses-feedback turns Amazon SES bounces and complaints into a suppression list\n'));
  console.log('  SES ─► SNS ─► SQS ─► Lambda ─► DynamoDB ─► isSuppressed() in your application\n');
  const paragraphs = [
    'This demo runs the deployed Lambda code on the sample messages in events/, with an embedded DynamoDB engine. It needs no AWS ' +
      `account, and nothing leaves this machine. The clock is set to ${formatTime(now)}, shortly after the newest sample.`,
    'For each message you see how each recipient is classified, the rule that decides it, and what is written: the record of the ' +
      'address, and the counters of the account, the sending identity and the configuration set.',
  ];
  console.log(paragraphs.map((text) => wrapText(text, '  ')).join('\n\n'));
}

export function printHeading(number: string, text: string): void {
  console.log(styled('bold', `\n${number}  ${text}\n`));
}

const styles = { suppressed: 'magenta', watched: 'yellow', released: 'green', untouched: 'green' } as const;
const decisions = { suppressed: 'suppressed', watched: 'watched', released: 'released', untouched: 'no change' };

/** Prints one sample: its description, the decision for each recipient, and the items it changed in the database. */
export function printSample(
  sample: Sample,
  entries: readonly FeedbackLogEntry[],
  before: TableSnapshot,
  after: TableSnapshot,
): void {
  console.log(styled('bold', sanitize(sample.name)));
  if (sample.description !== undefined) console.log(styled('dim', wrapText(sample.description, '  ')));
  const rows = recipientRows(sample, entries);
  if (rows.length > 0) console.log(formatColumns(rows, '  '));
  for (const entry of entries) {
    if (entry.kind !== 'message') continue;
    const isReturned = entry.outcome === 'unreadable' || entry.outcome === 'failed';
    const consequence = isReturned
      ? ' → returned to the queue; after 5 attempts, SQS moves it to the dead-letter queue'
      : '';
    console.log(wrapText(`${entry.outcome}: ${entry.reason}${consequence}`, '  '));
  }
  const written = [...after.records].filter(([key, item]) => before.records.get(key)?.version !== item.version);
  if (written.length > 0) {
    const changes = [formatQuantity(written.length, 'record'), ...describeCounts(before, after)];
    console.log(styled('dim', wrapText(`written: ${changes.join('; ')}`, '  ')));
  }
  console.log('');
}

/** Prints the other samples, in one line per recipient. */
export function printSamplesInBrief(
  samples: readonly { sample: Sample; entries: readonly FeedbackLogEntry[] }[],
): void {
  console.log(`${styled('bold', `${samples.length} more samples`)} (events/ has a description of each)\n`);
  const rows = samples.flatMap(({ sample, entries }) => {
    const others = entries.flatMap((entry) =>
      entry.kind === 'message' ? [['', '', '', `→ ${entry.outcome}: ${entry.reason}`]] : [],
    );
    const cells = [...recipientRows(sample, entries), ...others];
    return cells.map((row, index) => [index === 0 ? sanitize(sample.name) : '', ...row]);
  });
  console.log(formatColumns(rows, '  '));
}

/** Returns a row for each recipient: address, class, rule, decision. */
function recipientRows(sample: Sample, entries: readonly FeedbackLogEntry[]): string[][] {
  const addresses = addressesOf(sample);
  return entries.flatMap((entry) => {
    if (entry.kind !== 'recipient') return [];
    const decision = styled(styles[entry.status], decisions[entry.status]);
    const note = entry.isDuplicate
      ? ' (duplicate, not counted again)'
      : entry.isOldEmail
        ? ' (not counted: the email is more than 30 days old)'
        : '';
    const address = sanitize(addresses.get(entry.eventId) ?? entry.address);
    const eventClass = entry.suspected ? `${entry.class}, suspected` : entry.class;
    return [[address, eventClass, `by rule ${entry.rule}`, `→ ${decision}${note}`]];
  });
}

/**
 * Returns the addresses of a sample by event id. Log entries only have masked addresses; the demo may show those of the
 * samples.
 */
function addressesOf({ messages }: Sample): Map<string, string> {
  const events = messages.flatMap((raw) => {
    const message = parse(unwrapMessage(raw), {});
    return message.kind === 'feedback' ? classify(message.event, defaultPolicy) : [];
  });
  return new Map(events.map(({ id, address }) => [id, address]));
}

/** Prints what `isSuppressed` returns for each address of the samples, and why. */
export async function printVerdicts(
  samples: readonly Sample[],
  { records }: TableSnapshot,
  isSuppressed: (address: string) => Promise<boolean>,
): Promise<void> {
  const addresses = [...new Set(samples.flatMap((sample) => [...addressesOf(sample).values()]))].sort();
  const rows = [['address', 'isSuppressed()', 'reason', 'until']];
  for (const address of addresses) {
    const verdict = await isSuppressed(address);
    const item = records.get(`${address} account`);
    const reason = String(item?.reason ?? (item === undefined ? 'no record' : 'watched, not suppressed'));
    const end = item?.until === undefined ? 'permanently' : formatTime(Date.parse(String(item.until)));
    const until = verdict ? end : item?.reason === undefined ? '' : `ended ${end}`;
    rows.push([sanitize(address), styled(verdict ? 'magenta' : 'green', String(verdict)), reason, until]);
  }
  console.log(formatColumns(rows, '  '));
}

export type Redelivery = {
  /** Number of messages delivered again. */
  readonly messages: number;
  /** Number of messages returned to the queue, because they are unreadable. */
  readonly returned: number;
  readonly seed: number;
  readonly before: TableSnapshot;
  readonly after: TableSnapshot;
};

/** Prints what the redelivery of all messages changed. Returns whether it changed nothing. */
export function printRedelivery({ messages, returned, seed, before, after }: Redelivery): boolean {
  const records = [...after.records].filter(([key, item]) => !isDeepStrictEqual(before.records.get(key), item));
  const [countersBefore, countersAfter] = [before, after].map(({ counterItems }) => counterItems.map(feedbackCounts));
  const counters =
    countersAfter?.filter((item) => !countersBefore?.some((other) => isDeepStrictEqual(item, other))) ?? [];
  console.log(
    `  ${messages} messages delivered (seed ${seed}); unreadable messages returned to the queue again: ${returned}`,
  );
  console.log(`  ${records.length} of ${after.records.size} records changed`);
  console.log(`  ${counters.length} of ${after.counterItems.length} counters changed\n`);
  const isUnchanged = records.length + counters.length === 0;
  if (!isUnchanged) return false;
  const text =
    'SNS and SQS deliver messages at least once and in any order. ses-feedback counts every bounce and complaint exactly once. (Sends ' +
    'are about 100 times as frequent and not deduplicated: a redelivered send counts again.)';
  console.log(wrapText(text, '  '));
  return true;
}

/** Returns a counter item without the counts of sends, and without the counts of writes and received messages. */
function feedbackCounts(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !/^(sends\d+|writes|received)$/.test(name)));
}

export function printNextSteps(): void {
  console.log('  Try your own messages and your own sending history:\n');
  const commands = [
    ['npm run demo -- FILE', 'show your messages in this demo'],
    ['npx ses-feedback explain-event FILE', 'show how messages would be processed, without writing anything'],
    ['npx sls invoke local -f bounce -p events/bounce.json', 'run the deployed function locally'],
    ['npx ses-feedback backtest examples/history.csv', 'show which alarms your sending history would have raised'],
  ];
  console.log(`${formatColumns(commands, '    ')}\n`);
}
