import { isDeepStrictEqual } from 'node:util';
import { sanitize } from '../../cli/io/sanitize.ts';
import { classify } from '../../shared/domain/feedback/classify.ts';
import { unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import type { Sample } from './samples.ts';
import { describeCounts, type Snapshot } from './table-snapshot.ts';
import { columns, paint, wrap } from './terminal.ts';

export function introduce(now: number): void {
  console.log(paint('bold', '\nses-feedback turns Amazon SES bounces and complaints into a do-not-mail list\n'));
  console.log('  SES ─► SNS ─► SQS ─► Lambda ─► DynamoDB ─► isSuppressed() in your application\n');
  const text =
    'The messages are the samples in events/, the code is what runs in Lambda, the database is an embedded DynamoDB engine. ' +
    `Nothing leaves this machine. The clock stands at ${formatTimestamp(now).slice(0, 16)}Z, just after the newest sample. ` +
    'Each message is shown with the class of each recipient, the rule that gave it, and what was written: the record of ' +
    'the address, and counters for the account, the sending identity and the configuration set.';
  console.log(wrap(text, '  '));
}

export function heading(number: string, text: string): void {
  console.log(paint('bold', `\n${number}  ${text}\n`));
}

const styles = { suppressed: 'magenta', watched: 'yellow', released: 'green', untouched: 'green' } as const;
const decisions = { suppressed: 'suppressed', watched: 'watched', released: 'released', untouched: 'left alone' };

/** One file: what it is, what became of each recipient, and the difference it made in the database. */
export function showSample(
  sample: Sample,
  entries: readonly FeedbackLogEntry[],
  before: Snapshot,
  after: Snapshot,
): void {
  console.log(paint('bold', sanitize(sample.name)));
  if (sample.description !== undefined) console.log(paint('dim', wrap(sample.description, '  ')));
  const rows = recipientRows(sample, entries);
  if (rows.length > 0) console.log(columns(rows, '  '));
  for (const entry of entries) {
    if (entry.kind !== 'message') continue;
    const isReturned = entry.outcome === 'unreadable' || entry.outcome === 'failed';
    const fate = isReturned ? ' → returned to the queue, and in the end to its dead-letter queue' : '';
    console.log(wrap(`${entry.outcome}: ${entry.reason}${fate}`, '  '));
  }
  const written = [...after.records].filter(([key, item]) => before.records.get(key)?.version !== item.version);
  if (written.length > 0) {
    const records = written.length === 1 ? '1 record' : `${written.length} records`;
    console.log(paint('dim', wrap(`written: ${[records, ...describeCounts(before, after)].join('; ')}`, '  ')));
  }
  console.log('');
}

/** The other files, in a line per recipient. */
export function showInBrief(samples: readonly { sample: Sample; entries: readonly FeedbackLogEntry[] }[]): void {
  console.log(`${paint('bold', `and ${samples.length} more samples in brief`)} (each is described in events/)\n`);
  const rows = samples.flatMap(({ sample, entries }) => {
    const others = entries.flatMap((entry) =>
      entry.kind === 'message' ? [['', '', '', `→ ${entry.outcome}: ${entry.reason}`]] : [],
    );
    const cells = [...recipientRows(sample, entries), ...others];
    return cells.map((row, index) => [index === 0 ? sanitize(sample.name) : '', ...row]);
  });
  console.log(columns(rows, '  '));
}

/** A row for each recipient: address, class, rule, decision. */
function recipientRows(sample: Sample, entries: readonly FeedbackLogEntry[]): string[][] {
  const addresses = addressesOf(sample);
  return entries.flatMap((entry) => {
    if (entry.kind !== 'recipient') return [];
    const decision = paint(styles[entry.status], decisions[entry.status]);
    const note = entry.isDuplicate
      ? ' (known already)'
      : entry.isOldEmail
        ? ' (not counted: mail over 30 days old)'
        : '';
    const address = sanitize(addresses.get(entry.eventId) ?? entry.address);
    const what = entry.suspected ? `${entry.class}, suspected` : entry.class;
    return [[address, what, `by rule ${entry.rule}`, `→ ${decision}${note}`]];
  });
}

/** Entries mask addresses, as logs do; at a demonstration the samples' own may be seen. */
function addressesOf({ deliveries }: Sample): Map<string, string> {
  const events = deliveries.flatMap((delivery) => {
    const message = parse(unwrapMessage(delivery), {});
    return message.kind === 'feedback' ? classify(message.event, defaultPolicy) : [];
  });
  return new Map(events.map(({ id, address }) => [id, address]));
}

/** What an application would be told of each address, and why. */
export async function showVerdicts(
  samples: readonly Sample[],
  { records }: Snapshot,
  isSuppressed: (address: string) => Promise<boolean>,
): Promise<void> {
  const addresses = [...new Set(samples.flatMap((sample) => [...addressesOf(sample).values()]))].sort();
  const rows = [['address', 'isSuppressed()', 'reason', 'until']];
  for (const address of addresses) {
    const verdict = await isSuppressed(address);
    const item = records.get(`${address} account`);
    const reason = String(item?.reason ?? (item === undefined ? 'no record' : 'watched, not suppressed'));
    const end = String(item?.until ?? 'for good').replace(/:\d\d\.\d+Z$/, 'Z');
    const until = verdict ? end : item?.reason === undefined ? '' : `ended ${end}`;
    rows.push([sanitize(address), paint(verdict ? 'magenta' : 'green', String(verdict)), reason, until]);
  }
  console.log(columns(rows, '  '));
}

/** @returns whether the second delivery left both tables as they were */
export function showRepetition(
  messages: number,
  handedBack: number,
  seed: number,
  before: Snapshot,
  after: Snapshot,
): boolean {
  const records = [...after.records].filter(([key, item]) => !isDeepStrictEqual(before.records.get(key), item));
  const [counted, held] = [after, before].map(({ counterItems }) => counterItems.map(ofFeedback));
  const counters = counted?.filter((item) => !held?.some((other) => isDeepStrictEqual(item, other))) ?? [];
  console.log(`  ${messages} messages delivered (seed ${seed}), the unreadable ones returned again: ${handedBack}`);
  console.log(`  ${records.length} of ${after.records.size} records changed`);
  console.log(`  ${counters.length} of ${after.counterItems.length} counters changed\n`);
  const isUnchanged = records.length + counters.length === 0;
  if (!isUnchanged) return false;
  const text =
    'SNS and SQS deliver at least once and in any order; every bounce and complaint is counted exactly once. (Sends, of which ' +
    'there are a hundred times as many, are not remembered one by one: a send that comes again counts again.)';
  console.log(wrap(text, '  '));
  return true;
}

/** Without the sends, and without the notes of how often an item was written and how much came in. */
function ofFeedback(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !/^(sends\d+|writes|received)$/.test(name)));
}

export function showNext(): void {
  console.log('  Next, try your own messages, and your own history:');
  console.log('    npm run demo -- FILE                                      in this demonstration');
  console.log('    npx ses-feedback explain-event FILE                       what it would do, without doing it');
  console.log('    npx sls invoke local -f bounce -p events/bounce.json      the function as it is deployed');
  console.log('    npx ses-feedback backtest examples/history.csv            what the alarms would have said\n');
}
