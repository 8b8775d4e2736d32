import type { Alarm, AlarmName, AutoPauseState } from '../domain/reputation/alarm.ts';
import type { CounterBucket } from '../domain/reputation/counter-bucket.ts';
import type { ContributorCounts } from '../domain/reputation/top-contributors.ts';

/** What is held of one scope, read in one go. */
export type ScopeState = {
  /** Oldest first, of the last 31 days. */
  readonly buckets: readonly CounterBucket[];
  /** Of the account: the sends that were taken from SES's own statistics, by five minutes, as far as they can still be replaced. */
  readonly sesSends: ReadonlyMap<number, number>;
  /** Recipients that feedback came in for, by the hour it came in. Epoch milliseconds of the hour's start. */
  readonly received: ReadonlyMap<number, number>;
  /** Those that have ever left `ok`. */
  readonly alarms: readonly (AlarmName & { readonly alarm: Alarm })[];
  /** Adds the hours that are over to the item of their day, as they were read. Who loses a race leaves it to the next run. */
  rollUp(now: number): Promise<void>;
};

/** What watching the rates needs of a database. */
export type ReputationStore = {
  /** The scopes mail was sent in lately, without the account. */
  knownScopes(): Promise<string[]>;
  /** @param consistent what is about to be told is read once more, with all writes that were answered */
  read(scope: string, now: number, consistent?: boolean): Promise<ScopeState>;
  /** What went bad with the account's mails of a time, by what may be its cause. */
  contributors(from: number, until: number): Promise<ContributorCounts>;
  /**
   * Writes a changed alarm, with its notice.
   * @param read the version that was read
   * @returns whether it was still that version: otherwise another run has been faster
   */
  saveAlarm(name: AlarmName, alarm: Alarm, read: number): Promise<boolean>;
  /** Takes over a notice that its writer has not published. @returns whether no other run did */
  takePending(name: AlarmName, alarm: Alarm, retryAt: number): Promise<boolean>;
  /** What became of the order to pause. */
  saveAutoPause(name: AlarmName, version: number, brake: AutoPauseState): Promise<void>;
  /** The notice is out. */
  clearPending(name: AlarmName, version: number): Promise<void>;
  /** Writes the sends of an hour's slots as SES counted them, in place of what was written before. */
  setSends(hour: number, bySlot: ReadonlyMap<number, number>): Promise<void>;
};
