import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';

/** What is looked at of a record. */
export type SeenRecord = Pick<
  SuppressionRecord,
  'status' | 'reason' | 'until' | 'evidence' | 'pendingSync' | 'syncStates'
>;

/** All the suite does to the world. Errors are sentences that say what to do. */
export type Ports = {
  /** @returns the message id, as soon as SES has taken the mail */
  sendMail(to: string): Promise<string>;
  /** As an application asks. */
  isSuppressed(address: string): Promise<boolean>;
  readRecord(address: string): Promise<SeenRecord | undefined>;
  /** Whether SES's own list holds it. */
  isOnAccountList(address: string): Promise<boolean>;
  /** Deletes all that the suppressions table holds of the address, and says how many items that were. */
  removeRecords(address: string): Promise<number>;
  /** All counters of all rates. Missing where other mail is counted meanwhile. */
  readCounters?(): Promise<Readonly<Record<string, number>>>;
  /** Why messages were given up, a line each. Missing where they may be somebody else's. */
  readDeadLetters?(): Promise<readonly string[]>;
  /** Epoch milliseconds. */
  clock(): number;
  /** Rejects when the signal is raised. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  print(line: string): void;
};

/** How long and how fast. All times in milliseconds. */
export type Settings = {
  /** The longest a mailbox is waited for, from its send. */
  readonly timeout: number;
  /** From one send to the next: in the sandbox SES takes one a second. */
  readonly sendEvery: number;
  /** From one call about SES's own list to the next: it takes one a second. */
  readonly callEvery: number;
  /** How long after the last suppression those who must not be suppressed are still watched. */
  readonly linger: number;
  /** `simulatorHours` of the policy. */
  readonly simulatorHours: number;
  /** The command that says more when something is not as expected. */
  readonly nextStep: string;
  /** Raised on Ctrl-C: no more mail, no more waiting, but the clean-up. */
  readonly signal?: AbortSignal;
};
