import { homeRegion } from '../domain/suppression/account-list-state.ts';

/** What was told one Region's list in one run. */
export type SyncEntry = {
  readonly kind: 'account-list';
  readonly region: string;
  readonly synced: number;
  readonly rejected: number;
  /** What is due and not told yet; more than a thousand are not counted. */
  readonly pending?: number;
  /** For how long the oldest of them has been waiting. Milliseconds. */
  readonly oldestMs?: number;
  /** What is to be said of an import job. */
  readonly job?: string;
  /** SES does not let an account in the sandbox write to its list: everything waits. */
  readonly isInSandbox?: true;
  /** Why the run ended early. */
  readonly error?: string;
};

/** An address SES does not take. It is suppressed all the same, by us. */
export type RejectedEntry = {
  readonly kind: 'refused';
  readonly region: string;
  /** Masked. */
  readonly address: string;
  readonly reason: string;
};

export type SyncLogEntry = SyncEntry | RejectedEntry;
export type SyncLog = (entry: SyncLogEntry) => void;

/**
 * The log line of a Region is its metric, in CloudWatch's embedded metric format: for how many seconds SES's list has been behind. In
 * the sandbox it cannot be written to, and being behind is no matter there.
 */
export function withSyncMetric(entry: SyncLogEntry, now: number, namespace: string): object {
  if (entry.kind !== 'account-list' || entry.oldestMs === undefined || entry.isInSandbox) return entry;
  const Metrics = [{ Name: 'AccountListDelay', Unit: 'Seconds' }];
  const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [['region']], Metrics }];
  return { ...entry, AccountListDelay: Math.floor(entry.oldestMs / 1000), _aws: { Timestamp: now, CloudWatchMetrics } };
}

/** For a person at a terminal. */
export function formatSyncEntry(entry: SyncLogEntry): string {
  const where = entry.region === homeRegion ? "SES's list" : `SES's list in ${entry.region}`;
  if (entry.kind === 'refused')
    return `${where} does not take ${entry.address} (${entry.reason}); it stays suppressed here`;
  const { synced, rejected, pending = 0, job, isInSandbox, error } = entry;
  const parts = [
    `${synced} told`,
    ...(rejected > 0 ? [`${rejected} refused`] : []),
    ...(pending > 0 ? [`${pending > 1000 ? 'more than 1,000' : pending} left`] : []),
    ...(job === undefined ? [] : [`import job: ${job}`]),
    ...(isInSandbox
      ? ['the account is in the sandbox, where SES does not let its list be written to: all of it waits']
      : []),
    ...(error === undefined ? [] : [`stopped: ${error}`]),
  ];
  return `${where}: ${parts.join('; ')}`;
}
