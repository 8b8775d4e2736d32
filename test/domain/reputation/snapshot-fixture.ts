import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { type Alarm, type AlarmName, type AlarmRule, calm } from '../../../shared/domain/reputation/alarm.ts';
import type { Stretch } from '../../../shared/domain/reputation/counter-bucket.ts';
import { type Judged, judgeScope, type Sight } from '../../../shared/domain/reputation/evaluate-scope.ts';
import type { Datapoint } from '../../../shared/domain/reputation/headroom.ts';
import type { RateName } from '../../../shared/domain/reputation/rate-name.ts';
import { hour, noon } from '../../support/ses.ts';

/** What a scope is judged by, an hour after noon; what a test does not care about is nothing. */
export function sight(fields: Partial<Sight> = {}): Sight {
  return {
    scope: 'account',
    stretches: [],
    received: new Map(),
    alarms: [],
    facts: {},
    policy: defaultPolicy,
    now: noon + hour,
    until: noon + hour,
    scopes: 1,
    speakers: [],
    isResumed: false,
    ...fields,
  };
}

/** Mails of noon. */
export function stretch(fields: Partial<Stretch> = {}): Stretch {
  return { start: noon, sends: 0, hard: 0, complaints: 0, prevented: 0, ...fields };
}

export function held(name: AlarmName, fields: Partial<Alarm>): AlarmName & { alarm: Alarm } {
  return { ...name, alarm: { ...calm, ...fields } };
}

/** One alarm of a look. */
export function judge(fields: Partial<Sight>, rule: AlarmRule, metric?: RateName): Judged {
  const judged = judgeScope(sight(fields)).find(({ name }) => name.rule === rule && name.metric === metric);
  if (judged === undefined) throw new Error(`no ${rule} of ${metric}`);
  return judged;
}

/** SES's two rates, each with so many values up to the time of the look, a quarter of an hour apart. */
export function reputation(bounceRate: readonly number[], complaintRate: readonly number[] = []) {
  const series = (values: readonly number[]): Datapoint[] =>
    values.map((value, index) => ({ at: noon + hour + (index + 1 - values.length) * 15 * 60_000, value }));
  return { bounceRate: series(bounceRate), complaintRate: series(complaintRate) };
}
