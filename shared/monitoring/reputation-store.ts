import type { Ledger } from '../domain/aws-window/ledger.ts';
import type { Alarm, AutoPauseState } from '../domain/reputation/alarm.ts';
import type { AlarmName } from '../domain/reputation/alarm-name.ts';
import type { CounterBucket } from '../domain/reputation/counter-bucket.ts';
import type { KnownBounces } from '../domain/reputation/known-bounces.ts';
import type { ProviderBounces } from '../domain/reputation/provider-bounces.ts';
import type { ProviderIncident } from '../domain/reputation/provider-incident.ts';
import type { ReceivedCounts } from '../domain/reputation/received-counts.ts';
import type { SenderFaultBucket } from '../domain/reputation/sender-faults.ts';
import type { ContributorCounts } from '../domain/reputation/top-contributors.ts';

/** The counters and alarms of one scope, read in one query. */
export type ScopeState = {
  /** The buckets of the last 31 days, oldest first. */
  readonly buckets: readonly CounterBucket[];
  /**
   * For the account: the sends that were taken from SES's own statistics, by start of five minutes, as long as they can
   * be replaced.
   */
  readonly sesSends: ReadonlyMap<number, number>;
  /** The numbers of recipients in feedback, by the start of the hour in which it was received. Epoch milliseconds. */
  readonly received: ReadonlyMap<number, ReceivedCounts>;
  /** The alarms that have left `ok` at least once. */
  readonly alarms: readonly (AlarmName & { readonly alarm: Alarm })[];
  /** For the account: what it has sent for 400 days. Missing if it was never written. */
  readonly ledger?: Ledger;
  /** Since when all counters were read, epoch milliseconds. */
  readonly countedFrom: number;
  /** What the store read, in its own form. `rollUp` writes only if the table still holds the same. */
  readonly asRead: unknown;
};

/** What receiving servers refused in the last day. */
export type Refusals = {
  readonly senderFaults: readonly SenderFaultBucket[];
  readonly providerBounces: readonly ProviderBounces[];
  readonly knownBounces: readonly KnownBounces[];
};

/** The database operations that monitoring needs. All of them throw StoreError. */
export type ReputationStore = {
  /** Returns the scopes with recent sends, without the account. */
  knownScopes(): Promise<string[]>;
  /** @param consistent reads all writes that have been acknowledged. @default false */
  read(scope: string, now: number, consistent?: boolean): Promise<ScopeState>;
  /**
   * Adds the counters of hours that are over to those of their day. Does nothing if another process has written them
   * since `state` was read.
   */
  rollUp(scope: string, state: ScopeState, now: number): Promise<void>;
  /**
   * Returns the counts, by contributor, of bounces and complaints about the account's emails that were sent in a time
   * window.
   */
  contributors(from: number, until: number): Promise<ContributorCounts>;
  /** Returns what was refused in the last day: for a fault of the sender, by hour and cause; and permanently, by hour and provider. */
  refusals(now: number): Promise<Refusals>;
  /** Writes what an evaluation has seen of an outage. The same outage can be written any number of times. */
  saveIncident(incident: ProviderIncident): Promise<void>;
  /** Returns the outages of the last 400 days, oldest first. */
  incidents(): Promise<ProviderIncident[]>;
  /**
   * Writes a changed alarm together with its notice, if the alarm still has the version that was read.
   *
   * @param versionRead the version that was read; 0 if the alarm was never written
   * @returns false if another run has changed the alarm since
   */
  saveAlarm(name: AlarmName, alarm: Alarm, versionRead: number): Promise<boolean>;
  /** Takes over a notice that its writer has not published. Returns false if another run took it over. */
  takePending(name: AlarmName, alarm: Alarm, retryAt: number): Promise<boolean>;
  /** Writes the result of an automatic pause. */
  saveAutoPause(name: AlarmName, version: number, autoPause: AutoPauseState): Promise<void>;
  /** Removes the notice of an alarm after it was published. */
  clearPending(name: AlarmName, version: number): Promise<void>;
  /**
   * Writes the ledger of the account, if it still has the version that was read.
   *
   * @returns false if another run has written it since
   */
  saveLedger(ledger: Ledger, versionRead: number): Promise<boolean>;
  /** Writes the sends of an hour, by slot, as counted by SES. Replaces what an earlier call wrote. */
  setSends(hour: number, bySlot: ReadonlyMap<number, number>): Promise<void>;
};
