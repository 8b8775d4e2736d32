import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { initialCusum } from '../../../shared/domain/reputation/cusum.ts';
import {
  type CurrentAlarm,
  evaluateScope,
  type ScopeSnapshot,
} from '../../../shared/domain/reputation/evaluate-scope.ts';
import { hour, noon } from '../../support/ses.ts';
import { held, judge, reputation, sight, stretch } from './snapshot-fixture.ts';

const news = 'configuration-set:news';
const bad = stretch({ sends: 2000, hard: 400 });
const bounces = (scope: string, rule: 'rate-exceeded' | 'near-threshold' = 'rate-exceeded') =>
  ({ scope, rule, metric: 'bounceRate' }) as const;

describe('who speaks', () => {
  const told = (fields: Partial<ScopeSnapshot>) =>
    evaluateScope(sight(fields)).flatMap(({ name: { rule, metric }, change }) =>
      change?.notice ? `${rule} ${metric} ${change.notice}` : [],
    );

  test('is the critical one of an account, in either order', () => {
    const buckets = [bad];
    expect(told({ buckets, sesMetrics: { reputation: reputation([0.035]) } })).toEqual(['excess bounceRate raised']);
    const some = [stretch({ sends: 500, hard: 28 })];
    expect(judge({ buckets: some }, 'rate-exceeded', 'bounceRate').result.status).toBe('approaching');
    expect(told({ buckets: some, sesMetrics: { reputation: reputation([0.05]) } })).toEqual([
      'headroom bounceRate raised',
    ]);
  });

  test('are both where both are as bad, or of different rates', () => {
    expect(told({ buckets: [bad], sesMetrics: { reputation: reputation([0.05]) } })).toEqual([
      'excess bounceRate raised',
      'headroom bounceRate raised',
    ]);
    expect(told({ buckets: [bad], sesMetrics: { reputation: reputation([], [0.0007]) } })).toEqual([
      'excess bounceRate raised',
      'headroom complaintRate raised',
    ]);
  });

  test('is one that stands from before, though nothing is known of it now', () => {
    const alarms = [held(bounces('account', 'near-threshold'), { status: 'critical', announced: 'critical' })];
    const some = [stretch({ sends: 500, hard: 28 })];
    expect(judge({ buckets: some, alarms }, 'rate-exceeded', 'bounceRate').result.isInhibited).toBe(true);
  });

  test('is the account for its parts, until it is over there', () => {
    const speaker: CurrentAlarm = { ...bounces('account'), status: 'critical' };
    const part = { scope: news, buckets: [bad] };
    expect(told({ ...part, inhibitors: [speaker] })).toEqual([]);
    const { change } = judge({ ...part, inhibitors: [speaker] }, 'rate-exceeded', 'bounceRate');
    const alarms = change ? [{ ...bounces(news), alarm: change.alarm }] : [];
    expect(told({ ...part, alarms, inhibitors: [speaker] })).toEqual([]);
    expect(told({ ...part, inhibitors: [{ ...speaker, status: 'approaching' }] })).toEqual([]);
    expect(told({ ...part, inhibitors: [{ ...speaker, status: 'ok' }] })).toEqual(['excess bounceRate raised']);
    expect(told({ ...part, inhibitors: [{ ...speaker, metric: 'complaintRate' }] })).toHaveLength(1);
  });
});

describe('the brake', () => {
  const policy = readPolicy({ autoPause: { enabled: true, minSends: 1000 } });
  const brakes = (fields: Partial<ScopeSnapshot>) =>
    judge({ policy, scope: news, buckets: [bad], ...fields }, 'rate-exceeded', 'bounceRate').change?.alarm.autoPause;

  test('is due where a configuration set turns critical after enough mails', () => {
    expect(brakes({})).toEqual({ kind: 'due' });
    expect(brakes({ buckets: [stretch({ sends: 1000, hard: 200 })] })).toEqual({ kind: 'due' });
    expect(brakes({ inhibitors: [{ ...bounces('account'), status: 'critical' }] })).toEqual({ kind: 'due' });
  });

  test('is not after fewer, nor where the policy has none, nor for anything else', () => {
    expect(brakes({ buckets: [stretch({ sends: 999, hard: 200 })] })).toBeUndefined();
    expect(brakes({ policy: readPolicy({}) })).toBeUndefined();
    for (const scope of ['account', 'tenant:a', 'tag:configuration-set:=a']) expect(brakes({ scope })).toBeUndefined();
  });

  const cusum = { from: noon - hour, raisedAt: noon };
  const paused = held(bounces(news), {
    status: 'critical',
    announced: 'critical',
    version: 1,
    cusum,
    since: noon,
    notifiedAt: noon,
    autoPause: { kind: 'done', at: noon },
  });
  const good = stretch({ start: noon, sends: 10_000 });

  test('that is done holds its alarm, however good what was still sent may be', () => {
    const { result, change } = judge({ scope: news, alarms: [paused], buckets: [good] }, 'rate-exceeded', 'bounceRate');
    expect([result.status, result.cusum, change]).toEqual(['critical', cusum, undefined]);
  });

  test('is armed again when somebody has resumed the sending, and what was before counts no more', () => {
    const resumed = { scope: news, policy, alarms: [paused], buckets: [bad], isResumed: true };
    const { change } = judge(resumed, 'rate-exceeded', 'bounceRate');
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
    expect(judge(next, 'rate-exceeded', 'bounceRate').result.status).toBe('ok');
    const again = { ...next, buckets: [{ ...bad, start: noon + hour }], until: noon + 2 * hour };
    expect(judge(again, 'rate-exceeded', 'bounceRate').change?.alarm.autoPause).toEqual({ kind: 'due' });
  });

  test('that is only due, or of the other rate, ends nothing when the sending goes on', () => {
    const due = { ...paused, alarm: { ...paused.alarm, autoPause: { kind: 'due' } as const } };
    const status = (alarms: ScopeSnapshot['alarms']) =>
      judge({ scope: news, alarms, buckets: [bad], isResumed: true }, 'rate-exceeded', 'bounceRate').result.status;
    expect(status([due])).toBe('critical');
    expect(status([{ ...paused, metric: 'complaintRate' }])).toBe('critical');
  });
});
