import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { type Alarm, type AlarmName, type AlarmRule, initialAlarm } from '../../../shared/domain/reputation/alarm.ts';
import type { CounterBucket } from '../../../shared/domain/reputation/counter-bucket.ts';
import {
  type EvaluatedAlarm,
  evaluateScope,
  type ScopeSnapshot,
} from '../../../shared/domain/reputation/evaluate-scope.ts';
import type { Datapoint } from '../../../shared/domain/reputation/headroom.ts';
import type { RateName } from '../../../shared/domain/reputation/rate-name.ts';
import { hour, noon } from '../../support/ses.ts';

/** What a scope is judged by, an hour after noon; what a test does not care about is nothing. */
export function sight(fields: Partial<ScopeSnapshot> = {}): ScopeSnapshot {
  return {
    scope: 'account',
    buckets: [],
    received: new Map(),
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

/** Mails of noon. */
export function stretch(fields: Partial<CounterBucket> = {}): CounterBucket {
  return { start: noon, sends: 0, hard: 0, complaints: 0, prevented: 0, ...fields };
}

export function held(name: AlarmName, fields: Partial<Alarm>): AlarmName & { alarm: Alarm } {
  return { ...name, alarm: { ...initialAlarm, ...fields } };
}

/** One alarm of a look. */
export function judge(fields: Partial<ScopeSnapshot>, rule: AlarmRule, metric?: RateName): EvaluatedAlarm {
  const judged = evaluateScope(sight(fields)).find(({ name }) => name.rule === rule && name.metric === metric);
  if (judged === undefined) throw new Error(`no ${rule} of ${metric}`);
  return judged;
}

/** SES's two rates, each with so many values up to the time of the look, a quarter of an hour apart. */
export function reputation(bounceRate: readonly number[], complaintRate: readonly number[] = []) {
  const series = (values: readonly number[]): Datapoint[] =>
    values.map((value, index) => ({ at: noon + hour + (index + 1 - values.length) * 15 * 60_000, value }));
  return { bounceRate: series(bounceRate), complaintRate: series(complaintRate) };
}
