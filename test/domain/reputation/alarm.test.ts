import { isOverdue } from '../../../shared/domain/reputation/alarm.ts';
import { noticeId } from '../../../shared/domain/reputation/alarm-name.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { hour, noon } from '../../support/ses.ts';

const minute = 60_000;

test('a pending notice is overdue when its time to publish is over, or when the clock was set back', () => {
  const at = (offset: number) => isOverdue({ notice: {} as Notice, retryAt: noon + 50_000 }, noon + offset);
  expect([0, 49_999, 50_000, hour].map(at)).toEqual([false, false, true, true]);
  expect([-minute, -minute - 1, -hour].map(at)).toEqual([false, true, true]);
});

test("the id of a notice consists of the alarm's name and version", () => {
  expect(noticeId({ scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' }, 3)).toBe(
    'account/rate-exceeded/bounceRate#3',
  );
  expect(noticeId({ scope: 'account', rule: 'missing-feedback' }, 1)).toBe('account/missing-feedback#1');
});
