import type { AddressKey } from '../domain/address.ts';
import { describeError } from '../domain/describe-error.ts';
import { maskAddress } from '../domain/mask-address.ts';
import { homeRegion, messageLookup } from '../domain/suppression/account-list-state.ts';
import type { AccountList } from './account-list.ts';
import type { ImportFiles } from './import-file.ts';
import { followImportJob, type ImportDependencies, type ImportReport, startImportJob } from './import-job.ts';
import type { Outbox } from './outbox.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { type SyncAddressDependencies, type SyncResult, syncAddress } from './sync-address.ts';
import type { SyncEntry, SyncLog } from './sync-report.ts';

export type SyncDependencies = Omit<SyncAddressDependencies, 'list' | 'rateLimiter'> & {
  readonly outbox: Outbox;
  /** The lists to be told, by Region. */
  readonly lists: ReadonlyMap<string, AccountList>;
  /** Where files for SES can be put; a Region without them is told one by one. */
  readonly files: ReadonlyMap<string, ImportFiles>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly remaining: () => number;
  readonly newId: () => string;
  readonly log: SyncLog;
  /** `<Region> <address>` of those that failed last time: they come after all others, so that they hold up nobody. */
  readonly failing: Set<string>;
};

/** More than this are no longer told one by one: a thousand take nearly half an hour, a job a few minutes, whatever its size. */
const worthAJob = 1000;
const mostOfAJob = 100_000;

/** As many calls as fit into a minute, and some for those that turn out to be told already. */
const mostOfARun = 100;

/** Who asks for details leaves two of three seconds to other callers. */
const betweenQuestions = 3000;

/**
 * Tells SES's own lists what they still have to be told: the Regions side by side, each at its own pace, so that one that does not answer
 * holds up no other. What is not told stays in the outbox. Never throws for one Region: its entry says what went wrong.
 */
export async function syncAccountLists(dependencies: SyncDependencies): Promise<readonly SyncEntry[]> {
  const entries = await Promise.all([...dependencies.lists.keys()].map((region) => drainRegion(region, dependencies)));
  for (const entry of entries) dependencies.log(entry);
  return entries;
}

async function drainRegion(region: string, dependencies: SyncDependencies): Promise<SyncEntry> {
  const { lists, files, outbox, clock } = dependencies;
  const counts = { synced: 0, rejected: 0 };
  const entry = (rest: Partial<SyncEntry>): SyncEntry => ({ kind: 'account-list', region, ...counts, ...rest });
  try {
    const list = lists.get(region) as AccountList;
    const run = { ...dependencies, list, rateLimiter: createRateLimiter(dependencies), region };
    const bucket = files.get(region);
    const job = bucket && (await importMany({ ...run, files: bucket }));
    const isTold = job === undefined || job.kind === 'none' || job.kind === 'completed';
    const halt = isTold ? await tellEach(region, run, counts) : undefined;
    const left = await outbox.listPending(region, clock(), worthAJob + 1);
    const oldestMs = left.length === 0 ? 0 : Math.max(0, clock() - Math.min(...left.map(({ due }) => due)));
    return entry({ pending: left.length, oldestMs, ...halt, ...(job?.note !== undefined && { job: job.note }) });
  } catch (error) {
    return entry({ error: describeError(error) });
  }
}

/** A job that is under way is followed; where none is, and too many are waiting, one is started. */
async function importMany(run: ImportDependencies): Promise<ImportReport | undefined> {
  const { region, outbox, clock } = run;
  const job = await outbox.readJob(region);
  if (job !== undefined) return followImportJob(job, run);
  const some = await outbox.listPending(region, clock(), worthAJob + 1);
  if (some.length <= worthAJob) return undefined;
  return startImportJob(await outbox.listPending(region, clock(), mostOfAJob), run);
}

type Run = SyncAddressDependencies & SyncDependencies;

/** One by one, the longest waiting first, until the time is up or no call will be taken. */
async function tellEach(
  region: string,
  run: Run,
  counts: { synced: number; rejected: number },
): Promise<Partial<SyncEntry>> {
  const { log, failing } = run;
  let failed = 0;
  let damage: string | undefined;
  for (const address of await nextOnes(region, run)) {
    let telling: SyncResult;
    do telling = await syncAddress(region, address, run);
    while (telling.kind === 'throttled');
    switch (telling.kind) {
      case 'done':
      case 'absent':
        counts.synced++;
        failed = 0;
        break;
      case 'refused':
        counts.rejected++;
        log({ kind: 'refused', region, address: maskAddress(address), reason: telling.reason });
        break;
      case 'failed':
        failing.add(`${region} ${address}`);
        if (++failed === patience) return { error: telling.reason };
        break;
      case 'denied':
        return { error: telling.reason };
      case 'damaged':
        // To be told of, and no reason to hold up the others.
        failing.add(`${region} ${address}`);
        damage ??= telling.reason;
        break;
      case 'sandbox':
        return { isInSandbox: true };
      case 'late':
        return {};
      case 'idle':
        break;
      default:
        telling satisfies never;
    }
  }
  const asked = region === homeRegion ? await askForMails(run) : {};
  return damage === undefined ? asked : { error: damage };
}

/** Those that are due, the longest waiting first. */
async function nextOnes(region: string, { outbox, clock, failing }: Run): Promise<AddressKey[]> {
  const waiting = await outbox.listPending(region, clock(), worthAJob);
  const failed = waiting.filter(({ address }) => failing.delete(`${region} ${address}`));
  const others = waiting.filter((one) => !failed.includes(one));
  return [...others, ...failed].slice(0, mostOfARun).map(({ address }) => address);
}

/** After so many in a row that failed, SES is not asked again before the next minute. */
const patience = 3;

/** What nobody waits for: the mails of addresses that were adopted from SES's list. */
async function askForMails(run: Run): Promise<Partial<SyncEntry>> {
  const { outbox, clock, sleep, remaining } = run;
  for (const { address } of await outbox.listPending(messageLookup, clock(), mostOfARun)) {
    const telling = await syncAddress(messageLookup, address, run);
    if (telling.kind === 'denied') return { error: telling.reason };
    if (telling.kind !== 'done' && telling.kind !== 'idle' && telling.kind !== 'damaged') break;
    if (remaining() <= betweenQuestions) break;
    await sleep(betweenQuestions);
  }
  return {};
}
