import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { scanSuppressed } from '../../shared/aws/dynamodb/scan.ts';
import { defaultListName } from '../../shared/domain/suppression/list-name.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import type { CliIO } from '../io/cli-io.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import type { Stack } from '../stack/stack.ts';

export type WriteSnapshotOptions = { readonly list?: readonly string[]; readonly json?: true };

/** Writes the hashes of all suppressed addresses to a file. Reads the whole table. */
export async function writeSnapshot(
  file: string,
  stack: Stack,
  { list = [], json }: WriteSnapshotOptions,
  io: CliIO,
): Promise<void> {
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
}
