import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { hour, minute } from '../../shared/domain/durations.ts';
import type { LoggedEvent } from '../../shared/domain/incidents/replay-incidents.ts';
import type { SendingBucket } from '../../shared/domain/reputation/backtest.ts';
import { slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { parseTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO } from './cli-io.ts';
import { describeFileError, readTextFile } from './files.ts';
import { sanitize } from './sanitize.ts';
import { type BucketHistory, toDataPoints, toHistory } from './send-statistics.ts';

/** An event: when it became known, and when its email was sent. A log may have recipients and the answers of their servers. */
export type KnownEvent = LoggedEvent;
const eventKinds: readonly LoggedEvent['kind'][] = ['send', 'delivery', 'hardBounce', 'complaint'];

/** Returns what an event adds to the counts of its email's five minutes. A delivery adds nothing: its send does. */
export function bucketOfEvent({ sentAt, kind }: KnownEvent): SendingBucket {
  return {
    start: slotStart(sentAt),
    sends: kind === 'send' ? 1 : 0,
    hardBounces: kind === 'hardBounce' ? 1 : 0,
    complaints: kind === 'complaint' ? 1 : 0,
  };
}

export type SendingHistory =
  | BucketHistory
  /** Single events, in the order in which they became known. */
  | { readonly form: 'events'; readonly events: readonly KnownEvent[]; readonly hasRecipients: boolean };

const bucketColumns = ['time', 'sends', 'hardBounces', 'complaints'];
const eventColumns = ['knownAt', 'sentAt', 'kind'];
const recipientColumns = ['recipient', 'answer'];

/**
 * Reads a sending history from a CSV file. The header determines which of the two forms it has.
 * @throws Error with the file, the line, what is wrong and what was expected
 */
export async function readHistoryCsv(file: string, io: Pick<CliIO, 'stdin'>): Promise<SendingHistory> {
  if (/\.json$/i.test(file)) return readStatistics(file, await readTextFile(file, io));
  const rows = readRows(file, io);
  const first = await rows.next();
  if (first.done) throw new Error(`${file} is empty. Expected the header ${headers}.`);
  const columns = first.value.cells;
  const indexesOf = (names: readonly string[]) => names.map((name) => columns.indexOf(name));
  const columnsOf = columns.includes('hardBounces')
    ? bucketColumns
    : bucketColumns.map((name) => (name === 'hardBounces' ? 'bounces' : name));
  const [bucketIndexes, eventIndexes] = [indexesOf(columnsOf), indexesOf(eventColumns)];
  if (bucketIndexes.every((index) => index >= 0)) return readBuckets(file, rows, bucketIndexes);
  if (eventIndexes.every((index) => index >= 0)) {
    const [recipient = -1, answer = -1] = indexesOf(recipientColumns);
    return readEvents(rows, eventIndexes, { recipient, answer });
  }
  const header = sanitize(columns.join(',').slice(0, 200));
  throw new Error(`${file}:1: the header is "${header}". Expected ${headers}.`);
}

const headers = `"${bucketColumns.join(',')}" or "${eventColumns.join(',')}"`;

/** A row of the file and its location for error messages. */
type Row = { readonly cells: readonly string[]; readonly location: string };

async function* readRows(file: string, { stdin }: Pick<CliIO, 'stdin'>): AsyncGenerator<Row> {
  const input = file === '-' ? stdin : createReadStream(file);
  const parser = parse({ bom: true, trim: true, skip_empty_lines: true, info: true });
  input.on('error', (error: Error) => parser.destroy(new Error(`Cannot read ${file}: ${describeFileError(error)}`)));
  try {
    for await (const { record, info } of input.pipe(parser)) yield { cells: record, location: `${file}:${info.lines}` };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'lines' in error)
      throw new Error(`${file} is not a valid CSV file: ${error.message}`);
    throw error;
  }
}

async function readBuckets(
  file: string,
  rows: AsyncGenerator<Row>,
  columns: readonly number[],
): Promise<SendingHistory> {
  const buckets: SendingBucket[] = [];
  let bucketLengthMs = hour;
  for await (const { cells, location } of rows) {
    const [time, sends, hardBounces, complaints] = columns.map((column) => cells[column] ?? '') as [
      string,
      string,
      string,
      string,
    ];
    const row = {
      start: readTime('time', time, location),
      sends: readCount('sends', sends, location),
      hardBounces: readCount('hardBounces', hardBounces, location),
      complaints: readCount('complaints', complaints, location),
    };
    const passed = row.start - (buckets.at(-1)?.start ?? Number.NEGATIVE_INFINITY);
    if (passed < minute)
      throw new Error(
        `${location}: time is ${describeGap(passed)}. Expected rows in ascending order, each 1 to 60 minutes long.`,
      );
    bucketLengthMs = Math.min(bucketLengthMs, passed);
    buckets.push(row);
  }
  assertPlausible(buckets, file);
  return { form: 'buckets', rows: buckets, bucketLengthMs };
}

function describeGap(passed: number): string {
  if (passed < 0) return 'earlier than in the row above';
  return passed === 0 ? 'the same as in the row above' : 'less than a minute after the row above';
}

/** A file without rows, or with more bounces than emails, would end in "No alarms", which says the opposite of the truth. */
function assertPlausible(buckets: readonly SendingBucket[], file: string): void {
  if (buckets.length === 0) throw new Error(`${file} has a header, and no rows.`);
  const sum = (column: 'sends' | 'hardBounces' | 'complaints') =>
    buckets.reduce((total, bucket) => total + bucket[column], 0);
  for (const column of ['hardBounces', 'complaints'] as const)
    if (sum(column) > sum('sends'))
      throw new Error(`${file} has more ${column} than sends. Check that the columns have the right names.`);
}

/** Reads the output of `aws ses get-send-statistics`. */
function readStatistics(file: string, text: string): SendingHistory {
  let points: ReturnType<typeof toDataPoints> = [];
  try {
    points = toDataPoints(JSON.parse(text));
  } catch {
    throw new Error(`${file} is not valid JSON.`);
  }
  if (points.length === 0)
    throw new Error(`${file} has no SendDataPoints. Expected the output of: aws ses get-send-statistics`);
  return toHistory(points);
}

/** @param optional the indexes of the columns that a log may have, or -1 */
async function readEvents(
  rows: AsyncGenerator<Row>,
  columns: readonly number[],
  optional: { readonly recipient: number; readonly answer: number },
): Promise<SendingHistory> {
  const events: KnownEvent[] = [];
  for await (const { cells, location } of rows) {
    const [knownAt, sentAt, kind] = columns.map((column) => cells[column] ?? '') as [string, string, string];
    const eventKind = eventKinds.find((name) => name === kind);
    if (eventKind === undefined)
      throw new Error(
        `${location}: kind is "${sanitize(kind.slice(0, 40))}". Expected one of ${eventKinds.join(', ')}.`,
      );
    events.push({
      knownAt: readTime('knownAt', knownAt, location),
      sentAt: readTime('sentAt', sentAt, location),
      kind: eventKind,
      ...(cells[optional.recipient] && { recipient: cells[optional.recipient] as string }),
      ...(cells[optional.answer] && { answer: cells[optional.answer] as string }),
    });
  }
  return {
    form: 'events',
    events: events.sort((a, b) => a.knownAt - b.knownAt),
    hasRecipients: optional.recipient >= 0,
  };
}

function readTime(column: string, text: string, location: string): number {
  const time = parseTimestamp(text) ?? parseShortTime(text);
  if (time === undefined)
    throw new Error(
      `${location}: ${column} is "${sanitize(text.slice(0, 40))}". Expected a time such as 2026-11-20T14:00Z, or a day.`,
    );
  return time;
}

/** Parses a day, which stands for its start in UTC, or a time to the minute with a zone. */
function parseShortTime(text: string): number | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return parseTimestamp(`${text}T00:00:00Z`);
  const [, minutes, zone] = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return minutes === undefined ? undefined : parseTimestamp(`${minutes}:00${zone ?? 'Z'}`);
}

function readCount(column: string, text: string, location: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 1e9) return number;
  throw new Error(
    `${location}: ${column} is "${sanitize(text.slice(0, 40))}". Expected a whole number from 0 to 1,000,000,000.`,
  );
}
