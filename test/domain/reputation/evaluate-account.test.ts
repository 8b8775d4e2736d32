import { type Alarm, calm } from '../../../shared/domain/reputation/alarm.ts';
import type { Sight } from '../../../shared/domain/reputation/evaluate-scope.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { held, judge } from './snapshot-fixture.ts';

const always = { isSending: true, pauses: false, isInhibited: false };

describe("SES's word on the account", () => {
  test.each(['PROBATION', 'SHUTDOWN'])('%s is told at once', (enforcement) => {
    expect(judge({ facts: { enforcement } }, 'enforcement')).toMatchObject({
      name: { scope: 'account', rule: 'enforcement' },
      judgement: { status: 'critical', ...always },
      figures: { b: 0, n: 0, ses: { enforcement } },
      change: { alarm: { status: 'critical', announced: 'critical' }, notice: 'raised' },
    });
  });

  test('ends it, and a word we do not know, or none, holds it', () => {
    const alarms = [held({ scope: 'account', rule: 'enforcement' }, { status: 'critical', announced: 'critical' })];
    const judgedWith = (facts: Sight['facts']) => judge({ facts, alarms }, 'enforcement');
    expect(judgedWith({ enforcement: 'HEALTHY' }).change?.notice).toBe('resolved');
    expect(judgedWith({ enforcement: 'PENDING' })).toEqual({
      name: { scope: 'account', rule: 'enforcement' },
      before: alarms[0]?.alarm,
      judgement: { status: undefined, ...always },
      figures: { b: 0, n: 0, ses: { enforcement: 'PENDING' } },
    });
    expect(judgedWith({}).judgement.status).toBeUndefined();
    expect(judgedWith({}).figures).toEqual({ b: 0, n: 0 });
  });
});

describe('the loop', () => {
  /** The look is at 13:40: a day back from the start of its hour. */
  const now = noon + 1.66 * hour;
  const from = noon + hour - day;
  const loop = { scope: 'account', rule: 'loop' } as const;
  const listening = (since: number, fields: Partial<Alarm> = {}) =>
    held(loop, { version: 1, watch: { ...calm.watch, from: since }, ...fields });
  const look = (feedback: number | undefined, received: readonly [number, number][], fields: Partial<Sight> = {}) =>
    judge(
      {
        now,
        facts: feedback === undefined ? {} : { feedback },
        received: new Map(received),
        alarms: [listening(from)],
        ...fields,
      },
      'loop',
    );

  test('is dead where less than half came in of what SES counted since the hour a day ago', () => {
    const received: [number, number][] = [
      [from - hour, 1000],
      [from, 4],
      [noon, 5],
    ];
    expect(look(20, received)).toMatchObject({
      name: { scope: 'account', rule: 'loop' },
      judgement: { status: 'critical', ...always },
      figures: { b: 0, n: 0, ses: { feedback: { ses: 20, ours: 9 } } },
      change: { notice: 'raised' },
    });
    expect(look(18, received).judgement.status).toBe('ok');
  });

  test('is told of again after a day, as long as SES counts any, and is over above four fifths', () => {
    const alarms = [listening(from, { status: 'critical', announced: 'critical', toldAt: now - day })];
    expect(look(10, [[noon, 8]], { alarms }).change?.notice).toBe('reminder');
    expect(look(10, [[noon, 9]], { alarms }).change?.notice).toBe('resolved');
    // Where SES has nothing to report there is nothing to miss, and nothing that would show that it comes in again.
    expect(look(0, [], { alarms }).change).toBeUndefined();
  });

  test('is watched from the first look on, and judged when all that SES counts was sent after it', () => {
    const first = look(100, [], { alarms: [] });
    expect(first.judgement.status).toBeUndefined();
    expect(first.change).toStrictEqual({ alarm: { ...calm, version: 1, watch: { ...calm.watch, from: now } } });
    expect(look(100, [], { alarms: [listening(from + 1)] }).change).toBeUndefined();
    expect(look(100, [], { alarms: [listening(from)] }).change?.notice).toBe('raised');
  });

  test('is held where SES has not said', () => {
    expect(look(undefined, [])).toMatchObject({ judgement: { status: undefined }, figures: { b: 0, n: 0 } });
    expect(look(undefined, []).figures).not.toHaveProperty('ses');
  });
});
