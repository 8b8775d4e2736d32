import { homeRegion } from '../domain/suppression/account-list-state.ts';

/** What was told one Region's list in one run. */
export type DrainEntry = {
  readonly kind: 'account-list';
  readonly region: string;
  readonly told: number;
  readonly refused: number;
  /** What is due and not told yet; more than a thousand are not counted. */
  readonly left?: number;
  /** For how long the oldest of them has been waiting. Milliseconds. */
  readonly oldest?: number;
  /** What is to be said of an import job. */
  readonly job?: string;
  /** SES does not let an account in the sandbox write to its list: everything waits. */
  readonly isInSandbox?: true;
  /** Why the run ended early. */
  readonly fault?: string;
};

/** An address SES does not take. It is suppressed all the same, by us. */
export type RefusedEntry = {
  readonly kind: 'refused';
  readonly region: string;
  /** Masked. */
  readonly address: string;
  readonly reason: string;
};

export type AccountListEntry = DrainEntry | RefusedEntry;
export type AccountListLog = (entry: AccountListEntry) => void;

/**
 * The log line of a Region is its metric, in CloudWatch's embedded metric format: for how many seconds SES's list has been behind. In
 * the sandbox it cannot be written to, and being behind is no matter there.
 */
export function withMetric(entry: AccountListEntry, now: number, namespace: string): object {
  if (entry.kind !== 'account-list' || entry.oldest === undefined || entry.isInSandbox) return entry;
  const Metrics = [{ Name: 'AccountListDelay', Unit: 'Seconds' }];
  const CloudWatchMetrics = [{ Namespace: namespace, Dimensions: [['region']], Metrics }];
  return { ...entry, AccountListDelay: Math.floor(entry.oldest / 1000), _aws: { Timestamp: now, CloudWatchMetrics } };
}

/** For a person at a terminal. */
export function readableAccountListEntry(entry: AccountListEntry): string {
  const where = entry.region === homeRegion ? "SES's list" : `SES's list in ${entry.region}`;
  if (entry.kind === 'refused')
    return `${where} does not take ${entry.address} (${entry.reason}); it stays suppressed here`;
  const { told, refused, left = 0, job, isInSandbox, fault } = entry;
  const parts = [
    `${told} told`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(left > 0 ? [`${left > 1000 ? 'more than 1,000' : left} left`] : []),
    ...(job === undefined ? [] : [`import job: ${job}`]),
    ...(isInSandbox
      ? ['the account is in the sandbox, where SES does not let its list be written to: all of it waits']
      : []),
    ...(fault === undefined ? [] : [`stopped: ${fault}`]),
  ];
  return `${where}: ${parts.join('; ')}`;
}
