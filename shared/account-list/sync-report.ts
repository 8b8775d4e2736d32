import { homeRegion } from '../domain/suppression/account-list-state.ts';

/** The result of one run for one Region. */
export type SyncEntry = {
  readonly kind: 'account-list';
  readonly region: string;
  /** Number of addresses whose desired state the list now has. */
  readonly synced: number;
  /** Number of addresses that SES rejected. */
  readonly rejected: number;
  /** Number of addresses that are due and not synced yet; 1,001 stands for more than 1,000. */
  readonly pending?: number;
  /** How long the oldest pending address has been due. Milliseconds. */
  readonly oldestMs?: number;
  /** What happened to an import job. */
  readonly job?: string;
  /** The account is in the SES sandbox, where SES rejects all changes to the list. All addresses stay pending. */
  readonly isInSandbox?: true;
  /** Why the run ended early. */
  readonly error?: string;
};

/** An address that SES rejects. It stays suppressed in the table. */
export type RejectedEntry = {
  readonly kind: 'rejected';
  readonly region: string;
  /** Masked. */
  readonly address: string;
  readonly reason: string;
};

export type SyncLogEntry = SyncEntry | RejectedEntry;
export type SyncLog = (entry: SyncLogEntry) => void;

/**
 * Adds a metric to the log entry of a Region, in CloudWatch's embedded metric format: for how many seconds its list has
 * been out of date. In the sandbox there is no metric, because the list cannot be changed there and the delay does not
 * matter.
 */
export function withSyncMetric(entry: SyncLogEntry, now: number, namespace: string): object {
  if (entry.kind !== 'account-list' || entry.oldestMs === undefined || entry.isInSandbox) return entry;
  const Metrics = [{ Name: 'AccountListDelay', Unit: 'Seconds' }];
  const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [['region']], Metrics }];
  return { ...entry, AccountListDelay: Math.floor(entry.oldestMs / 1000), _aws: { Timestamp: now, CloudWatchMetrics } };
}

/** Formats a log entry as a line for a terminal. */
export function formatSyncEntry(entry: SyncLogEntry): string {
  const list = `SES account suppression list${entry.region === homeRegion ? '' : ` in ${entry.region}`}`;
  if (entry.kind === 'rejected')
    return `${list}: SES rejected ${entry.address} (${entry.reason}); the address stays suppressed in the table`;
  const { synced, rejected, pending = 0, job, isInSandbox, error } = entry;
  const parts = [
    `${synced} synced`,
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
    ...(pending > 0 ? [`${pending > 1000 ? 'more than 1,000' : pending} pending`] : []),
    ...(job === undefined ? [] : [`import job: ${job}`]),
    ...(isInSandbox ? ['the account is in the SES sandbox, where the list cannot be changed'] : []),
    ...(error === undefined ? [] : [`stopped: ${error}`]),
  ];
  return `${list}: ${parts.join('; ')}`;
}
