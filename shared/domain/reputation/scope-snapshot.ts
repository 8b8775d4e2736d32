import type { Ledger } from '../aws-window/ledger.ts';
import type { Policy } from '../policy/policy.ts';
import { type Alarm, initialAlarm } from './alarm.ts';
import type { AlarmName } from './alarm-name.ts';
import type { CounterBucket } from './counter-bucket.ts';
import type { EntityStatuses } from './entity-status.ts';
import type { CurrentAlarm } from './inhibits.ts';
import type { KnownBounces } from './known-bounces.ts';
import type { ProviderBounces } from './provider-bounces.ts';
import type { RateName } from './rate-name.ts';
import type { ReceivedCounts } from './received-counts.ts';
import type { SenderFaultBucket } from './sender-faults.ts';
import type { SesMetrics } from './ses-metrics.ts';

/** Everything that the rules evaluate one scope on. Times are in epoch milliseconds. */
export type ScopeSnapshot = {
  readonly scope: string;
  /** Oldest first. */
  readonly buckets: readonly CounterBucket[];
  /** Bounces and complaints received, by the start of the hour they arrived in. */
  readonly received: ReadonlyMap<number, ReceivedCounts>;
  /** What was refused for a fault of the sender in the last day. Empty for every other scope than the account. */
  readonly senderFaults: readonly SenderFaultBucket[];
  /** The hard bounces of the last day, by hour and provider. Empty for every other scope than the account. */
  readonly providerBounces: readonly ProviderBounces[];
  /** The hard bounces of the last day by whether emails were delivered to their addresses. Empty without the memory of deliveries. */
  readonly knownBounces: readonly KnownBounces[];
  /** The stored alarms of the scope. An alarm that was never written is not in the list. */
  readonly alarms: readonly (AlarmName & { readonly alarm: Alarm })[];
  /** What the account has sent for 400 days. Missing for every other scope, and until it was written. */
  readonly ledger?: Ledger;
  /** The figures of SES, which describe the account. Empty for every other scope. */
  readonly sesMetrics: SesMetrics;
  /** What SES says of the tenants. Missing if it is not known. */
  readonly entityStatuses?: EntityStatuses;
  readonly policy: Policy;
  readonly now: number;
  /** Emails sent from this time on are not evaluated yet, because their bounces can arrive before the events that count them. */
  readonly until: number;
  /** The number of scopes evaluated besides the account. */
  readonly scopeCount: number;
  /**
   * The alarms of the account, which inhibit those of the other scopes. `undefined` if the account could not be evaluated: no alarm then
   * gets worse, because the account's alarm might report the same incident.
   */
  readonly inhibitors: readonly CurrentAlarm[] | undefined;
  /** Whether an operator has resumed sending of this configuration set or tenant after ses-feedback paused it. */
  readonly isResumed: boolean;
  /** Why nothing may be paused because of a rate, if there is a reason. */
  readonly pauseObstacles?: Readonly<Partial<Record<RateName, string>>>;
};

/** Returns the stored alarm of a rule, or an alarm that was never raised if none is stored. */
export function storedAlarm({ alarms }: ScopeSnapshot, name: AlarmName): Alarm {
  const isNamed = ({ rule, metric, cause }: AlarmName) =>
    rule === name.rule && metric === name.metric && cause === name.cause;
  return alarms.find(isNamed)?.alarm ?? initialAlarm;
}
