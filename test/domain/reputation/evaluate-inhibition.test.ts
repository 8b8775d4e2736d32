import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { quiet } from '../../../shared/domain/reputation/cusum.ts';
import { judgeScope, type Sight, type Standing } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { hour, noon } from '../../support/ses.ts';
import { held, judge, reputation, sight, stretch } from './snapshot-fixture.ts';

const news = 'configuration-set:news';
const bad = stretch({ sends: 2000, hard: 400 });
const bounces = (scope: string, rule: 'excess' | 'headroom' = 'excess') =>
  ({ scope, rule, metric: 'bounceRate' }) as const;

describe('who speaks', () => {
  const told = (fields: Partial<Sight>) =>
    judgeScope(sight(fields)).flatMap(({ name: { rule, metric }, change }) =>
      change?.notice ? `${rule} ${metric} ${change.notice}` : [],
    );

  test('is the critical one of an account, in either order', () => {
    const stretches = [bad];
    expect(told({ stretches, facts: { reputation: reputation([0.035]) } })).toEqual(['excess bounceRate raised']);
    const some = [stretch({ sends: 500, hard: 28 })];
    expect(judge({ stretches: some }, 'excess', 'bounceRate').judgement.status).toBe('approaching');
    expect(told({ stretches: some, facts: { reputation: reputation([0.05]) } })).toEqual([
      'headroom bounceRate raised',
    ]);
  });

  test('are both where both are as bad, or of different rates', () => {
    expect(told({ stretches: [bad], facts: { reputation: reputation([0.05]) } })).toEqual([
      'excess bounceRate raised',
      'headroom bounceRate raised',
    ]);
    expect(told({ stretches: [bad], facts: { reputation: reputation([], [0.0007]) } })).toEqual([
      'excess bounceRate raised',
      'headroom complaintRate raised',
    ]);
  });

  test('is one that stands from before, though nothing is known of it now', () => {
    const alarms = [held(bounces('account', 'headroom'), { status: 'critical', announced: 'critical' })];
    const some = [stretch({ sends: 500, hard: 28 })];
    expect(judge({ stretches: some, alarms }, 'excess', 'bounceRate').judgement.isInhibited).toBe(true);
  });

  test('is the account for its parts, until it is over there', () => {
    const speaker: Standing = { ...bounces('account'), status: 'critical' };
    const part = { scope: news, stretches: [bad] };
    expect(told({ ...part, speakers: [speaker] })).toEqual([]);
    const { change } = judge({ ...part, speakers: [speaker] }, 'excess', 'bounceRate');
    const alarms = change ? [{ ...bounces(news), alarm: change.alarm }] : [];
    expect(told({ ...part, alarms, speakers: [speaker] })).toEqual([]);
    expect(told({ ...part, speakers: [{ ...speaker, status: 'approaching' }] })).toEqual([]);
    expect(told({ ...part, speakers: [{ ...speaker, status: 'ok' }] })).toEqual(['excess bounceRate raised']);
    expect(told({ ...part, speakers: [{ ...speaker, metric: 'complaintRate' }] })).toHaveLength(1);
  });
});

describe('the brake', () => {
  const policy = readPolicy({ brake: { pauseOnCritical: true, atLeastSends: 1000 } });
  const brakes = (fields: Partial<Sight>) =>
    judge({ policy, scope: news, stretches: [bad], ...fields }, 'excess', 'bounceRate').change?.alarm.brake;

  test('is due where a configuration set turns critical after enough mails', () => {
    expect(brakes({})).toEqual({ kind: 'due' });
    expect(brakes({ stretches: [stretch({ sends: 1000, hard: 200 })] })).toEqual({ kind: 'due' });
    expect(brakes({ speakers: [{ ...bounces('account'), status: 'critical' }] })).toEqual({ kind: 'due' });
  });

  test('is not after fewer, nor where the policy has none, nor for anything else', () => {
    expect(brakes({ stretches: [stretch({ sends: 999, hard: 200 })] })).toBeUndefined();
    expect(brakes({ policy: readPolicy({}) })).toBeUndefined();
    for (const scope of ['account', 'tenant:a', 'tag:configuration-set:=a']) expect(brakes({ scope })).toBeUndefined();
  });

  const watch = { from: noon - hour, raisedAt: noon };
  const paused = held(bounces(news), {
    status: 'critical',
    announced: 'critical',
    version: 1,
    watch,
    since: noon,
    toldAt: noon,
    brake: { kind: 'done', at: noon },
  });
  const good = stretch({ start: noon, sends: 10_000 });

  test('that is done holds its alarm, however good what was still sent may be', () => {
    const { judgement, change } = judge({ scope: news, alarms: [paused], stretches: [good] }, 'excess', 'bounceRate');
    expect([judgement.status, judgement.watch, change]).toEqual(['critical', watch, undefined]);
  });

  test('is armed again when somebody has resumed the sending, and what was before counts no more', () => {
    const resumed = { scope: news, policy, alarms: [paused], stretches: [bad], isResumed: true };
    const { change } = judge(resumed, 'excess', 'bounceRate');
    expect(change).toEqual({
      alarm: {
        status: 'ok',
        announced: 'ok',
        version: 2,
        watch: { from: noon + hour, raisedAt: quiet.raisedAt },
        toldAt: noon + hour,
      },
      notice: 'resolved',
    });
    const next = { ...resumed, isResumed: false, alarms: [{ ...bounces(news), alarm: change?.alarm ?? paused.alarm }] };
    expect(judge(next, 'excess', 'bounceRate').judgement.status).toBe('ok');
    const again = { ...next, stretches: [{ ...bad, start: noon + hour }], until: noon + 2 * hour };
    expect(judge(again, 'excess', 'bounceRate').change?.alarm.brake).toEqual({ kind: 'due' });
  });

  test('that is only due, or of the other rate, ends nothing when the sending goes on', () => {
    const due = { ...paused, alarm: { ...paused.alarm, brake: { kind: 'due' } as const } };
    const status = (alarms: Sight['alarms']) =>
      judge({ scope: news, alarms, stretches: [bad], isResumed: true }, 'excess', 'bounceRate').judgement.status;
    expect(status([due])).toBe('critical');
    expect(status([{ ...paused, metric: 'complaintRate' }])).toBe('critical');
  });
});
