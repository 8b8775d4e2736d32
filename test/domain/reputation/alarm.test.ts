import {
  type Alarm,
  type AlarmName,
  advance,
  calm,
  isOverdue,
  type Judgement,
  noticeId,
  type Pending,
  speaksFor,
} from '../../../shared/domain/reputation/alarm.ts';
import type { Status } from '../../../shared/domain/reputation/cusum.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { day, hour, noon } from '../../support/ses.ts';

const minute = 60_000;
const judged = (status: Status | undefined, fields: Partial<Judgement> = {}): Judgement => ({
  status,
  isInhibited: false,
  isSending: true,
  pauses: false,
  ...fields,
});
const pending = (retryAt: number): Pending => ({ notice: {} as Notice, retryAt });
const watch = { from: noon - day, raisedAt: noon };
const raised: Alarm = { status: 'critical', announced: 'critical', version: 3, watch, since: noon, toldAt: noon };

describe('an alarm', () => {
  test('is raised: since now, with its worst and its marks', () => {
    const peak = { rate: 0.2, b: 20, n: 100 };
    expect(advance(calm, judged('approaching', { watch, peak }), noon)).toStrictEqual({
      alarm: { status: 'approaching', announced: 'approaching', version: 1, watch, since: noon, peak, toldAt: noon },
      notice: 'raised',
    });
  });

  test('goes on to critical in the same incident, and keeps the worse of two peaks', () => {
    const before: Alarm = { ...raised, status: 'approaching', announced: 'approaching', peak: { rate: 0.2 } };
    const later = { from: noon, raisedAt: noon + hour };
    expect(advance(before, judged('critical', { watch: later, peak: { rate: 0.1 } }), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: 4, watch: later, peak: { rate: 0.2 }, toldAt: noon + hour },
      notice: 'raised',
    });
    const worse = advance(before, judged('critical', { peak: { rate: 0.3 } }), noon + hour);
    expect(worse?.alarm.peak).toEqual({ rate: 0.3 });
  });

  test('that is over forgets the incident, but for when it was told', () => {
    const before: Alarm = { ...raised, peak: { rate: 0.2 }, brake: { kind: 'done', at: noon } };
    expect(advance(before, judged('ok', { watch: calm.watch, peak: { rate: 1 } }), noon + hour)).toStrictEqual({
      alarm: { status: 'ok', announced: 'ok', version: 4, watch: calm.watch, toldAt: noon + hour },
      notice: 'resolved',
    });
  });

  test('that stays as it is is not written, and one of which nothing is known stays as it is', () => {
    expect(advance(calm, judged('ok', { watch, peak: { rate: 1 } }), noon)).toBeUndefined();
    expect(advance(raised, judged('critical', { watch, peak: { rate: 1 } }), noon + hour)).toBeUndefined();
    expect(advance(raised, judged(undefined), noon + hour)).toBeUndefined();
    expect(advance(calm, judged(undefined), noon + hour)).toBeUndefined();
  });

  test('is told of again after a day, though nothing is known just now', () => {
    expect(advance(raised, judged(undefined), noon + day - 1)).toBeUndefined();
    expect(advance(raised, judged(undefined), noon + day)).toStrictEqual({
      alarm: { ...raised, version: 4, toldAt: noon + day },
      notice: 'reminder',
    });
  });

  test('with a notice that may not be published yet is held, whatever is judged', () => {
    const held: Alarm = { ...raised, pending: pending(noon) };
    for (const status of ['ok', 'critical', undefined] as const) {
      expect(advance(held, judged(status, { pauses: true }), noon + 2 * day)).toBeUndefined();
    }
  });

  test('keeps its marks where the rule has none, and its brake as long as it lasts', () => {
    const before: Alarm = { ...raised, brake: { kind: 'done', at: noon } };
    expect(advance(before, judged('critical'), noon + day)?.alarm).toStrictEqual({
      ...before,
      version: 4,
      toldAt: noon + day,
    });
  });
});

describe('an alarm that another one speaks for', () => {
  const inhibited = (status: Status) => judged(status, { isInhibited: true });
  const silent: Alarm = { ...raised, announced: 'ok', version: 1, toldAt: noon - 30 * day, spokenForAt: noon };

  test('is written and not told', () => {
    const before: Alarm = { ...calm, toldAt: noon - 30 * day };
    expect(advance(before, inhibited('critical'), noon)).toStrictEqual({ alarm: { ...silent, watch: calm.watch } });
    const never = advance(calm, inhibited('critical'), noon);
    expect(never).toStrictEqual({
      alarm: { ...calm, status: 'critical', version: 1, since: noon, spokenForAt: noon },
    });
  });

  test('is told where it outlasts what was told by a day, and mail is sent', () => {
    expect(advance(silent, judged('critical'), noon + day - 1)).toBeUndefined();
    expect(advance(silent, judged('critical', { isSending: false }), noon + day)).toBeUndefined();
    expect(advance(silent, inhibited('critical'), noon + 2 * day)).toBeUndefined();
    expect(advance(silent, judged('critical'), noon + day)).toStrictEqual({
      alarm: { ...raised, version: 2, toldAt: noon + day },
      notice: 'raised',
    });
  });

  test('is told at once where it gets worse and nobody speaks any more, and not where somebody does', () => {
    const lesser: Alarm = { ...silent, status: 'approaching' };
    expect(advance(lesser, judged('critical'), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: 2, toldAt: noon + hour },
      notice: 'raised',
    });
    const change = advance({ ...lesser, announced: 'approaching' }, inhibited('critical'), noon + hour);
    expect([change?.alarm.spokenForAt, change?.alarm.announced, change?.notice]).toEqual([
      noon + hour,
      'approaching',
      undefined,
    ]);
  });

  test('was never told where it is over before', () => {
    expect(advance(silent, judged('ok'), noon + hour)).toStrictEqual({
      alarm: { status: 'ok', announced: 'ok', version: 2, watch, toldAt: noon - 30 * day },
    });
  });

  test('reminds nobody, but says that it is over', () => {
    expect(advance(raised, inhibited('critical'), noon + 2 * day)).toBeUndefined();
    expect(advance(raised, inhibited('ok'), noon + 2 * day)?.notice).toBe('resolved');
  });
});

describe('a state that pauses', () => {
  const pausing = (status: Status) => judged(status, { pauses: true, isInhibited: true });

  test('pauses when it turns critical, from either state, and is told whoever speaks', () => {
    const approaching: Alarm = { ...raised, status: 'approaching', announced: 'ok' };
    for (const before of [calm, approaching]) {
      const change = advance(before, pausing('critical'), noon + hour);
      expect([change?.alarm.brake, change?.notice]).toEqual([{ kind: 'due' }, 'raised']);
    }
  });

  test('pauses also when it has been critical for long, and enough has been sent only now', () => {
    expect(advance(raised, pausing('critical'), noon + hour)).toStrictEqual({
      alarm: { ...raised, version: raised.version + 1, toldAt: noon + hour, brake: { kind: 'due' } },
      notice: 'raised',
    });
  });

  test('does not pause below, nor again while it lasts, whatever became of it', () => {
    expect(advance(calm, pausing('approaching'), noon)?.alarm).not.toHaveProperty('brake');
    const ends = [{ kind: 'due' }, { kind: 'done', at: noon }, { kind: 'failed', reason: 'denied' }] as const;
    for (const brake of ends) {
      expect(advance({ ...raised, brake }, pausing('critical'), noon + hour)).toBeUndefined();
      expect(advance({ ...raised, brake }, judged('ok', { pauses: true }), noon + hour)?.alarm).not.toHaveProperty(
        'brake',
      );
    }
  });
});

test('a notice is overdue when its writer has had its time, or when the clock was set back', () => {
  const at = (offset: number) => isOverdue(pending(noon + 50_000), noon + offset);
  expect([0, 49_999, 50_000, hour].map(at)).toEqual([false, false, true, true]);
  expect([-minute, -minute - 1, -hour].map(at)).toEqual([false, true, true]);
});

test.each<[string, AlarmName & { status: Status }, AlarmName & { status: Status }, boolean]>([
  ['the worse of one scope and rate', of('account', 'headroom', 'critical'), of('account', 'excess'), true],
  ['below the account as well', of('tenant:a', 'headroom', 'critical'), of('tenant:a', 'excess'), true],
  ['not the lesser', of('account', 'headroom'), of('account', 'excess', 'critical'), false],
  ['not its equal', of('account', 'headroom'), of('account', 'excess'), false],
  ['the account for a part that is as bad', of('account', 'excess'), of('tenant:a', 'excess'), true],
  ['the account for a part that is better', of('account', 'excess', 'critical'), of('tenant:a', 'excess'), true],
  ['the account for a part of which it is over', of('account', 'excess'), of('tenant:a', 'excess', 'ok'), true],
  ['the account for a part that is worse', of('account', 'excess'), of('tenant:a', 'excess', 'critical'), true],
  ['not what SES says of the account', of('account', 'headroom', 'critical'), of('tenant:a', 'excess'), false],
  ['not once it is over', of('account', 'excess', 'ok'), of('tenant:a', 'excess', 'ok'), false],
  ['not for another rate', of('account', 'excess', 'critical', 'complaintRate'), of('tenant:a', 'excess'), false],
  ['no part for the account', of('tenant:a', 'excess', 'critical'), of('account', 'excess'), false],
  ['no part for another', of('tenant:a', 'excess', 'critical'), of('tenant:b', 'excess'), false],
  ['none without a rate', { scope: 'account', rule: 'loop', status: 'critical' }, of('account', 'excess'), false],
  [
    'nor for one without',
    { scope: 'account', rule: 'enforcement', status: 'critical' },
    { scope: 'account', rule: 'loop', status: 'approaching' },
    false,
  ],
])('who speaks: %s', (_name, speaker, other, speaks) => {
  expect(speaksFor(speaker, other)).toBe(speaks);
});

function of(
  scope: string,
  rule: 'excess' | 'headroom',
  status: Status = 'approaching',
  metric: 'bounceRate' | 'complaintRate' = 'bounceRate',
) {
  return { scope, rule, metric, status };
}

test("a notice's id is the alarm's name and the version it was written with", () => {
  expect(noticeId({ scope: 'account', rule: 'excess', metric: 'bounceRate' }, 3)).toBe('account/excess/bounceRate#3');
  expect(noticeId({ scope: 'account', rule: 'loop' }, 1)).toBe('account/loop#1');
});
