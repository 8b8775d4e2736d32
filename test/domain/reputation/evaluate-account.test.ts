import { initialAlarm } from '../../../shared/domain/reputation/alarm.ts';
import type { ScopeSnapshot } from '../../../shared/domain/reputation/scope-snapshot.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { type AlarmFields, evaluateAlarm, stored } from './snapshot-fixture.ts';

const always = { isSending: true, requestsPause: false, isInhibited: false };

describe('the account status', () => {
  test.each([
    ['PROBATION', 'approaching'],
    ['SHUTDOWN', 'critical'],
  ] as const)('%s raises the alarm to %s at once', (enforcementStatus, status) => {
    expect(evaluateAlarm({ sesMetrics: { enforcementStatus } }, 'account-status')).toMatchObject({
      name: { scope: 'account', rule: 'account-status' },
      result: { status, ...always },
      figures: { bad: 0, total: 0, ses: { enforcementStatus } },
      change: { alarm: { status, announced: status }, notice: 'raised' },
    });
  });

  test('HEALTHY resolves the alarm, and an unknown or missing status leaves it unchanged', () => {
    const alarms = [
      stored({ scope: 'account', rule: 'account-status' }, { status: 'critical', announced: 'critical' }),
    ];
    const evaluate = (sesMetrics: ScopeSnapshot['sesMetrics']) =>
      evaluateAlarm({ sesMetrics, alarms }, 'account-status');
    expect(evaluate({ enforcementStatus: 'HEALTHY' }).change?.notice).toBe('resolved');
    expect(evaluate({ enforcementStatus: 'PENDING' })).toEqual({
      name: { scope: 'account', rule: 'account-status' },
      before: alarms[0]?.alarm,
      result: { status: undefined, ...always },
      figures: { bad: 0, total: 0, ses: { enforcementStatus: 'PENDING' } },
    });
    expect(evaluate({}).result.status).toBeUndefined();
    expect(evaluate({}).figures).toEqual({ bad: 0, total: 0 });
  });
});

describe('missing feedback', () => {
  /** The evaluation is at 13:40, so SES counts from 13:00 of the day before. */
  const now = noon + 1.66 * hour;
  const from = noon + hour - day;
  const name = { scope: 'account', rule: 'missing-feedback' } as const;
  const watchedSince = (since: number, fields: AlarmFields = {}) =>
    stored(name, { version: 1, cusum: { ...initialAlarm.cusum, from: since }, ...fields });
  const evaluate = (
    feedbackCount: number | undefined,
    received: readonly [number, number][],
    fields: Partial<ScopeSnapshot> = {},
  ) =>
    evaluateAlarm(
      {
        now,
        sesMetrics:
          feedbackCount === undefined
            ? {}
            : { feedback: { bounceRate: [{ at: from, value: feedbackCount }], complaintRate: [] } },
        received: new Map(received.map(([at, bounces]) => [at, { bounces, complaints: 0 }])),
        alarms: [watchedSince(from)],
        ...fields,
      },
      'missing-feedback',
    );

  test('raises an alarm if less than 80 % of what SES counted since the hour a day ago was received', () => {
    const received: [number, number][] = [
      [from - hour, 1000],
      [from, 4],
      [noon, 5],
    ];
    expect(evaluate(20, received)).toMatchObject({
      name: { scope: 'account', rule: 'missing-feedback' },
      result: { status: 'critical', ...always },
      figures: { bad: 0, total: 0, ses: { feedback: { ses: 20, received: 9 } } },
      change: { notice: 'raised' },
    });
    expect(evaluate(18, received).result.status).toBe('ok');
  });

  test('sends a reminder after a day while SES counts feedback, and resolves the alarm above 90 %', () => {
    const alarms = [watchedSince(from, { status: 'critical', announced: 'critical', notifiedAt: now - day })];
    expect(evaluate(20, [[noon, 18]], { alarms }).change?.notice).toBe('reminder');
    expect(evaluate(20, [[noon, 19]], { alarms }).change?.notice).toBe('resolved');
    // While SES counts no feedback, none is missing, and nothing shows that feedback arrives again.
    expect(evaluate(0, [], { alarms }).change).toBeUndefined();
  });

  test('counts from the first evaluation on, and is evaluated once SES counts only feedback from after it', () => {
    const first = evaluate(100, [], { alarms: [] });
    expect(first.result.status).toBeUndefined();
    expect(first.change).toStrictEqual({
      alarm: { ...initialAlarm, version: 1, cusum: { ...initialAlarm.cusum, from: now } },
    });
    expect(evaluate(100, [], { alarms: [watchedSince(from + 1)] }).change).toBeUndefined();
    expect(evaluate(100, [], { alarms: [watchedSince(from)] }).change?.notice).toBe('raised');
  });

  test('leaves the alarm unchanged if the count of SES is unknown', () => {
    expect(evaluate(undefined, [])).toMatchObject({ result: { status: undefined }, figures: { bad: 0, total: 0 } });
    expect(evaluate(undefined, []).figures).not.toHaveProperty('ses');
  });
});
