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
