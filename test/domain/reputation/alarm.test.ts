import {
  type Alarm,
  type AlarmName,
  advanceAlarm,
  inhibits,
  initialAlarm,
  isOverdue,
  noticeId,
  type PendingNotice,
  type RuleResult,
} from '../../../shared/domain/reputation/alarm.ts';
import type { AlarmStatus } from '../../../shared/domain/reputation/cusum.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { day, hour, noon } from '../../support/ses.ts';

const minute = 60_000;
const judged = (status: AlarmStatus | undefined, fields: Partial<RuleResult> = {}): RuleResult => ({
  status,
  isInhibited: false,
  isSending: true,
  requestsPause: false,
  ...fields,
});
const pending = (retryAt: number): PendingNotice => ({ notice: {} as Notice, retryAt });
const cusum = { from: noon - day, raisedAt: noon };
const raised: Alarm = { status: 'critical', announced: 'critical', version: 3, cusum, since: noon, notifiedAt: noon };

describe('an alarm', () => {
  test('is raised: since now, with its worst and its marks', () => {
    const peak = { rate: 0.2, bad: 20, total: 100 };
    expect(advanceAlarm(initialAlarm, judged('approaching', { cusum, peak }), noon)).toStrictEqual({
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

  test('goes on to critical in the same incident, and keeps the worse of two peaks', () => {
    const before: Alarm = { ...raised, status: 'approaching', announced: 'approaching', peak: { rate: 0.2 } };
    const later = { from: noon, raisedAt: noon + hour };
    expect(advanceAlarm(before, judged('critical', { cusum: later, peak: { rate: 0.1 } }), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: 4, cusum: later, peak: { rate: 0.2 }, notifiedAt: noon + hour },
      notice: 'raised',
    });
    const worse = advanceAlarm(before, judged('critical', { peak: { rate: 0.3 } }), noon + hour);
    expect(worse?.alarm.peak).toEqual({ rate: 0.3 });
  });

  test('that is over forgets the incident, but for when it was told', () => {
    const before: Alarm = { ...raised, peak: { rate: 0.2 }, autoPause: { kind: 'done', at: noon } };
    expect(
      advanceAlarm(before, judged('ok', { cusum: initialAlarm.cusum, peak: { rate: 1 } }), noon + hour),
    ).toStrictEqual({
      alarm: { status: 'ok', announced: 'ok', version: 4, cusum: initialAlarm.cusum, notifiedAt: noon + hour },
      notice: 'resolved',
    });
  });

  test('that stays as it is is not written, and one of which nothing is known stays as it is', () => {
    expect(advanceAlarm(initialAlarm, judged('ok', { cusum, peak: { rate: 1 } }), noon)).toBeUndefined();
    expect(advanceAlarm(raised, judged('critical', { cusum, peak: { rate: 1 } }), noon + hour)).toBeUndefined();
    expect(advanceAlarm(raised, judged(undefined), noon + hour)).toBeUndefined();
    expect(advanceAlarm(initialAlarm, judged(undefined), noon + hour)).toBeUndefined();
  });

  test('is told of again after a day, though nothing is known just now', () => {
    expect(advanceAlarm(raised, judged(undefined), noon + day - 1)).toBeUndefined();
    expect(advanceAlarm(raised, judged(undefined), noon + day)).toStrictEqual({
      alarm: { ...raised, version: 4, notifiedAt: noon + day },
      notice: 'reminder',
    });
  });

  test('with a notice that may not be published yet is held, whatever is judged', () => {
    const held: Alarm = { ...raised, pending: pending(noon) };
    for (const status of ['ok', 'critical', undefined] as const) {
      expect(advanceAlarm(held, judged(status, { requestsPause: true }), noon + 2 * day)).toBeUndefined();
    }
  });

  test('keeps its marks where the rule has none, and its brake as long as it lasts', () => {
    const before: Alarm = { ...raised, autoPause: { kind: 'done', at: noon } };
    expect(advanceAlarm(before, judged('critical'), noon + day)?.alarm).toStrictEqual({
      ...before,
      version: 4,
      notifiedAt: noon + day,
    });
  });
});

describe('an alarm that another one speaks for', () => {
  const inhibited = (status: AlarmStatus) => judged(status, { isInhibited: true });
  const silent: Alarm = { ...raised, announced: 'ok', version: 1, notifiedAt: noon - 30 * day, inhibitedAt: noon };

  test('is written and not told', () => {
    const before: Alarm = { ...initialAlarm, notifiedAt: noon - 30 * day };
    expect(advanceAlarm(before, inhibited('critical'), noon)).toStrictEqual({
      alarm: { ...silent, cusum: initialAlarm.cusum },
    });
    const never = advanceAlarm(initialAlarm, inhibited('critical'), noon);
    expect(never).toStrictEqual({
      alarm: { ...initialAlarm, status: 'critical', version: 1, since: noon, inhibitedAt: noon },
    });
  });

  test('is told where it outlasts what was told by a day, and mail is sent', () => {
    expect(advanceAlarm(silent, judged('critical'), noon + day - 1)).toBeUndefined();
    expect(advanceAlarm(silent, judged('critical', { isSending: false }), noon + day)).toBeUndefined();
    expect(advanceAlarm(silent, inhibited('critical'), noon + 2 * day)).toBeUndefined();
    expect(advanceAlarm(silent, judged('critical'), noon + day)).toStrictEqual({
      alarm: { ...raised, version: 2, notifiedAt: noon + day },
      notice: 'raised',
    });
  });

  test('is told at once where it gets worse and nobody speaks any more, and not where somebody does', () => {
    const lesser: Alarm = { ...silent, status: 'approaching' };
    expect(advanceAlarm(lesser, judged('critical'), noon + hour)).toStrictEqual({
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

  test('was never told where it is over before', () => {
    expect(advanceAlarm(silent, judged('ok'), noon + hour)).toStrictEqual({
      alarm: { status: 'ok', announced: 'ok', version: 2, cusum, notifiedAt: noon - 30 * day },
    });
  });

  test('reminds nobody, but says that it is over', () => {
    expect(advanceAlarm(raised, inhibited('critical'), noon + 2 * day)).toBeUndefined();
    expect(advanceAlarm(raised, inhibited('ok'), noon + 2 * day)?.notice).toBe('resolved');
  });
});

describe('a state that requestsPause', () => {
  const pausing = (status: AlarmStatus) => judged(status, { requestsPause: true, isInhibited: true });

  test('requestsPause when it turns critical, from either state, and is told whoever speaks', () => {
    const approaching: Alarm = { ...raised, status: 'approaching', announced: 'ok' };
    for (const before of [initialAlarm, approaching]) {
      const change = advanceAlarm(before, pausing('critical'), noon + hour);
      expect([change?.alarm.autoPause, change?.notice]).toEqual([{ kind: 'due' }, 'raised']);
    }
  });

  test('requestsPause also when it has been critical for long, and enough has been sent only now', () => {
    expect(advanceAlarm(raised, pausing('critical'), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: raised.version + 1, notifiedAt: noon + hour, autoPause: { kind: 'due' } },
      notice: 'raised',
    });
  });

  test('does not pause below, nor again while it lasts, whatever became of it', () => {
    expect(advanceAlarm(initialAlarm, pausing('approaching'), noon)?.alarm).not.toHaveProperty('brake');
    const ends = [{ kind: 'due' }, { kind: 'done', at: noon }, { kind: 'failed', reason: 'denied' }] as const;
    for (const autoPause of ends) {
      expect(advanceAlarm({ ...raised, autoPause }, pausing('critical'), noon + hour)).toBeUndefined();
      expect(
        advanceAlarm({ ...raised, autoPause }, judged('ok', { requestsPause: true }), noon + hour)?.alarm,
      ).not.toHaveProperty('brake');
    }
  });
});

test('a notice is overdue when its writer has had its time, or when the clock was set back', () => {
  const at = (offset: number) => isOverdue(pending(noon + 50_000), noon + offset);
  expect([0, 49_999, 50_000, hour].map(at)).toEqual([false, false, true, true]);
  expect([-minute, -minute - 1, -hour].map(at)).toEqual([false, true, true]);
});

test.each<[string, AlarmName & { status: AlarmStatus }, AlarmName & { status: AlarmStatus }, boolean]>([
  [
    'the worse of one scope and rate',
    of('account', 'near-threshold', 'critical'),
    of('account', 'rate-exceeded'),
    true,
  ],
  ['below the account as well', of('tenant:a', 'near-threshold', 'critical'), of('tenant:a', 'rate-exceeded'), true],
  ['not the lesser', of('account', 'near-threshold'), of('account', 'rate-exceeded', 'critical'), false],
  ['not its equal', of('account', 'near-threshold'), of('account', 'rate-exceeded'), false],
  ['the account for a part that is as bad', of('account', 'rate-exceeded'), of('tenant:a', 'rate-exceeded'), true],
  [
    'the account for a part that is better',
    of('account', 'rate-exceeded', 'critical'),
    of('tenant:a', 'rate-exceeded'),
    true,
  ],
  [
    'the account for a part of which it is over',
    of('account', 'rate-exceeded'),
    of('tenant:a', 'rate-exceeded', 'ok'),
    true,
  ],
  [
    'the account for a part that is worse',
    of('account', 'rate-exceeded'),
    of('tenant:a', 'rate-exceeded', 'critical'),
    true,
  ],
  [
    'not what SES says of the account',
    of('account', 'near-threshold', 'critical'),
    of('tenant:a', 'rate-exceeded'),
    false,
  ],
  ['not once it is over', of('account', 'rate-exceeded', 'ok'), of('tenant:a', 'rate-exceeded', 'ok'), false],
  [
    'not for another rate',
    of('account', 'rate-exceeded', 'critical', 'complaintRate'),
    of('tenant:a', 'rate-exceeded'),
    false,
  ],
  ['no part for the account', of('tenant:a', 'rate-exceeded', 'critical'), of('account', 'rate-exceeded'), false],
  ['no part for another', of('tenant:a', 'rate-exceeded', 'critical'), of('tenant:b', 'rate-exceeded'), false],
  [
    'none without a rate',
    { scope: 'account', rule: 'missing-feedback', status: 'critical' },
    of('account', 'rate-exceeded'),
    false,
  ],
  [
    'nor for one without',
    { scope: 'account', rule: 'account-status', status: 'critical' },
    { scope: 'account', rule: 'missing-feedback', status: 'approaching' },
    false,
  ],
])('who speaks: %s', (_name, speaker, other, speaks) => {
  expect(inhibits(speaker, other)).toBe(speaks);
});

function of(
  scope: string,
  rule: 'rate-exceeded' | 'near-threshold',
  status: AlarmStatus = 'approaching',
  metric: 'bounceRate' | 'complaintRate' = 'bounceRate',
) {
  return { scope, rule, metric, status };
}

test("a notice's id is the alarm's name and the version it was written with", () => {
  expect(noticeId({ scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' }, 3)).toBe(
    'account/rate-exceeded/bounceRate#3',
  );
  expect(noticeId({ scope: 'account', rule: 'missing-feedback' }, 1)).toBe('account/missing-feedback#1');
});
