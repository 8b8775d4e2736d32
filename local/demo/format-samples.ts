import { isDeepStrictEqual } from 'node:util';
import { formatQuantity, formatTime } from '../../cli/io/format.ts';
import { sanitize } from '../../cli/io/sanitize.ts';
import { classify } from '../../shared/domain/feedback/classify.ts';
import { unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import type { ProcessedSample, ProcessedSamples, Redelivery } from './process-samples.ts';
import type { Sample } from './samples.ts';
import { describeCounts, type TableSnapshot } from './table-snapshot.ts';
import { formatColumns, styled, wrapText } from './terminal.ts';

export function formatIntroduction(now: number): string {
  const paragraphs = [
    'This demo runs the deployed Lambda code on the sample messages in events/, with an embedded DynamoDB engine. It needs no AWS ' +
      `account, and nothing leaves this machine. The clock is set to ${formatTime(now)}, shortly after the newest sample.`,
    'For each message you see how each recipient is classified, the rule that decides it, and what is written: the record of the ' +
      'address, and the counters of the account, the sending identity and the configuration set.',
  ];
  return [formatTitle(), ...paragraphs.map((text) => wrapText(text, '  '))].join('\n\n');
}

/** Returns what ses-feedback is, and the way of a message. */
export function formatTitle(): string {
  return `${styled('bold', 'ses-feedback turns Amazon SES bounces and complaints into a suppression list')}

  SES ─► SNS ─► SQS ─► Lambda ─► DynamoDB ─► isSuppressed() in your application`;
}

export function formatHeading(number: string, text: string): string {
  return styled('bold', `${number}  ${text}`);
}

const styles = { suppressed: 'magenta', watched: 'yellow', released: 'green', untouched: 'green' } as const;
const decisions = { suppressed: 'suppressed', watched: 'watched', released: 'released', untouched: 'no change' };

/** Formats one sample: its description, the decision for each recipient, and the items it changed in the database. */
export function formatSample({ sample, entries, tables }: ProcessedSample): string {
  const lines = [styled('bold', sanitize(sample.name))];
  if (sample.description !== undefined) lines.push(styled('dim', wrapText(sample.description, '  ')));
  const rows = recipientRows(sample, entries);
  if (rows.length > 0) lines.push(formatColumns(rows, '  '));
  for (const entry of entries) {
    if (entry.kind !== 'message') continue;
    const isReturned = entry.outcome === 'unreadable' || entry.outcome === 'failed';
    const consequence = isReturned
      ? ' → returned to the queue; after 5 attempts, SQS moves it to the dead-letter queue'
      : '';
    lines.push(wrapText(`${entry.outcome}: ${entry.reason}${consequence}`, '  '));
  }
  if (tables !== undefined) lines.push(...describeWrites(tables));
  return lines.join('\n');
}

function describeWrites({ before, after }: NonNullable<ProcessedSample['tables']>): string[] {
  const written = [...after.records].filter(([key, item]) => before.records.get(key)?.version !== item.version);
  if (written.length === 0) return [];
  const changes = [formatQuantity(written.length, 'record'), ...describeCounts(before, after)];
  return [styled('dim', wrapText(`written: ${changes.join('; ')}`, '  '))];
}

/** Formats the other samples, in one line per recipient. */
export function formatBriefSamples(samples: readonly ProcessedSample[]): string {
  const title = `${styled('bold', `${samples.length} more samples`)} (events/ has a description of each)`;
  const rows = samples.flatMap(({ sample, entries }) => {
    const others = entries.flatMap((entry) =>
      entry.kind === 'message' ? [['', '', '', `→ ${entry.outcome}: ${entry.reason}`]] : [],
    );
    const cells = [...recipientRows(sample, entries), ...others];
    return cells.map((row, index) => [index === 0 ? sanitize(sample.name) : '', ...row]);
  });
  return `${title}\n\n${formatColumns(rows, '  ')}`;
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
export function addressesOf({ messages }: Sample): Map<string, string> {
  const events = messages.flatMap((raw) => {
    const message = parse(unwrapMessage(raw), {});
    return message.kind === 'feedback' ? classify(message.event, defaultPolicy) : [];
  });
  return new Map(events.map(({ id, address }) => [id, address]));
}

/** Formats what `isSuppressed` returns for each address of the samples, and why. */
export async function formatVerdicts(
  samples: readonly ProcessedSample[],
  { records }: TableSnapshot,
  isSuppressed: ProcessedSamples['isSuppressed'],
): Promise<string> {
  const addresses = [...new Set(samples.flatMap(({ sample }) => [...addressesOf(sample).values()]))].sort();
  const rows = [['address', 'isSuppressed()', 'reason', 'until']];
  for (const address of addresses) {
    const verdict = await isSuppressed(address);
    const item = records.get(`${address} account`);
    const reason = String(item?.reason ?? (item === undefined ? 'no record' : 'watched, not suppressed'));
    const end = item?.until === undefined ? 'permanently' : formatTime(Date.parse(String(item.until)));
    const until = verdict ? end : item?.reason === undefined ? '' : `ended ${end}`;
    rows.push([sanitize(address), styled(verdict ? 'magenta' : 'green', String(verdict)), reason, until]);
  }
  return formatColumns(rows, '  ');
}

/** Formats what the redelivery of all messages changed. */
export function formatRedelivery(redelivery: Redelivery): string {
  const { messages, returned, seed, after } = redelivery;
  const { records, counters } = changesOf(redelivery);
  const figures = [
    `${messages} messages delivered (seed ${seed}); unreadable messages returned to the queue again: ${returned}`,
    `${records} of ${after.records.size} records changed`,
    `${counters} of ${after.counterItems.length} counters changed`,
  ];
  const text =
    'SNS and SQS deliver messages at least once and in any order. ses-feedback counts every bounce and complaint exactly once. (Sends ' +
    'are about 100 times as frequent and not deduplicated: a redelivered send counts again.)';
  return `${figures.map((line) => `  ${line}`).join('\n')}\n\n${wrapText(text, '  ')}`;
}

export function isUnchanged(redelivery: Redelivery): boolean {
  const { records, counters } = changesOf(redelivery);
  return records + counters === 0;
}

/** Returns how many records and counters the redelivery changed. */
export function changesOf({ before, after }: Redelivery): { records: number; counters: number } {
  const records = [...after.records].filter(([key, item]) => !isDeepStrictEqual(before.records.get(key), item));
  const [countersBefore, countersAfter] = [before, after].map(({ counterItems }) => counterItems.map(feedbackCounts));
  const counters =
    countersAfter?.filter((item) => !countersBefore?.some((other) => isDeepStrictEqual(item, other))) ?? [];
  return { records: records.length, counters: counters.length };
}

/** Returns a counter item without the counts of sends, and without the counts of writes and received messages. */
function feedbackCounts(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => !/^(sends\d+|writes|received|complained)$/.test(name)),
  );
}
