import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, constants, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { listSuppressed, type SuppressedAddress } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { defined } from '../../shared/domain/defined.ts';
import { day } from '../../shared/domain/durations.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { filterIndex } from '../../shared/operator/list-suppressions.ts';
import { writeSnapshot } from '../export/write-snapshot.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { describeFileError } from '../io/files.ts';
import { formatQuantity } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { toCsvRow } from '../io/table.ts';

export type ExportOptions = StackOptions & {
  readonly format: 'csv' | 'jsonl';
  readonly reason?: readonly Reason[];
  readonly since?: Date;
  readonly until?: Date;
  readonly hashed?: true;
  readonly list?: readonly string[];
  readonly json?: true;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `export`, which changes nothing in AWS. */
export async function exportCommand(given: string | undefined, options: ExportOptions, io: CliIO): Promise<ExitCode> {
  const file = given === '-' ? undefined : given;
  if (file === undefined && (options.hashed || options.json))
    throw new UsageError(`Pass the name of a file to write with ${options.hashed ? '--hashed' : '--json'}.`);
  if (options.list !== undefined && !options.hashed) throw new UsageError('Pass --list only with --hashed.');
  if (file !== undefined) await checkFolder(path.dirname(file));
  const { stack } = await openStack(options, io);
  if (options.hashed && file !== undefined) {
    await writeSnapshot(file, stack, options, io);
    return 0;
  }
  const client = createDynamoDBClient({ region: stack.region });
  const period = { since: options.since?.getTime() ?? 0, until: options.until?.getTime() ?? Date.now() + day };
  const index = { client, suppressionsTable: stack.suppressionsTable, clock: () => Date.now() };
  const pages = filterIndex(defined({ reasons: options.reason }), listSuppressed(index, period));
  const progress = createProgress(io.stderr);
  const count = await writeTo(file, io, async (write) => {
    let written = 0;
    if (options.format === 'csv') await write(toCsvRow(['address', 'reason', 'since', 'until']));
    for await (const page of pages) {
      await write(page.map((one) => formatLine(one, options.format)).join(''));
      written += page.length;
      progress.showCount('addresses written', written);
    }
    return written;
  });
  progress.clear();
  if (options.json) io.stdout.write(sanitizeJson({ schemaVersion, file, format: options.format, addresses: count }));
  else if (file !== undefined)
    io.stderr.write(
      `Wrote ${sanitize(file)}: ${formatQuantity(count, 'suppressed address', 'suppressed addresses')}\n`,
    );
  return 0;
}

/** Times in ISO 8601. A permanent suppression has no end: an empty cell, or `null`. */
function formatLine({ address, reason, since, until }: SuppressedAddress, format: ExportOptions['format']): string {
  const [start, end] = [formatTimestamp(since), until === undefined ? undefined : formatTimestamp(until)];
  if (format === 'csv') return toCsvRow([address, reason, start, end ?? '']);
  return `${JSON.stringify({ address, reason, since: start, until: end ?? null })}\n`;
}

/** Writes to a file beside the given one, which it replaces at the end, so that an interrupted export leaves the earlier file as it was. */
async function writeTo<Result>(
  file: string | undefined,
  { stdout }: CliIO,
  work: (write: (text: string) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  if (file === undefined) return work(async (text) => void stdout.write(text));
  const unfinished = `${file}.${process.pid}.part`;
  // The addresses of people: only the owner may read them.
  const stream = createWriteStream(unfinished, { mode: 0o600 });
  try {
    const result = await work(async (text) => {
      if (!stream.write(text)) await once(stream, 'drain');
    });
    stream.end();
    await finished(stream);
    await rename(unfinished, file);
    return result;
  } catch (error) {
    stream.destroy();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Fails before the table is read, which can take minutes. */
async function checkFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'the folder does not exist' : describeFileError(error);
    throw new Error(`Cannot write to ${sanitize(folder)}: ${reason}. Pass a file in a folder that you can write to.`);
  });
}
