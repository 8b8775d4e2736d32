import { accountFigures } from '../../local/ses-simulator/reputation-metrics.ts';
import { day, hour, noon } from '../support/ses.ts';

const midnight = noon - 12 * hour;
/** 100 emails each hour of three days, of which 2 bounce on the second day. */
const sendStatistics = Array.from({ length: 4 * 72 }, (_, index) => {
  const at = midnight - 3 * day + index * 15 * 60_000;
  return {
    at,
    sends: 25,
    bounces: at >= midnight - 2 * day && at < midnight - day && index % 2 === 0 ? 1 : 0,
    complaints: 0,
    rejects: 0,
  };
});
const rule = { emails: 0, days: 1, delayHours: 0, digits: 4, eligible: { bounceRate: 1, complaintRate: 1 } };

test('the rates follow the rule: window, delay, rounding and the emails that count', () => {
  const ratesAt = (time: number, change: Partial<typeof rule> = {}) =>
    accountFigures({ sendStatistics, reputationRule: { ...rule, ...change } }, midnight + hour).points.find(
      ({ at }) => at === time,
    )?.bounceRate;
  expect(ratesAt(midnight - day)).toBe(0.02);
  expect(ratesAt(midnight - day, { delayHours: 6 })).toBe(0.015);
  expect(ratesAt(midnight - day, { days: 0, emails: 3200 })).toBe(0.015);
  expect(ratesAt(midnight - day, { days: 1, emails: 3200 })).toBe(0.015);
  expect(ratesAt(midnight - day, { digits: 1 })).toBe(0);
  expect(ratesAt(midnight - day, { eligible: { bounceRate: 0.5, complaintRate: 1 } })).toBe(0.04);
  // The history is shorter than the window.
  expect(ratesAt(midnight - 2.5 * day)).toBeUndefined();
});

test('the counts are those of the days that are over; without a rule there are no rates, and without emails nothing', () => {
  const { ses, points } = accountFigures({ sendStatistics }, midnight - hour);
  expect(ses).toEqual([
    { start: midnight - 3 * day, sends: 2400, hardBounces: 0, complaints: 0 },
    { start: midnight - 2 * day, sends: 2400, hardBounces: 48, complaints: 0 },
  ]);
  expect(points).toEqual([]);
  expect(accountFigures({ sendStatistics: [], reputationRule: rule }, noon)).toEqual({ points: [], ses: [] });
});
