import { describeError } from '../domain/describe-error.ts';
import { day, hour } from '../domain/durations.ts';
import {
  type DesiredState,
  desiredStateOf,
  encodeDesiredState,
  pendingSyncOf,
  withSyncState,
} from '../domain/suppression/account-list-state.ts';
import { addressVariantsOf } from '../domain/suppression/address-variants.ts';
import { derive } from '../domain/suppression/derive.ts';
import type { ListPolicy } from '../domain/suppression/list-policy.ts';
import type { SuppressionRecord, SyncState } from '../domain/suppression/record.ts';
import type { ReadOutcome, RecordChange } from '../domain/suppression/store.ts';
import { describeOutcome, type ImportAction, type ImportState } from './account-list.ts';
import {
  type ImportFiles,
  type ImportLine,
  type ImportLines,
  importLinesFor,
  maxImportLines,
  readFailures,
  readLines,
  writeLines,
} from './import-file.ts';
import type { ImportJob, Outbox, PendingAddress } from './outbox.ts';
import type { SyncAddressDependencies } from './sync-address.ts';

export type ImportDependencies = SyncAddressDependencies & {
  readonly region: string;
  readonly outbox: Outbox;
  readonly files: ImportFiles;
  readonly newId: () => string;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
};

/**
 * The state of a Region's import job after a run. `none`: no job is running, so addresses are synced one at a time.
 * `note` is for the log; it never contains an address.
 */
export type ImportReport = { readonly kind: 'none' | 'started' | 'running' | 'completed'; readonly note?: string };

/** SES does not work on a file for longer than this. A job whose state stays unknown may be running until then. */
const jobTimeoutMs = 6 * hour;
/** How long a job that SES has not confirmed counts as running. */
const unconfirmedJobTimeoutMs = hour;
const retryAfterMs = day;

/** Number of records in one read and in one write. */
const batchSize = 100;

/**
 * Starts an import job for the pending addresses, in place of one call for each. A job either puts or deletes; the
 * action with more lines goes first. Saves the job before asking SES to start it: a job that is not recorded could list
 * a released address again.
 */
export async function startImportJob(
  pending: readonly PendingAddress[],
  dependencies: ImportDependencies,
): Promise<ImportReport> {
  const { region, outbox, files, list, rateLimiter, clock, newId } = dependencies;
  const { action, lines } = await collectLines(pending, dependencies);
  // The outbox entries are all outdated. Syncing the addresses one at a time clears them.
  if (lines.length === 0) return { kind: 'none' };
  const job: ImportJob = { action, file: `imports/${region}/${newId()}.jsonl`, startedAt: clock(), cleared: 0 };
  let fileUrl: string;
  try {
    fileUrl = await writeLines(files, job.file, lines);
  } catch (error) {
    return { kind: 'none', note: `cannot write the import file: ${describeError(error)}` };
  }
  await outbox.writeJob(region, job);
  const started = await rateLimiter.run(() => list.startImport(action, fileUrl));
  switch (started?.kind) {
    case 'started':
      await outbox.writeJob(region, { ...job, jobId: started.jobId });
      return { kind: 'started', note: `started with ${lines.length} lines (${action})` };
    case undefined:
    case 'throttled':
      // No call was made, or SES rejected it without effect.
      await outbox.writeJob(region, undefined);
      return {
        kind: 'none',
        note: 'not started, because SES accepts only one call per second; retrying in the next run',
      };
    case 'failed':
      return { kind: 'running', note: `SES did not respond to the request to start it: ${started.reason}` };
    case 'done':
    case 'not-found':
    case 'rejected':
    case 'denied':
      return giveUp(job, `SES rejected it: ${describeOutcome(started)}`, dependencies);
    default:
      return started satisfies never;
  }
}

async function collectLines(pending: readonly PendingAddress[], dependencies: ImportDependencies) {
  const { store, clock, policy, region, remaining } = dependencies;
  const lines: Record<ImportAction, ImportLine[]> = { PUT: [], DELETE: [] };
  // Half of the time is for the calls to SES. Addresses that are not collected by then wait for the next job.
  const reservedMs = remaining() / 2;
  for (let from = 0; from < pending.length && remaining() >= reservedMs; from += batchSize) {
    const lookups = pending.slice(from, from + batchSize).map(({ address }) => ({ address, eventIds: [] }));
    for (const stored of (await store.read(lookups)).values()) {
      if (stored === undefined || 'unreadable' in stored || !isPending(stored.record, region, policy)) continue;
      const desired = desiredStateOf(stored.record);
      if (desired === undefined || (desired.kind === 'unlisted' && desired.from > clock())) continue;
      const [action, added] = importLinesFor(stored.record, desired);
      // All lines of an address go into one file, because its record is updated once.
      if (lines[action].length + added.length <= maxImportLines[action]) lines[action].push(...added);
    }
  }
  const action: ImportAction = lines.PUT.length >= lines.DELETE.length ? 'PUT' : 'DELETE';
  return { action, lines: lines[action] };
}

/**
 * Checks an import job, and updates the records of its addresses once it has completed. While a job is running the
 * caller must not sync any other address of the Region, because the job could undo the change.
 */
export async function followImportJob(job: ImportJob, dependencies: ImportDependencies): Promise<ImportReport> {
  const { region, outbox, list, rateLimiter, clock } = dependencies;
  const { jobId, startedAt, failedUntil } = job;
  const ageMs = clock() - startedAt;
  if (failedUntil !== undefined) {
    if (failedUntil <= clock()) await outbox.writeJob(region, undefined);
    return { kind: 'none' };
  }
  if (jobId === undefined) {
    if (ageMs < unconfirmedJobTimeoutMs)
      return { kind: 'running', note: 'SES has not confirmed it; waiting up to one hour, as it may be running' };
    await outbox.writeJob(region, undefined);
    return { kind: 'none' };
  }
  const state = await rateLimiter.run(() => list.readImport(jobId));
  if (state === undefined || state.kind === 'throttled' || state.kind === 'failed') return { kind: 'running' };
  if (state.kind !== 'job') {
    const note = `cannot read its state: ${describeOutcome(state)}`;
    return state.kind === 'denied' && ageMs < jobTimeoutMs
      ? { kind: 'running', note }
      : giveUp(job, note, dependencies);
  }
  if (state.status === 'completed') return completeJob(job, state, dependencies);
  if (state.status === 'failed') return giveUp(job, `failed: ${state.reason ?? 'SES gave no reason'}`, dependencies);
  return ageMs < jobTimeoutMs ? { kind: 'running' } : giveUp(job, 'did not finish within 6 hours', dependencies);
}

/** Records the result of a completed job, batch by batch. Continues in the next run when time runs out. */
async function completeJob(
  job: ImportJob,
  state: ImportState,
  dependencies: ImportDependencies,
): Promise<ImportReport> {
  const { region, outbox, store, files, remaining } = dependencies;
  const lines = await readLines(files, job.file);
  if (lines === undefined) return giveUp(job, 'the import file can no longer be read', dependencies);
  const failures = await readFailures(files, state, lines);
  if (failures === undefined)
    return giveUp(job, `SES did not report which ${state.failedCount} lines failed`, dependencies);
  const addresses = [...lines.keys()];
  let { cleared } = job;
  while (cleared < addresses.length) {
    if (remaining() <= 0) {
      await outbox.writeJob(region, { ...job, cleared });
      return { kind: 'running', note: `completed; ${cleared} of ${addresses.length} records updated so far` };
    }
    const imported = addresses.slice(cleared, cleared + batchSize).filter((address) => !failures.has(address));
    const outcomes = await store.read(imported.map((address) => ({ address, eventIds: [] })));
    const changes = [...outcomes.values()].flatMap((outcome) => changesFor(outcome, job, lines, dependencies));
    await writeChanges(changes, dependencies);
    cleared += batchSize;
  }
  await outbox.writeJob(region, undefined);
  const rest = failures.size === 0 ? '' : `; failed lines: ${failures.size} (synced one at a time)`;
  return { kind: 'completed', note: `completed for ${addresses.length} addresses (${job.action})${rest}` };
}

function changesFor(
  stored: ReadOutcome,
  job: ImportJob,
  lines: ImportLines,
  { policy, region, clock }: ImportDependencies,
): RecordChange[] {
  if (stored === undefined || 'unreadable' in stored || !isPending(stored.record, region, policy)) return [];
  const desired = desiredStateOf(stored.record);
  if (desired === undefined) return [];
  if (!isAchievedBy(job, lines.get(stored.record.address) ?? [], desired, stored.record)) return [];
  const syncState: SyncState = { value: encodeDesiredState(desired, stored.record.addressVariants), at: clock() };
  return [{ record: derive(withSyncState(stored.record, region, syncState), policy), stored }];
}

/**
 * Writes the changes in one transaction. If one of the records has changed since, writes each for itself; a record that
 * has changed stays pending and is synced again.
 */
async function writeChanges(changes: readonly RecordChange[], { store }: ImportDependencies): Promise<void> {
  if (changes.length === 0) return;
  const outcome = await store.write({ changes, counts: [] });
  if (outcome.kind === 'written' || changes.length === 1) return;
  for (const change of changes) await store.write({ changes: [change], counts: [] });
}

/**
 * Returns whether the job has brought the list to the desired state. It has not if the record changed after the job
 * started: to another reason, to another address variant, or from listed to unlisted.
 */
function isAchievedBy(
  { action, startedAt }: ImportJob,
  lines: readonly ImportLine[],
  desired: DesiredState,
  record: SuppressionRecord,
): boolean {
  const { released } = record;
  if (desired.kind === 'listed') {
    const isImported = action === 'PUT' && lines.some(({ reason }) => reason === desired.reason);
    return isImported && (released === undefined || released.at < startedAt);
  }
  const deleted = new Set(lines.map(({ emailAddress }) => emailAddress));
  const isEveryVariantDeleted =
    action === 'DELETE' && addressVariantsOf(record).every((variant) => deleted.has(variant));
  return isEveryVariantDeleted && desired.from <= startedAt;
}

function isPending(record: SuppressionRecord, region: string, { accountList }: ListPolicy): boolean {
  return pendingSyncOf(record, accountList)?.regions.includes(region) === true;
}

/** Suspends import jobs for one day. Nothing is lost: the addresses stay pending and are synced one at a time. */
async function giveUp(
  job: ImportJob,
  note: string,
  { region, outbox, clock }: ImportDependencies,
): Promise<ImportReport> {
  await outbox.writeJob(region, { ...job, failedUntil: clock() + retryAfterMs });
  return { kind: 'none', note };
}
