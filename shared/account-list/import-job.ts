import { describeError } from '../domain/describe-error.ts';
import { day, hour } from '../domain/durations.ts';
import type { Policy } from '../domain/policy/policy.ts';
import {
  addressVariantsOf,
  type DesiredState,
  desiredStateOf,
  encodeDesiredState,
  pendingSyncOf,
  type SyncState,
  withSyncState,
} from '../domain/suppression/account-list-state.ts';
import { derive, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { ReadOutcome, RecordChange } from '../domain/suppression/store.ts';
import { describeOutcome, type ImportAction, type ImportState } from './account-list.ts';
import {
  type ImportedLines,
  type ImportFiles,
  type ImportLine,
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
  readonly remaining: () => number;
};

/** `none`: nothing is under way, and one by one it goes on. */
export type ImportReport = { readonly kind: 'none' | 'started' | 'running' | 'completed'; readonly note?: string };

/** Longer than this SES works on no file; what has not come to its answer by then may still be running. */
const patience = 6 * hour;
const orphaned = hour;
const retryAfter = day;

/** Records of one read, and of one write. */
const together = 100;

/**
 * Writes one file for all that is waiting, instead of a call each. Whichever is more goes first: those to be put, or to be deleted.
 * That there is a job is written down before SES is asked for it: one that nobody knows of could list again whom an operator lets go.
 */
export async function startImportJob(
  waiting: readonly PendingAddress[],
  dependencies: ImportDependencies,
): Promise<ImportReport> {
  const { region, outbox, files, list, rateLimiter, clock, newId } = dependencies;
  const { action, lines } = await collect(waiting, dependencies);
  // All those marks are old: to take them off, one by one will do.
  if (lines.length === 0) return { kind: 'none' };
  const job: ImportJob = { action, file: `imports/${region}/${newId()}.jsonl`, startedAt: clock(), cleared: 0 };
  let name: string;
  try {
    name = await writeLines(files, job.file, lines);
  } catch (error) {
    return { kind: 'none', note: `the file of an import job cannot be written: ${describeError(error)}` };
  }
  await outbox.writeJob(region, job);
  const started = await rateLimiter.run(() => list.startImport(action, name));
  switch (started?.kind) {
    case 'started':
      await outbox.writeJob(region, { ...job, jobId: started.jobId });
      return { kind: 'started', note: `${lines.length} lines, ${action}` };
    case undefined:
    case 'throttled':
      // SES has said that it does nothing, or was not asked.
      await outbox.writeJob(region, undefined);
      return { kind: 'none', note: 'an import job waits for its turn' };
    case 'failed':
      return { kind: 'running', note: `SES did not answer: ${started.reason}` };
    case 'done':
    case 'absent':
    case 'refused':
    case 'denied':
      return giveUp(job, `SES does not take an import job: ${describeOutcome(started)}`, dependencies);
    default:
      return started satisfies never;
  }
}

async function collect(waiting: readonly PendingAddress[], dependencies: ImportDependencies) {
  const { store, clock, policy, region, remaining } = dependencies;
  const lines: Record<ImportAction, ImportLine[]> = { PUT: [], DELETE: [] };
  // SES has still to be asked: what is not collected in half of the time is the next job's.
  const enough = remaining() / 2;
  for (let from = 0; from < waiting.length && remaining() >= enough; from += together) {
    const lookups = waiting.slice(from, from + together).map(({ address }) => ({ address, eventIds: [] }));
    for (const held of (await store.read(lookups)).values()) {
      if (held === undefined || 'unreadable' in held || !isPending(held.record, region, policy)) continue;
      const wish = desiredStateOf(held.record);
      if (wish === undefined || (wish.kind === 'unlisted' && wish.from > clock())) continue;
      const [action, added] = importLinesFor(held.record, wish);
      // All of an address or nothing: its record is told once.
      if (lines[action].length + added.length <= maxImportLines[action]) lines[action].push(...added);
    }
  }
  const action: ImportAction = lines.PUT.length >= lines.DELETE.length ? 'PUT' : 'DELETE';
  return { action, lines: lines[action] };
}

/** Asks how the job is; when it is done, clears the marks it stands for. While one is running nothing else is told: it could undo it. */
export async function followImportJob(job: ImportJob, dependencies: ImportDependencies): Promise<ImportReport> {
  const { region, outbox, list, rateLimiter, clock } = dependencies;
  const { jobId, startedAt, failedUntil } = job;
  const age = clock() - startedAt;
  if (failedUntil !== undefined) {
    if (failedUntil <= clock()) await outbox.writeJob(region, undefined);
    return { kind: 'none' };
  }
  if (jobId === undefined) {
    if (age < orphaned) return { kind: 'running', note: 'it is not known whether SES has taken the import job' };
    await outbox.writeJob(region, undefined);
    return { kind: 'none' };
  }
  const state = await rateLimiter.run(() => list.readImport(jobId));
  if (state === undefined || state.kind === 'throttled' || state.kind === 'failed') return { kind: 'running' };
  if (state.kind === 'denied' && age < patience)
    return { kind: 'running', note: `the import job cannot be looked at: ${describeOutcome(state)}` };
  if (state.kind !== 'job')
    return giveUp(job, `the import job cannot be looked at: ${describeOutcome(state)}`, dependencies);
  if (state.status === 'completed') return clear(job, state, dependencies);
  if (state.status === 'failed')
    return giveUp(job, `the import job failed: ${state.reason ?? 'SES says no more'}`, dependencies);
  return age < patience ? { kind: 'running' } : giveUp(job, 'the import job does not end', dependencies);
}

async function clear(job: ImportJob, state: ImportState, dependencies: ImportDependencies): Promise<ImportReport> {
  const { region, outbox, store, files, remaining } = dependencies;
  const failures = await readFailures(files, state);
  if (failures === undefined)
    return giveUp(job, `SES does not say which ${state.failed} lines of the import job failed`, dependencies);
  const asked = await readLines(files, job.file);
  if (asked === undefined)
    return giveUp(job, 'what was asked for with the import job cannot be read any more', dependencies);
  const addresses = [...asked.keys()];
  let { cleared } = job;
  while (cleared < addresses.length) {
    if (remaining() <= 0) {
      await outbox.writeJob(region, { ...job, cleared });
      return { kind: 'running', note: `${cleared} of ${addresses.length} addresses of the import job are noted` };
    }
    const taken = addresses.slice(cleared, cleared + together).filter((address) => !failures.has(address));
    const held = await store.read(taken.map((address) => ({ address, eventIds: [] })));
    await write(
      [...held.values()].flatMap((one) => noteOf(one, job, asked, dependencies)),
      dependencies,
    );
    cleared += together;
  }
  await outbox.writeJob(region, undefined);
  const rest = failures.size === 0 ? '' : `; ${failures.size} that SES did not take are told one by one`;
  return { kind: 'completed', note: `${addresses.length} addresses, ${job.action}${rest}` };
}

function noteOf(
  stored: ReadOutcome,
  job: ImportJob,
  asked: ImportedLines,
  { policy, region, clock }: ImportDependencies,
): RecordChange[] {
  if (stored === undefined || 'unreadable' in stored || !isPending(stored.record, region, policy)) return [];
  const wish = desiredStateOf(stored.record);
  if (wish === undefined || !isDoneBy(job, asked.get(stored.record.address) ?? [], wish, stored.record)) return [];
  const told: SyncState = { value: encodeDesiredState(wish, stored.record.addressVariants), at: clock() };
  return [{ record: derive(withSyncState(stored.record, region, told), policy), stored }];
}

/** Together; where one is contested each for itself, and the contested one is told again. */
async function write(changes: readonly RecordChange[], { store }: ImportDependencies): Promise<void> {
  if (changes.length === 0) return;
  const outcome = await store.write({ changes, counts: [] });
  if (outcome.kind === 'written' || changes.length === 1) return;
  for (const change of changes) await store.write({ changes: [change], counts: [] });
}

/** What was wished for after the job had begun is still to be done: another reason, another spelling, the reverse. */
function isDoneBy(
  { action, startedAt }: ImportJob,
  lines: readonly ImportLine[],
  wish: DesiredState,
  record: SuppressionRecord,
): boolean {
  const { released } = record;
  if (wish.kind === 'listed') {
    const isAsked = action === 'PUT' && lines.some(({ reason }) => reason === wish.reason);
    return isAsked && (released === undefined || released.at < startedAt);
  }
  const spellings = new Set(lines.map(({ emailAddress }) => emailAddress));
  const isAsked = action === 'DELETE' && addressVariantsOf(record).every((spelling) => spellings.has(spelling));
  return isAsked && wish.from <= startedAt;
}

function isPending(record: SuppressionRecord, region: string, { accountList }: Policy): boolean {
  return pendingSyncOf(record, accountList)?.regions.includes(region) === true;
}

/** Nothing is lost: the marks stay, and are told one by one until a job is tried again. */
async function giveUp(
  job: ImportJob,
  note: string,
  { region, outbox, clock }: ImportDependencies,
): Promise<ImportReport> {
  await outbox.writeJob(region, { ...job, failedUntil: clock() + retryAfter });
  return { kind: 'none', note };
}
