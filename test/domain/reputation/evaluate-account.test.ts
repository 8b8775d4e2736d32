import { type Alarm, initialAlarm } from '../../../shared/domain/reputation/alarm.ts';
import type { ScopeSnapshot } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { held, judge } from './snapshot-fixture.ts';

const always = { isSending: true, requestsPause: false, isInhibited: false };

describe("SES's word on the account", () => {
  test.each(['PROBATION', 'SHUTDOWN'])('%s is told at once', (enforcementStatus) => {
    expect(judge({ sesMetrics: { enforcementStatus } }, 'account-status')).toMatchObject({
      name: { scope: 'account', rule: 'account-status' },
      result: { status: 'critical', ...always },
      figures: { bad: 0, total: 0, ses: { enforcementStatus } },
      change: { alarm: { status: 'critical', announced: 'critical' }, notice: 'raised' },
    });
  });

  test('ends it, and a word we do not know, or none, holds it', () => {
    const alarms = [held({ scope: 'account', rule: 'account-status' }, { status: 'critical', announced: 'critical' })];
    const judgedWith = (sesMetrics: ScopeSnapshot['sesMetrics']) => judge({ sesMetrics, alarms }, 'account-status');
    expect(judgedWith({ enforcementStatus: 'HEALTHY' }).change?.notice).toBe('resolved');
    expect(judgedWith({ enforcementStatus: 'PENDING' })).toEqual({
      name: { scope: 'account', rule: 'account-status' },
      before: alarms[0]?.alarm,
      result: { status: undefined, ...always },
      figures: { bad: 0, total: 0, ses: { enforcement: 'PENDING' } },
    });
    expect(judgedWith({}).result.status).toBeUndefined();
    expect(judgedWith({}).figures).toEqual({ bad: 0, total: 0 });
  });
});

describe('the loop', () => {
  /** The look is at 13:40: a day back from the start of its hour. */
  const now = noon + 1.66 * hour;
  const from = noon + hour - day;
  const loop = { scope: 'account', rule: 'missing-feedback' } as const;
  const listening = (since: number, fields: Partial<Alarm> = {}) =>
    held(loop, { version: 1, cusum: { ...initialAlarm.cusum, from: since }, ...fields });
  const look = (
    feedbackCount: number | undefined,
    received: readonly [number, number][],
    fields: Partial<ScopeSnapshot> = {},
  ) =>
    judge(
      {
        now,
        sesMetrics: feedbackCount === undefined ? {} : { feedbackCount },
        received: new Map(received),
        alarms: [listening(from)],
        ...fields,
      },
      'missing-feedback',
    );

  test('is dead where less than half came in of what SES counted since the hour a day ago', () => {
    const received: [number, number][] = [
      [from - hour, 1000],
      [from, 4],
      [noon, 5],
    ];
    expect(look(20, received)).toMatchObject({
      name: { scope: 'account', rule: 'missing-feedback' },
      result: { status: 'critical', ...always },
      figures: { bad: 0, total: 0, ses: { feedback: { ses: 20, ours: 9 } } },
      change: { notice: 'raised' },
    });
    expect(look(18, received).result.status).toBe('ok');
  });

  test('is told of again after a day, as long as SES counts any, and is over above four fifths', () => {
    const alarms = [listening(from, { status: 'critical', announced: 'critical', notifiedAt: now - day })];
    expect(look(10, [[noon, 8]], { alarms }).change?.notice).toBe('reminder');
    expect(look(10, [[noon, 9]], { alarms }).change?.notice).toBe('resolved');
    // Where SES has nothing to report there is nothing to miss, and nothing that would show that it comes in again.
    expect(look(0, [], { alarms }).change).toBeUndefined();
  });

  test('is watched from the first look on, and judged when all that SES counts was sent after it', () => {
    const first = look(100, [], { alarms: [] });
    expect(first.result.status).toBeUndefined();
    expect(first.change).toStrictEqual({
      alarm: { ...initialAlarm, version: 1, cusum: { ...initialAlarm.cusum, from: now } },
    });
    expect(look(100, [], { alarms: [listening(from + 1)] }).change).toBeUndefined();
    expect(look(100, [], { alarms: [listening(from)] }).change?.notice).toBe('raised');
  });

  test('is held where SES has not said', () => {
    expect(look(undefined, [])).toMatchObject({ result: { status: undefined }, figures: { bad: 0, total: 0 } });
    expect(look(undefined, []).figures).not.toHaveProperty('ses');
  });
});
