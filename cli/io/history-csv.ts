import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { hour, minute } from '../../shared/domain/durations.ts';
import type { SendingBucket } from '../../shared/domain/reputation/backtest.ts';
import { parseTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO } from './cli-io.ts';
import { describeFileError } from './files.ts';
import { sanitize } from './sanitize.ts';

/** An event: when it became known, and when its email was sent. Epoch milliseconds. */
export type KnownEvent = { readonly knownAt: number; readonly sentAt: number; readonly kind: EventKind };
type EventKind = (typeof eventKinds)[number];
const eventKinds = ['send', 'hardBounce', 'complaint'] as const;

export type SendingHistory =
  /** Counts per bucket of send time, oldest first. The bucket length is in milliseconds. */
  | { readonly form: 'buckets'; readonly rows: readonly SendingBucket[]; readonly bucketLengthMs: number }
  /** Single events, in the order in which they became known. */
  | { readonly form: 'events'; readonly events: readonly KnownEvent[] };

const bucketColumns = ['time', 'sends', 'hardBounces', 'complaints'];
const eventColumns = ['knownAt', 'sentAt', 'kind'];

/**
 * Reads a sending history from a CSV file. The header determines which of the two forms it has.
 * @throws Error with the file, the line, what is wrong and what was expected
 */
export async function readHistoryCsv(file: string, io: Pick<CliIO, 'stdin'>): Promise<SendingHistory> {
  const rows = readRows(file, io);
  const first = await rows.next();
  if (first.done) throw new Error(`${file} is empty. Expected the header ${headers}.`);
  const columns = first.value.cells;
  const indexesOf = (names: readonly string[]) => names.map((name) => columns.indexOf(name));
  const [bucketIndexes, eventIndexes] = [indexesOf(bucketColumns), indexesOf(eventColumns)];
  if (bucketIndexes.every((index) => index >= 0)) return readBuckets(rows, bucketIndexes);
  if (eventIndexes.every((index) => index >= 0)) return readEvents(rows, eventIndexes);
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

async function readBuckets(rows: AsyncGenerator<Row>, columns: readonly number[]): Promise<SendingHistory> {
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
  return { form: 'buckets', rows: buckets, bucketLengthMs };
}

function describeGap(passed: number): string {
  if (passed < 0) return 'earlier than in the row above';
  return passed === 0 ? 'the same as in the row above' : 'less than a minute after the row above';
}

async function readEvents(rows: AsyncGenerator<Row>, columns: readonly number[]): Promise<SendingHistory> {
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
    });
  }
  return { form: 'events', events: events.sort((a, b) => a.knownAt - b.knownAt) };
}

function readTime(column: string, text: string, location: string): number {
  const time = parseTimestamp(text);
  if (time === undefined)
    throw new Error(
      `${location}: ${column} is "${sanitize(text.slice(0, 40))}". Expected a time with seconds, such as 2026-11-20T14:00:00Z.`,
    );
  return time;
}

function readCount(column: string, text: string, location: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 1e9) return number;
  throw new Error(
    `${location}: ${column} is "${sanitize(text.slice(0, 40))}". Expected a whole number from 0 to 1,000,000,000.`,
  );
}
