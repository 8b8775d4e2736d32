import { accumulate } from '../../../shared/domain/aws-window/cumulative.ts';
import { courseOfRate, forecast } from '../../../shared/domain/aws-window/forecast.ts';
import { recoveryOf } from '../../../shared/domain/aws-window/recovery.ts';
import { day, hour } from '../../support/ses.ts';

const start = Date.UTC(2026, 0, 1);
const to = start + 100 * day;
/** Ten emails an hour for 100 days. Three days before the end, 20 of them bounced within ten hours. */
const history = accumulate(
  Array.from({ length: 100 * 24 }, (_, index) => {
    const isBad = index >= 97 * 24 && index < 97 * 24 + 10;
    return { start: start + index * hour, sends: 10, hardBounces: isBad ? 2 : 0, complaints: 0 };
  }),
  hour,
);
const days = (count: number) => ({ emails: 0, days: count });
const thresholds = { review: 0.005, pause: 0.1 };
/** The rate falls below the threshold when less than 12 of the bounces are in the window of 2,400 emails. */
const expected = to + 7 * day + 5 * hour;
const recovery = (...bounds: { emails: number; days: number }[]) =>
  recoveryOf(history, { rule: days(10), bounds }, 'bounceRate', thresholds);

test('a rate recovers when the bounces leave the window', () => {
  const { at = 0, ...range } = recovery() ?? { earliest: 0, latest: 0 };
  expect(Math.abs(at - expected)).toBeLessThanOrEqual(hour);
  expect(range).toEqual({ earliest: at, latest: at });
  // The volume stays the same: as many emails are the same window.
  expect(recovery({ emails: 2400, days: 0 })).toMatchObject({ at });
});

test('the day is known if the rules that are possible agree within half a day, and otherwise a range', () => {
  const at = recovery()?.at ?? 0;
  expect(recovery(days(9.8), days(10.4))).toMatchObject({ at });
  const range = recovery(days(9.8), days(11)) ?? { earliest: 0, latest: 0 };
  expect(range).not.toHaveProperty('at');
  expect([at - range.earliest, range.latest - at].map((distance) => Math.round((distance / day) * 5) / 5)).toEqual([
    0.2, 1,
  ]);
});

test('where a possible rule has the rate below the threshold already, it may have recovered', () => {
  expect(recovery(days(40))).toEqual({ earliest: to, latest: recovery()?.latest });
});

test('nothing is said of a rate below the threshold, or where a possible rule is longer than the history', () => {
  expect(recoveryOf(history, { rule: days(40), bounds: [] }, 'bounceRate', thresholds)).toBeUndefined();
  expect(recoveryOf(history, { rule: days(10), bounds: [] }, 'complaintRate', thresholds)).toBeUndefined();
  expect(recovery(days(101))).toBeUndefined();
});

test('the course of a rate leads from what it was to the day of its recovery', () => {
  const at = recovery()?.at ?? 0;
  const { past, future } = courseOfRate(history, days(10), 'bounceRate', { daysBefore: 95, daysAfter: 12 });
  // The first ten days have no whole window before them.
  expect([past[0]?.at, past.length, future.length]).toEqual([start + 10 * day, 91, 12]);
  expect(past.at(-1)).toEqual({ at: to, rate: forecast(history, days(10), 'bounceRate', thresholds)?.rate });
  expect(past.slice(0, -4).every(({ rate }) => rate === 0)).toBe(true);
  const recovered = future.filter(({ rate }) => rate < thresholds.review).map((point) => point.at);
  expect(recovered[0]).toBe(to + Math.ceil((at - to) / day) * day);
  expect(future.at(-1)?.rate).toBe(0);
  // A window by count is the same one, as the volume stays the same.
  const byCount = courseOfRate(history, { emails: 2400, days: 0 }, 'bounceRate', { daysBefore: 0, daysAfter: 12 });
  for (const [index, { rate }] of byCount.future.entries()) expect(rate).toBeCloseTo(future[index]?.rate ?? -1, 3);
});
