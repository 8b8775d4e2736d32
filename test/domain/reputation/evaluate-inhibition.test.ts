import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import type { Alarm } from '../../../shared/domain/reputation/alarm.ts';
import { initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import { evaluateScope } from '../../../shared/domain/reputation/evaluate-scope.ts';
import type { CurrentAlarm } from '../../../shared/domain/reputation/inhibits.ts';
import type { ScopeSnapshot } from '../../../shared/domain/reputation/scope-snapshot.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { bucket, evaluateAlarm, reputation, snapshot, stored } from './snapshot-fixture.ts';

const news = 'configuration-set:news';
const bad = bucket({ sends: 2000, hard: 400 });
const bounces = (scope: string, rule: 'rate-exceeded' | 'near-threshold' = 'rate-exceeded') =>
  ({ scope, rule, metric: 'bounceRate' }) as const;

describe('inhibition', () => {
  const notices = (fields: Partial<ScopeSnapshot>) =>
    evaluateScope(snapshot(fields)).flatMap(({ name: { rule, metric }, change }) =>
      change?.notice ? `${rule} ${metric} ${change.notice}` : [],
    );

  test('leaves the more severe of two alarms of the account, whichever rule raises it', () => {
    const buckets = [bad];
    expect(notices({ buckets, sesMetrics: { reputation: reputation([0.035]) } })).toEqual([
      'rate-exceeded bounceRate raised',
    ]);
    const slightlyBad = [bucket({ sends: 500, hard: 28 })];
    expect(evaluateAlarm({ buckets: slightlyBad }, 'rate-exceeded', 'bounceRate').result.status).toBe('approaching');
    expect(notices({ buckets: slightlyBad, sesMetrics: { reputation: reputation([0.05]) } })).toEqual([
      'near-threshold bounceRate raised',
    ]);
  });

  test('leaves both alarms if they are equally severe, or of different rates', () => {
    expect(notices({ buckets: [bad], sesMetrics: { reputation: reputation([0.05]) } })).toEqual([
      'rate-exceeded bounceRate raised',
      'near-threshold bounceRate raised',
    ]);
    expect(notices({ buckets: [bad], sesMetrics: { reputation: reputation([], [0.0007]) } })).toEqual([
      'rate-exceeded bounceRate raised',
      'near-threshold complaintRate raised',
    ]);
  });

  test('by a stored alarm continues while its own status is unknown', () => {
    const alarms = [stored(bounces('account', 'near-threshold'), { status: 'critical', announced: 'critical' })];
    const buckets = [bucket({ sends: 500, hard: 28 })];
    expect(evaluateAlarm({ buckets, alarms }, 'rate-exceeded', 'bounceRate').result.isInhibited).toBe(true);
  });

  test('by the account covers the other scopes until the alarm of the account is resolved', () => {
    const inhibitor: CurrentAlarm = { ...bounces('account'), status: 'critical' };
    const part = { scope: news, buckets: [bad] };
    expect(notices({ ...part, inhibitors: [inhibitor] })).toEqual([]);
    const { change } = evaluateAlarm({ ...part, inhibitors: [inhibitor] }, 'rate-exceeded', 'bounceRate');
    const alarms = change ? [{ ...bounces(news), alarm: change.alarm }] : [];
    expect(notices({ ...part, alarms, inhibitors: [inhibitor] })).toEqual([]);
    expect(notices({ ...part, inhibitors: [{ ...inhibitor, status: 'approaching' }] })).toEqual([]);
    expect(notices({ ...part, inhibitors: [{ ...inhibitor, status: 'ok' }] })).toEqual([
      'rate-exceeded bounceRate raised',
    ]);
    expect(notices({ ...part, inhibitors: [{ ...inhibitor, metric: 'complaintRate' }] })).toHaveLength(1);
  });
});

describe('in an evaluation without the alarms of the account', () => {
  const part = { scope: news, inhibitors: undefined, now: noon + 2 * day };
  const bounceAlarm = (fields: Partial<ScopeSnapshot>) =>
    evaluateAlarm({ ...part, ...fields }, 'rate-exceeded', 'bounceRate').change;
  const raised = { status: 'approaching', announced: 'approaching', since: noon, notifiedAt: noon } as const;
  const alarmOf = (fields: Partial<Alarm>) => [stored(bounces(news), { ...raised, ...fields } as Alarm)];

  test('no alarm is raised, or becomes critical', () => {
    expect(bounceAlarm({ buckets: [bad] })).toBeUndefined();
    expect(bounceAlarm({ buckets: [bad], alarms: alarmOf({}) })).toBeUndefined();
    expect(bounceAlarm({ buckets: [bad], inhibitors: [] })).toMatchObject({ notice: 'raised' });
  });

  test('no reminder is due, and an alarm can be resolved', () => {
    const isCritical = alarmOf({ status: 'critical', announced: 'critical' });
    const sending = [{ ...bad, start: noon + 2 * day - hour }];
    const settled = { until: noon + 2 * day, buckets: sending, alarms: isCritical };
    expect(bounceAlarm(settled)).toBeUndefined();
    expect(bounceAlarm({ ...settled, inhibitors: [] })).toMatchObject({ notice: 'reminder' });
    const cusum = { from: noon - day, raisedAt: noon - day };
    const recovered = { until: noon + 2 * day, buckets: [bucket({ sends: 2000 })], alarms: alarmOf({ cusum }) };
    expect(bounceAlarm(recovered)).toMatchObject({ notice: 'resolved' });
  });
});

describe('auto-pause', () => {
  const policy = readPolicy({ autoPause: { enabled: true, minSends: 1000 } });
  const autoPause = (fields: Partial<ScopeSnapshot>) =>
    evaluateAlarm({ policy, scope: news, buckets: [bad], ...fields }, 'rate-exceeded', 'bounceRate').change?.alarm
      .autoPause;

  test('is due when a configuration set becomes critical after the minimum number of sends', () => {
    expect(autoPause({})).toEqual({ kind: 'due' });
    expect(autoPause({ buckets: [bucket({ sends: 1000, hard: 200 })] })).toEqual({ kind: 'due' });
    expect(autoPause({ inhibitors: [{ ...bounces('account'), status: 'critical' }] })).toEqual({ kind: 'due' });
  });

  test('is not due after fewer sends, nor by default, nor for a scope of another kind', () => {
    expect(autoPause({ buckets: [bucket({ sends: 999, hard: 200 })] })).toBeUndefined();
    expect(autoPause({ policy: readPolicy({}) })).toBeUndefined();
    for (const scope of ['account', 'identity:a.example', 'tag:configuration-set:=a'])
      expect(autoPause({ scope })).toBeUndefined();
  });

  const cusum = { from: noon - hour, raisedAt: noon };
  const paused = stored(bounces(news), {
    status: 'critical',
    announced: 'critical',
    version: 1,
    cusum,
    since: noon,
    notifiedAt: noon,
    autoPause: { kind: 'done', at: noon },
  });
  const good = bucket({ start: noon, sends: 10_000 });

  test('keeps the alarm critical, however good the emails that were still sent are', () => {
    const fields = { scope: news, alarms: [paused], buckets: [good] };
    const { result, change } = evaluateAlarm(fields, 'rate-exceeded', 'bounceRate');
    expect([result.status, result.cusum, change]).toEqual(['critical', cusum, undefined]);
  });

  test('is active again once an operator has resumed sending, and ignores the emails of before', () => {
    const resumed = { scope: news, policy, alarms: [paused], buckets: [bad], isResumed: true };
    const { change } = evaluateAlarm(resumed, 'rate-exceeded', 'bounceRate');
    expect(change).toEqual({
      alarm: {
        status: 'ok',
        announced: 'ok',
        version: 2,
        cusum: { from: noon + hour, raisedAt: initialCusum.raisedAt },
        notifiedAt: noon + hour,
      },
      notice: 'resolved',
    });
    const next = { ...resumed, isResumed: false, alarms: [{ ...bounces(news), alarm: change?.alarm ?? paused.alarm }] };
    expect(evaluateAlarm(next, 'rate-exceeded', 'bounceRate').result.status).toBe('ok');
    const again = { ...next, buckets: [{ ...bad, start: noon + hour }], until: noon + 2 * hour };
    expect(evaluateAlarm(again, 'rate-exceeded', 'bounceRate').change?.alarm.autoPause).toEqual({ kind: 'due' });
  });

  test('that is only due, or that the other rate requested, does not end the alarm when sending continues', () => {
    const due = stored(bounces(news), { ...paused.alarm, autoPause: { kind: 'due' } });
    const status = (alarms: ScopeSnapshot['alarms']) =>
      evaluateAlarm({ scope: news, alarms, buckets: [bad], isResumed: true }, 'rate-exceeded', 'bounceRate').result
        .status;
    expect(status([due])).toBe('critical');
    expect(status([{ ...paused, metric: 'complaintRate' }])).toBe('critical');
  });
});
