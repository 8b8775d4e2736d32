import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { scanSuppressed } from '../../shared/aws/dynamodb/scan-suppressed.ts';
import { accountListName } from '../../shared/domain/suppression/list-name.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions, showCount } from '../io/stack-options.ts';

export type SnapshotCommandOptions = StackOptions & { readonly list?: readonly string[]; readonly json?: true };

/** The command `snapshot`: writes hashes of the addresses that are suppressed now to a file, for campaigns. Reads the whole table. */
export async function snapshotCommand(
  file: string,
  { list = [], json, ...ofStack }: SnapshotCommandOptions,
): Promise<void> {
  await checkFolder(path.dirname(file));
  const { stack } = await openStack(ofStack);
  const { region, suppressionsTable } = stack;
  const clock = () => Date.now();
  const lists = [...new Set([accountListName, ...list])];
  // What is suppressed while the table is read may be missed: the snapshot is no newer than its beginning.
  const takenAt = formatTimestamp(clock());
  const hashes = collectHashes();
  let lookedAt = 0;
  const client = createDynamoDBClient({ region });
  for await (const page of scanSuppressed({ client, suppressionsTable, lists, clock })) {
    for (const key of page.keys) hashes.add(key);
    lookedAt += page.scannedCount;
    showCount('records looked at', lookedAt);
  }
  showCount();
  const header = await writeSnapshotFile(file, { table: suppressionsTable, lists, takenAt }, hashes.toWords());
  const { entries } = header;
  if (json) process.stdout.write(sanitizeJson({ file, lookedAt, ...header }));
  else {
    const count = `${entries.toLocaleString('en-US')} suppressed ${entries === 1 ? 'address' : 'addresses'}`;
    process.stdout.write(`${sanitize(file)}: ${count} of ${suppressionsTable}, as of ${takenAt}\n`);
  }
}

/** Before the whole table is read for nothing. */
async function checkFolder(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(`${sanitize(folder)} cannot be written to (${code}).`);
  });
}
