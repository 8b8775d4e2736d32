import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { type Alarm, initialAlarm, type RaisedAlarm } from '../../../shared/domain/reputation/alarm.ts';
import type { AlarmName, AlarmRule } from '../../../shared/domain/reputation/alarm-name.ts';
import type { AlarmStatus } from '../../../shared/domain/reputation/alarm-status.ts';
import type { CounterBucket } from '../../../shared/domain/reputation/counter-bucket.ts';
import { type EvaluatedAlarm, evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import type { RateName } from '../../../shared/domain/reputation/rate-name.ts';
import type { ScopeSnapshot } from '../../../shared/domain/reputation/scope-snapshot.ts';
import type { Datapoint } from '../../../shared/domain/reputation/ses-metrics.ts';
import { hour, noon } from '../../support/ses.ts';

/** Builds the snapshot of a scope at an hour after noon. Fields that a test does not set are empty. */
export function snapshot(fields: Partial<ScopeSnapshot> = {}): ScopeSnapshot {
  return {
    scope: 'account',
    buckets: [],
    received: new Map(),
    senderFaults: [],
    providerBounces: [],
    knownBounces: [],
    alarms: [],
    sesMetrics: {},
    policy: defaultPolicy,
    now: noon + hour,
    until: noon + hour,
    scopeCount: 1,
    inhibitors: [],
    isResumed: false,
    ...fields,
  };
}

/** Builds a bucket of emails sent at noon. */
export function bucket(fields: Partial<CounterBucket> = {}): CounterBucket {
  return { start: noon, sends: 0, hard: 0, complaints: 0, prevented: 0, ...fields };
}

/** The fields of an alarm of any status, also in combinations that only a damaged item has. */
export type AlarmFields = Partial<Omit<RaisedAlarm, 'status'> & { readonly status: AlarmStatus }>;

/** Builds an alarm as the table stores it. */
export function stored(name: AlarmName, fields: AlarmFields): AlarmName & { alarm: Alarm } {
  return { ...name, alarm: { ...initialAlarm, ...fields } as Alarm };
}

/** Evaluates the scope, and returns one of its alarms. */
export function evaluateAlarm(fields: Partial<ScopeSnapshot>, rule: AlarmRule, metric?: RateName): EvaluatedAlarm {
  const evaluated = evaluateScope(snapshot(fields)).find(({ name }) => name.rule === rule && name.metric === metric);
  if (evaluated === undefined) throw new Error(`the scope has no alarm ${rule} of ${metric}`);
  return evaluated;
}

/** Builds the two rates that SES measures, with a value every quarter of an hour up to the time of the snapshot. */
export function reputation(bounceRate: readonly number[], complaintRate: readonly number[] = []) {
  const series = (values: readonly number[]): Datapoint[] =>
    values.map((value, index) => ({ at: noon + hour + (index + 1 - values.length) * 15 * 60_000, value }));
  return { bounceRate: series(bounceRate), complaintRate: series(complaintRate) };
}
