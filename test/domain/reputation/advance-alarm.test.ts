import { type AlarmInput, advanceAlarm } from '../../../shared/domain/reputation/advance-alarm.ts';
import {
  type Alarm,
  initialAlarm,
  type PendingNotice,
  type RaisedAlarm,
} from '../../../shared/domain/reputation/alarm.ts';
import type { AlarmStatus } from '../../../shared/domain/reputation/alarm-status.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { day, hour, noon } from '../../support/ses.ts';

const result = (status: AlarmStatus | undefined, fields: Partial<AlarmInput> = {}): AlarmInput => ({
  status,
  isInhibited: false,
  isSending: true,
  requestsPause: false,
  ...fields,
});
const pending: PendingNotice = { notice: {} as Notice, retryAt: noon };
const cusum = { from: noon - day, raisedAt: noon };
const raised: RaisedAlarm = {
  status: 'critical',
  announced: 'critical',
  version: 3,
  cusum,
  since: noon,
  notifiedAt: noon,
};

describe('an alarm', () => {
  test('is raised with the time, the peak and the CUSUM marks of the evaluation', () => {
    const peak = { rate: 0.2, bad: 20, total: 100 };
    expect(advanceAlarm(initialAlarm, result('approaching', { cusum, peak }), noon)).toStrictEqual({
      alarm: {
        status: 'approaching',
        announced: 'approaching',
        version: 1,
        cusum,
        since: noon,
        peak,
        notifiedAt: noon,
      },
      notice: 'raised',
    });
  });

  test('becomes critical within the same incident, and keeps the higher of two peaks', () => {
    const before: Alarm = { ...raised, status: 'approaching', announced: 'approaching', peak: { rate: 0.2 } };
    const later = { from: noon, raisedAt: noon + hour };
    expect(advanceAlarm(before, result('critical', { cusum: later, peak: { rate: 0.1 } }), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: 4, cusum: later, peak: { rate: 0.2 }, notifiedAt: noon + hour },
      notice: 'raised',
    });
    const worse = advanceAlarm(before, result('critical', { peak: { rate: 0.3 } }), noon + hour);
    expect(worse?.alarm.peak).toEqual({ rate: 0.3 });
  });

  test('that becomes less severe keeps the incident, and says so if the worse status was announced', () => {
    expect(advanceAlarm(raised, result('approaching'), noon + hour)).toStrictEqual({
      alarm: { ...raised, status: 'approaching', announced: 'approaching', version: 4, notifiedAt: noon + hour },
      notice: 'eased',
    });
    const announced: Alarm = { ...raised, announced: 'approaching', inhibitedAt: noon };
    const { alarm, notice } = advanceAlarm(announced, result('approaching'), noon + hour) ?? {};
    expect([alarm?.status, alarm?.announced, alarm?.since, notice]).toEqual([
      'approaching',
      'approaching',
      noon,
      undefined,
    ]);
  });

  test('that is resolved forgets the incident, except for the time of the notice', () => {
    const before: RaisedAlarm = { ...raised, peak: { rate: 0.2 }, autoPause: { kind: 'done', at: noon } };
    expect(
      advanceAlarm(before, result('ok', { cusum: initialAlarm.cusum, peak: { rate: 1 } }), noon + hour),
    ).toStrictEqual({
      alarm: { status: 'ok', announced: 'ok', version: 4, cusum: initialAlarm.cusum, notifiedAt: noon + hour },
      notice: 'resolved',
    });
  });

  test('does not change if the status stays the same or is unknown', () => {
    expect(advanceAlarm(initialAlarm, result('ok', { cusum, peak: { rate: 1 } }), noon)).toBeUndefined();
    expect(advanceAlarm(raised, result('critical', { cusum, peak: { rate: 1 } }), noon + hour)).toBeUndefined();
    expect(advanceAlarm(raised, result(undefined), noon + hour)).toBeUndefined();
    expect(advanceAlarm(initialAlarm, result(undefined), noon + hour)).toBeUndefined();
  });

  test('sends a reminder after a day, even if the status is unknown at that moment', () => {
    expect(advanceAlarm(raised, result(undefined), noon + day - 1)).toBeUndefined();
    expect(advanceAlarm(raised, result(undefined), noon + day)).toStrictEqual({
      alarm: { ...raised, version: 4, notifiedAt: noon + day },
      notice: 'reminder',
    });
  });

  test('with a pending notice does not change, whatever the result', () => {
    const before: Alarm = { ...raised, pending };
    for (const status of ['ok', 'critical', undefined] as const) {
      expect(advanceAlarm(before, result(status, { requestsPause: true }), noon + 2 * day)).toBeUndefined();
    }
  });

  test('keeps its CUSUM state if the rule returns none, and its automatic pause until the incident ends', () => {
    const before: RaisedAlarm = { ...raised, autoPause: { kind: 'done', at: noon } };
    expect(advanceAlarm(before, result('critical'), noon + day)?.alarm).toStrictEqual({
      ...before,
      version: 4,
      notifiedAt: noon + day,
    });
  });

  test('is stored by the first evaluation of a rule that counts from then on', () => {
    expect(advanceAlarm(initialAlarm, result(undefined, { isFirstEvaluation: true, cusum }), noon)).toStrictEqual({
      alarm: { ...initialAlarm, version: 1, cusum },
    });
  });
});

describe('an inhibited alarm', () => {
  const inhibited = (status: AlarmStatus) => result(status, { isInhibited: true });
  const silent: Alarm = { ...raised, announced: 'ok', version: 1, notifiedAt: noon - 30 * day, inhibitedAt: noon };

  test('is stored without a notice', () => {
    const before: Alarm = { ...initialAlarm, notifiedAt: noon - 30 * day };
    expect(advanceAlarm(before, inhibited('critical'), noon)).toStrictEqual({
      alarm: { ...silent, cusum: initialAlarm.cusum },
    });
    const neverNotified = advanceAlarm(initialAlarm, inhibited('critical'), noon);
    expect(neverNotified).toStrictEqual({
      alarm: { ...initialAlarm, status: 'critical', version: 1, since: noon, inhibitedAt: noon },
    });
  });

  test('is announced a day later, if nothing inhibits it any more and emails are sent', () => {
    expect(advanceAlarm(silent, result('critical'), noon + day - 1)).toBeUndefined();
    expect(advanceAlarm(silent, result('critical', { isSending: false }), noon + day)).toBeUndefined();
    expect(advanceAlarm(silent, inhibited('critical'), noon + 2 * day)).toBeUndefined();
    expect(advanceAlarm(silent, result('critical'), noon + day)).toStrictEqual({
      alarm: { ...raised, version: 2, notifiedAt: noon + day },
      notice: 'raised',
    });
  });

  test('is announced at once if it gets worse after the inhibition, and not if it gets worse during it', () => {
    const lesser: Alarm = { ...silent, status: 'approaching' };
    expect(advanceAlarm(lesser, result('critical'), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: 2, notifiedAt: noon + hour },
      notice: 'raised',
    });
    const change = advanceAlarm({ ...lesser, announced: 'approaching' }, inhibited('critical'), noon + hour);
    expect([change?.alarm.inhibitedAt, change?.alarm.announced, change?.notice]).toEqual([
      noon + hour,
      'approaching',
      undefined,
    ]);
  });

  test('sends no reminder of an earlier, less severe status', () => {
    const before: Alarm = { ...silent, announced: 'approaching' };
    expect(advanceAlarm(before, result('critical'), noon + day - 1)).toBeUndefined();
  });

  test('ends silently if it was never announced', () => {
    expect(advanceAlarm(silent, result('ok'), noon + hour)).toStrictEqual({
      alarm: { status: 'ok', announced: 'ok', version: 2, cusum, notifiedAt: noon - 30 * day },
    });
  });

  test('sends no reminder, but is announced as resolved', () => {
    expect(advanceAlarm(raised, inhibited('critical'), noon + 2 * day)).toBeUndefined();
    expect(advanceAlarm(raised, inhibited('ok'), noon + 2 * day)?.notice).toBe('resolved');
  });

  test('is announced at once if the time of its inhibition is unknown', () => {
    const { inhibitedAt: _, ...before } = silent;
    expect(advanceAlarm(before, result('critical', { isSending: false }), noon)?.notice).toBe('raised');
    expect(advanceAlarm(before, inhibited('critical'), noon)).toBeUndefined();
  });
});

describe('a request to pause', () => {
  const pausing = (status: AlarmStatus) => result(status, { requestsPause: true, isInhibited: true });

  test('takes effect when the alarm becomes critical, and its notice is not inhibited', () => {
    const approaching: Alarm = { ...raised, status: 'approaching', announced: 'ok' };
    for (const before of [initialAlarm, approaching]) {
      const change = advanceAlarm(before, pausing('critical'), noon + hour);
      expect([change?.alarm.autoPause, change?.notice]).toEqual([{ kind: 'due' }, 'raised']);
    }
  });

  test('also takes effect later, when a critical alarm has reached the minimum number of sends', () => {
    expect(advanceAlarm(raised, pausing('critical'), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: raised.version + 1, notifiedAt: noon + hour, autoPause: { kind: 'due' } },
      notice: 'raised',
    });
  });

  test('is repeated an hour after it failed, and not before', () => {
    const failed = { ...raised, notifiedAt: noon, autoPause: { kind: 'failed', reason: 'denied' } } as const;
    expect(advanceAlarm(failed, pausing('critical'), noon + hour - 1)).toBeUndefined();
    expect(advanceAlarm(failed, pausing('critical'), noon + hour)).toMatchObject({
      alarm: { autoPause: { kind: 'due' }, notifiedAt: noon + hour },
      notice: 'raised',
    });
    expect(advanceAlarm(failed, result('critical'), noon + hour)).toBeUndefined();
  });

  test('has no effect below critical, nor a second time in the same incident', () => {
    expect(advanceAlarm(initialAlarm, pausing('approaching'), noon)?.alarm).not.toHaveProperty('autoPause');
    const states = [{ kind: 'due' }, { kind: 'done', at: noon }, { kind: 'failed', reason: 'denied' }] as const;
    for (const autoPause of states) {
      const recent = { ...raised, autoPause, notifiedAt: noon + 1 };
      expect(advanceAlarm(recent, pausing('critical'), noon + hour)).toBeUndefined();
      const resolved = advanceAlarm({ ...raised, autoPause }, result('ok', { requestsPause: true }), noon + hour);
      expect(resolved?.alarm).not.toHaveProperty('autoPause');
    }
  });
});
