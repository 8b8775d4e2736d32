import { importDays, ledgerDays, startOfDay } from '../../shared/domain/aws-window/ledger.ts';
import { emptyLedger } from '../../shared/domain/aws-window/update-ledger.ts';
import { day } from '../../shared/domain/durations.ts';
import type { SendingBucket } from '../../shared/domain/reputation/backtest.ts';
import type { ReputationStore } from '../../shared/monitoring/reputation-store.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { formatDay, formatQuantity } from '../io/format.ts';
import { bucketOfEvent, readHistoryCsv } from '../io/history-csv.ts';
import { sanitizeJson } from '../io/sanitize.ts';

type ImportOptions = {
  readonly store: ReputationStore;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly json: true | undefined;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/**
 * Imports a history into the ledger of the account: its whole days of the last 400, except those that the counters of the stack have. The next
 * evaluation infers the window again.
 */
export async function importHistory(file: string, { store, now, json }: ImportOptions, io: CliIO): Promise<ExitCode> {
  const history = await readHistoryCsv(file, io);
  const rows = history.form === 'buckets' ? history.rows : history.events.map(bucketOfEvent);
  const isImportable = ({ start }: SendingBucket) =>
    start >= startOfDay(now) - ledgerDays * day && startOfDay(start) + day <= now;
  const usable = rows.filter(isImportable);
  if (usable.length === 0)
    throw new Error(`${file} has nothing to import. Expected emails of the last ${ledgerDays} days, before today.`);
  const { ledger = emptyLedger } = await store.read('account', now, true);
  const days = importDays(ledger.days, usable);
  const next = { ...ledger, version: ledger.version + 1, days, updatedAt: 0 };
  if (!(await store.saveLedger(next, ledger.version)))
    throw new Error('The ledger was updated at the same time. Run the command again.');
  const starts = [...new Set(usable.map(({ start }) => startOfDay(start)))].sort((a, b) => a - b);
  const counted = new Set(ledger.days.filter(({ source }) => source === 'counters').map(({ start }) => start));
  const kept = starts.filter((start) => counted.has(start)).length;
  const [from, to] = [starts[0], starts.at(-1)].map((start) => formatDay(start ?? now));
  const imported = starts.length - kept;
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, imported, kept, from, to }));
  else
    io.stdout.write(
      `Imported ${formatQuantity(imported, 'day')} of ${from} to ${to}.${kept === 0 ? '' : ` The stack has counted ${formatQuantity(kept, 'day')} of these itself: they stay.`}\n` +
        "AWS's window is looked for again within a minute or two. Then run: npx ses-feedback aws-window\n",
    );
  return 0;
}
