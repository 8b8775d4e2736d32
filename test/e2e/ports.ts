import type { SuppressionRecord } from '../../shared/domain/suppression/record.ts';

/** The fields of a record that the suite checks. */
export type ObservedRecord = Pick<
  SuppressionRecord,
  'status' | 'reason' | 'until' | 'evidence' | 'pendingSync' | 'syncStates'
>;

/** Everything the suite needs from outside: SES, the table and the clock. Error messages say what to do. */
export type Ports = {
  /** Sends an email. Returns its message id as soon as SES has accepted it. */
  sendEmail(to: string): Promise<string>;
  /** Asks the library, as an application would. */
  isSuppressed(address: string): Promise<boolean>;
  readRecord(address: string): Promise<ObservedRecord | undefined>;
  /** Returns whether the address is on the account suppression list of SES. */
  isOnAccountList(address: string): Promise<boolean>;
  /** Deletes all items of the address in the suppressions table. Returns how many there were. */
  removeRecords(address: string): Promise<number>;
  /** Returns the counters of all rates. Missing if other emails are counted at the same time. */
  readCounters?(): Promise<Readonly<Record<string, number>>>;
  /** Returns the reason of each dead letter. Missing if dead letters may have other causes. */
  readDeadLetters?(): Promise<readonly string[]>;
  /** Returns epoch milliseconds. */
  clock(): number;
  /** Rejects when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  print(line: string): void;
};

export type Settings = {
  /** How long the suite waits for the suppression of an address, from its send. */
  readonly timeoutMs: number;
  /** Pause between two sends. In the sandbox, SES accepts one email per second. */
  readonly sendIntervalMs: number;
  /** Pause between two reads of the account suppression list. SES accepts one call per second. */
  readonly callIntervalMs: number;
  /** How long the suite watches the addresses that must not be suppressed, after the last suppression. */
  readonly lingerMs: number;
  /** `simulatorHours` of the policy. */
  readonly simulatorHours: number;
  /** The command that shows more about an unexpected result. */
  readonly nextStep: string;
  /** Aborted on Ctrl-C: the suite stops sending and waiting, and cleans up. */
  readonly signal?: AbortSignal;
};
