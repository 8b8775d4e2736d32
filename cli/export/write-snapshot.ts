import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { type ErasureTableOptions, readErasureKey } from '../../shared/aws/dynamodb/erasure-table.ts';
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

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

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
  const erased: string[] = [];
  for await (const page of scanSuppressed({ client, suppressionsTable, lists, clock })) {
    for (const key of page.keys) hashes.add(key);
    erased.push(...page.erased);
    scannedRecords += page.scannedCount;
    progress.showCount('records read', scannedRecords);
  }
  progress.clear();
  const header = await writeSnapshotFile(
    file,
    {
      table: suppressionsTable,
      lists,
      takenAt: formatTimestamp(takenAt),
      ...(await describeErased(erased, { client, suppressionsTable })),
    },
    hashes.toWords(),
  );
  // The file has the key of the hashes, and the output must not.
  const { erased: kept, ...shown } = header;
  const entries = header.entries + (kept?.hashes.length ?? 0);
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, file, scannedRecords, ...shown, entries }));
  else {
    const count = formatQuantity(entries, 'suppressed address', 'suppressed addresses');
    io.stdout.write(`Wrote ${sanitize(file)}: ${count} of ${suppressionsTable} as of ${formatTime(takenAt)}\n`);
  }
}

/** A snapshot without erased addresses keeps the form that earlier versions of the library read. */
async function describeErased(hashes: readonly string[], table: ErasureTableOptions) {
  if (hashes.length === 0) return {};
  const secret = await readErasureKey(table);
  if (secret === undefined) throw new Error('The key of erased addresses is missing.');
  return { erased: { secret, hashes: [...new Set(hashes)] } };
}
