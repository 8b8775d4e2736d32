import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { scanSuppressed } from '../../shared/aws/dynamodb/scan.ts';
import { defaultListName } from '../../shared/domain/suppression/list-name.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { describeFileError } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';

export type SnapshotCommandOptions = StackOptions & { readonly list?: readonly string[]; readonly json?: true };

/** Runs the command `snapshot`, which reads the whole table. */
export async function snapshotCommand(
  file: string,
  { list = [], json, ...stackOptions }: SnapshotCommandOptions,
  io: CliIO,
): Promise<ExitCode> {
  await checkFolder(path.dirname(file));
  const { stack } = await openStack(stackOptions, io);
  const { region, suppressionsTable } = stack;
  const clock = () => Date.now();
  const lists = [...new Set([defaultListName, ...list])];
  // An address that is suppressed during the scan may be missing, so the snapshot is dated before the scan.
  const takenAt = clock();
  const hashes = collectHashes();
  const progress = createProgress(io.stderr);
  let scannedRecords = 0;
  const client = createDynamoDBClient({ region });
  for await (const page of scanSuppressed({ client, suppressionsTable, lists, clock })) {
    for (const key of page.keys) hashes.add(key);
    scannedRecords += page.scannedCount;
    progress.showCount('records read', scannedRecords);
  }
  progress.clear();
  const header = await writeSnapshotFile(
    file,
    { table: suppressionsTable, lists, takenAt: formatTimestamp(takenAt) },
    hashes.toWords(),
  );
  const { entries } = header;
  if (json) io.stdout.write(sanitizeJson({ file, scannedRecords, ...header }));
  else {
    const count = formatQuantity(entries, 'suppressed address', 'suppressed addresses');
    io.stdout.write(`Wrote ${sanitize(file)}: ${count} of ${suppressionsTable} as of ${formatTime(takenAt)}\n`);
  }
  return 0;
}

/** Fails before the table is read, which can take minutes. */
async function checkFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? 'the folder does not exist' : describeFileError(error);
    throw new Error(`Cannot write to ${sanitize(folder)}: ${reason}. Pass a file in a folder that you can write to.`);
  });
}
