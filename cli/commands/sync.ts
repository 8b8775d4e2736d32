import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ListingStorage } from '../../shared/account-list/listing-pages.ts';
import { reconcile as reconcileLists } from '../../shared/account-list/reconcile.ts';
import { formatReconcileReport, isReconcileComplete } from '../../shared/account-list/reconcile-report.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { formatTime } from '../io/format.ts';
import { explainInterrupt } from '../io/interrupt.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources } from '../io/stack-resources.ts';

export type SyncOptions = StackOptions & {
  readonly dryRun?: true;
  readonly restart?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/**
 * Runs the command `sync`. It releases no address, and continues where an interrupted run stopped. Exit code 1: a list could not be
 * read, or a change could not be made.
 */
export async function syncCommand(
  { dryRun, restart, json, policy: file, ...options }: SyncOptions,
  io: CliIO,
): Promise<ExitCode> {
  const policy = await loadPolicy(file, io);
  const { stack } = await openStack(options, io);
  const { records, ...rest } = openStackResources(stack, policy);
  const folder = path.join('.local', 'reconcile', `${stack.account}-${stack.region}-${stack.name}`);
  if (restart) await rm(folder, { recursive: true, force: true });
  else await announceContinuation(folder, io);
  const progress = createProgress(io.stderr);
  let damaged = 0;
  const describeInterrupt = () => 'What was read so far is kept for a day. Run the command again to continue.';
  const report = await explainInterrupt(io.stderr, describeInterrupt, () =>
    reconcileLists({
      ...rest,
      records: (isWanted, withTenants) =>
        records({ isWanted, withTenants, onUnreadable: (count) => (damaged += count) }),
      storage: fileStorage(folder),
      isDryRun: dryRun === true,
      progress: (region, entries) => progress.showCount(region === homeRegion ? stack.region : region, entries),
    }),
  );
  progress.clear();
  const exitCode = isReconcileComplete(report) ? 0 : 1;
  if (json) {
    io.stdout.write(sanitizeJson({ schemaVersion, dryRun: dryRun === true, damaged, ...report }));
    return exitCode;
  }
  const lines = formatReconcileReport(report, dryRun).split('\n');
  if (damaged > 0) lines.push(`Damaged records in the table, left unchanged: ${formatCount(damaged)}.`);
  if (dryRun) lines.push('Dry run: nothing was changed.');
  io.stdout.write(`${lines.map(sanitize).join('\n')}\n`);
  return exitCode;
}

/** Says that the command continues a run that was interrupted. The pages that it has read are files. */
async function announceContinuation(folder: string, { stderr }: CliIO): Promise<void> {
  const [first] = (await readdir(folder).catch(() => [])).sort();
  if (first === undefined) return;
  const { mtimeMs } = await stat(path.join(folder, first));
  stderr.write(`Continuing the run that began at ${formatTime(mtimeMs)}. To begin anew, pass --restart.\n`);
}

/** Stores the pages of a listing as files, until the listing is complete. They contain addresses, so only their owner can read them. */
export function fileStorage(folder: string): ListingStorage {
  const fileOf = (name: string) => path.join(folder, name.replaceAll('/', '-'));
  return {
    async read(name) {
      try {
        return await readFile(fileOf(name), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(name, text) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(fileOf(name), text, { mode: 0o600 });
    },
    remove: (name) => rm(fileOf(name), { force: true }),
  };
}
