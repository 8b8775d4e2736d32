import { describeError } from '../domain/describe-error.ts';
import { maskAddress } from '../domain/mask-address.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { homeRegion, messageLookup } from '../domain/suppression/account-list-state.ts';
import { defaultListName, tenantOfList } from '../domain/suppression/list-name.ts';
import { policyOfList } from '../domain/suppression/list-policy.ts';
import type { AccountList } from './account-list.ts';
import type { ImportFiles } from './import-file.ts';
import { followImportJob, type ImportDependencies, type ImportReport, startImportJob } from './import-job.ts';
import type { Outbox, PendingAddress } from './outbox.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { type SyncAddressDependencies, type SyncResult, syncAddress } from './sync-address.ts';
import type { SyncEntry, SyncLog } from './sync-report.ts';

export type SyncDependencies = Omit<SyncAddressDependencies, 'list' | 'isTenantList' | 'rateLimiter' | 'policy'> & {
  readonly policy: Policy;
  readonly outbox: Outbox;
  /** The account's lists, by Region. Those of tenants are in the Region of the stack. */
  readonly lists: ReadonlyMap<string, AccountList>;
  /** Storage for import files, by Region. In a Region without it, addresses are always synced one at a time. */
  readonly files: ReadonlyMap<string, ImportFiles>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
  readonly newId: () => string;
  readonly log: SyncLog;
  /**
   * Addresses that failed in the last run, as `<Region> <list> <address>`. They come last, so that they do not delay the
   * others.
   */
  readonly failing: Set<string>;
};

/**
 * With more pending addresses than this, an import job replaces the calls: at one call per second, a thousand addresses
 * take nearly half an hour, while a job takes a few minutes for any number.
 */
const importJobThreshold = 1000;
const maxJobAddresses = 100_000;

/** About as many calls as fit into one minute, plus some for addresses that turn out to be in sync. */
const maxAddressesPerRun = 100;

/**
 * The interval between message lookups. They are not urgent, so they leave two of three seconds to other callers of
 * SES.
 */
const lookupIntervalMs = 3000;

/** After this many failures in a row, a Region makes no more calls until the next run. */
const maxConsecutiveFailures = 3;

/**
 * Brings the SES account suppression lists to the desired state. All Regions are synced in parallel, each with its own
 * rate limiter, so that a Region that does not respond delays no other. Addresses that cannot be synced stay in the
 * outbox. An error in one Region does not throw: it is reported in the Region's entry.
 */
export async function syncAccountLists(dependencies: SyncDependencies): Promise<readonly SyncEntry[]> {
  const entries = await Promise.all([...dependencies.lists.keys()].map((region) => syncRegion(region, dependencies)));
  for (const entry of entries) dependencies.log(entry);
  return entries;
}

async function syncRegion(region: string, dependencies: SyncDependencies): Promise<SyncEntry> {
  const { lists, files, outbox, clock } = dependencies;
  const counts = { synced: 0, rejected: 0 };
  const entry = (rest: Partial<SyncEntry>): SyncEntry => ({ kind: 'account-list', region, ...counts, ...rest });
  try {
    const list = lists.get(region) as AccountList;
    const run = { ...dependencies, list, rateLimiter: createRateLimiter(dependencies), region };
    const bucket = files.get(region);
    const job = bucket && (await advanceImportJob({ ...run, files: bucket }));
    const isImporting = job?.kind === 'started' || job?.kind === 'running';
    const ending = isImporting ? undefined : await syncEach(region, run, counts);
    const pending = await outbox.listPending(region, clock(), importJobThreshold + 1);
    const oldestMs = pending.length === 0 ? 0 : Math.max(0, clock() - Math.min(...pending.map(({ due }) => due)));
    return entry({ pending: pending.length, oldestMs, ...ending, ...(job?.note !== undefined && { job: job.note }) });
  } catch (error) {
    return entry({ error: describeError(error) });
  }
}

/** Follows the import job that is running, or starts one if none is running and too many addresses are pending. */
async function advanceImportJob(run: ImportDependencies): Promise<ImportReport | undefined> {
  const { region, outbox, clock } = run;
  const job = await outbox.readJob(region);
  if (job !== undefined) return followImportJob(job, run);
  const pending = await outbox.listPending(region, clock(), importJobThreshold + 1);
  if (pending.length <= importJobThreshold) return undefined;
  // Import jobs change the account's list only.
  const ofAccount = (await outbox.listPending(region, clock(), maxJobAddresses)).filter(
    ({ list }) => list === defaultListName,
  );
  return ofAccount.length <= importJobThreshold ? undefined : startImportJob(ofAccount, run);
}

type Run = SyncDependencies & Pick<SyncAddressDependencies, 'list' | 'rateLimiter'>;

/** Returns what is needed to sync the record of an address on its list. */
function forRecord({ list }: PendingAddress, run: Run): SyncAddressDependencies {
  const tenant = tenantOfList(list);
  return {
    ...run,
    store: list === defaultListName ? run.store : run.store.ofList(list),
    policy: policyOfList(run.policy, list),
    list: tenant === undefined ? run.list : run.list.ofTenant(tenant),
    isTenantList: tenant !== undefined,
  };
}

/** Syncs one address after the other, oldest first, until time runs out or SES rejects every call. */
async function syncEach(
  region: string,
  run: Run,
  counts: { synced: number; rejected: number },
): Promise<Partial<SyncEntry>> {
  const { log, failing } = run;
  let consecutiveFailures = 0;
  let firstUnreadable: string | undefined;
  for (const pending of await nextAddresses(region, run)) {
    const { address } = pending;
    const dependencies = forRecord(pending, run);
    let result: SyncResult;
    do result = await syncAddress(region, address, dependencies);
    while (result.kind === 'throttled');
    switch (result.kind) {
      case 'done':
      case 'not-found':
        counts.synced++;
        consecutiveFailures = 0;
        break;
      case 'rejected':
        counts.rejected++;
        log({ kind: 'rejected', region, address: maskAddress(address), reason: result.reason });
        break;
      case 'failed':
        failing.add(`${region} ${idOf(pending)}`);
        if (++consecutiveFailures === maxConsecutiveFailures) return { error: result.reason };
        break;
      case 'denied':
        return { error: result.reason };
      case 'unreadable':
        // The error is reported at the end, so that one damaged record does not stop the others.
        failing.add(`${region} ${idOf(pending)}`);
        firstUnreadable ??= result.reason;
        break;
      case 'in-sandbox':
        return { isInSandbox: true };
      case 'out-of-time':
        return {};
      case 'nothing-due':
        break;
      default:
        result satisfies never;
    }
  }
  const ending = region === homeRegion ? await lookUpMessages(run) : {};
  return firstUnreadable === undefined ? ending : { error: firstUnreadable };
}

/** Returns the addresses that are due, oldest first, with those that failed in the last run at the end. */
async function nextAddresses(region: string, { outbox, clock, failing }: Run): Promise<PendingAddress[]> {
  const pending = await outbox.listPending(region, clock(), importJobThreshold);
  const failed = pending.filter((one) => failing.delete(`${region} ${idOf(one)}`));
  const others = pending.filter((one) => !failed.includes(one));
  return [...others, ...failed].slice(0, maxAddressesPerRun);
}

function idOf({ list, address }: PendingAddress): string {
  return `${list} ${address}`;
}

/** Looks up the messages of addresses that were adopted from the list. Runs last, because nothing depends on it. */
async function lookUpMessages(run: Run): Promise<Partial<SyncEntry>> {
  const { outbox, clock, sleep, remaining } = run;
  for (const pending of await outbox.listPending(messageLookup, clock(), maxAddressesPerRun)) {
    const result = await syncAddress(messageLookup, pending.address, forRecord(pending, run));
    if (result.kind === 'denied') return { error: result.reason };
    if (result.kind !== 'done' && result.kind !== 'nothing-due' && result.kind !== 'unreadable') break;
    if (remaining() <= lookupIntervalMs) break;
    await sleep(lookupIntervalMs);
  }
  return {};
}
