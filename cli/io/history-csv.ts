import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { hour, minute } from '../../shared/domain/durations.ts';
import type { SendingBucket } from '../../shared/domain/reputation/backtest.ts';
import { parseTimestamp } from '../../shared/domain/timestamp.ts';
import { describeFileError } from './files.ts';
import { sanitize } from './sanitize.ts';

/** Something that became known at a moment, of a mail sent at another. Epoch milliseconds. */
export type KnownEvent = { readonly knownAt: number; readonly sentAt: number; readonly kind: EventKind };
type EventKind = (typeof eventKinds)[number];
const eventKinds = ['send', 'hardBounce', 'complaint'] as const;

export type SendingHistory =
  /** Rows by send time, oldest first, each a stretch of so many milliseconds. */
  | { readonly form: 'buckets'; readonly rows: readonly SendingBucket[]; readonly bucketLengthMs: number }
  /** In the order they became known. */
  | { readonly form: 'events'; readonly events: readonly KnownEvent[] };

const bucketColumns = ['time', 'sends', 'hardBounces', 'complaints'];
const eventColumns = ['knownAt', 'sentAt', 'kind'];

/**
 * Reads a sending history from a CSV file; its header says which of the two forms it has.
 * @throws Error with the file, the line and what is wrong with it
 */
export async function readHistoryCsv(file: string): Promise<SendingHistory> {
  const rows = readRows(file);
  const first = await rows.next();
  if (first.done) throw new Error(`${file} is empty: a header was expected, ${forms}.`);
  const columns = first.value.cells;
  const place = (names: readonly string[]) => names.map((name) => columns.indexOf(name));
  const [asBuckets, asEvents] = [place(bucketColumns), place(eventColumns)];
  if (asBuckets.every((index) => index >= 0)) return readBuckets(rows, asBuckets);
  if (asEvents.every((index) => index >= 0)) return readEvents(rows, asEvents);
  throw new Error(`${file}:1: the header is "${sanitize(columns.join(',').slice(0, 200))}"; it has to be ${forms}.`);
}

const forms = `"${bucketColumns.join(',')}" or "${eventColumns.join(',')}"`;

/** A line of the file, with its place for complaints. */
type Row = { readonly cells: readonly string[]; readonly place: string };

async function* readRows(file: string): AsyncGenerator<Row> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const parser = parse({ bom: true, trim: true, skip_empty_lines: true, info: true });
  input.on('error', (error: Error) => parser.destroy(new Error(`${file} cannot be read: ${describeFileError(error)}`)));
  try {
    for await (const { record, info } of input.pipe(parser)) yield { cells: record, place: `${file}:${info.lines}` };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'lines' in error) throw new Error(`${file}: ${error.message}`);
    throw error;
  }
}

async function readBuckets(rows: AsyncGenerator<Row>, columns: readonly number[]): Promise<SendingHistory> {
  const read: SendingBucket[] = [];
  let bucketLengthMs = hour;
  for await (const { cells, place } of rows) {
    const [time, sends, hardBounces, complaints] = columns.map((column) => cells[column] ?? '') as [
      string,
      string,
      string,
      string,
    ];
    const row = {
      start: moment('time', time, place),
      sends: count('sends', sends, place),
      hardBounces: count('hardBounces', hardBounces, place),
      complaints: count('complaints', complaints, place),
    };
    const passed = row.start - (read.at(-1)?.start ?? Number.NEGATIVE_INFINITY);
    if (passed < minute)
      throw new Error(
        `${place}: time is ${describeGap(passed)}; rows go from old to new and are 1 to 60 minutes long.`,
      );
    bucketLengthMs = Math.min(bucketLengthMs, passed);
    read.push(row);
  }
  return { form: 'buckets', rows: read, bucketLengthMs };
}

function describeGap(passed: number): string {
  if (passed < 0) return 'before that of the row above';
  return passed === 0 ? 'that of the row above' : 'less than a minute after the row above';
}

async function readEvents(rows: AsyncGenerator<Row>, columns: readonly number[]): Promise<SendingHistory> {
  const events: KnownEvent[] = [];
  for await (const { cells, place } of rows) {
    const [knownAt, sentAt, kind] = columns.map((column) => cells[column] ?? '') as [string, string, string];
    const known = eventKinds.find((name) => name === kind);
    if (known === undefined)
      throw new Error(`${place}: kind is "${sanitize(kind.slice(0, 40))}", not one of ${eventKinds.join(', ')}.`);
    events.push({ knownAt: moment('knownAt', knownAt, place), sentAt: moment('sentAt', sentAt, place), kind: known });
  }
  return { form: 'events', events: events.sort((a, b) => a.knownAt - b.knownAt) };
}

function moment(column: string, text: string, place: string): number {
  const time = parseTimestamp(text);
  if (time === undefined)
    throw new Error(`${place}: ${column} is "${sanitize(text.slice(0, 40))}", not an ISO 8601 time.`);
  return time;
}

function count(column: string, text: string, place: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 1e9) return number;
  throw new Error(
    `${place}: ${column} is "${sanitize(text.slice(0, 40))}", not a whole number from 0 to 1,000,000,000.`,
  );
}
