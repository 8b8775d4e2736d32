import { initialAlarm } from '../../../../shared/domain/reputation/alarm.ts';
import { startOfComparison, sumBetween, watchSince } from '../../../../shared/domain/reputation/rules/comparison.ts';
import { day, hour, noon } from '../../../support/ses.ts';

test('the first evaluation stores its time', () => {
  expect(watchSince(initialAlarm, noon)).toEqual({
    isFirstEvaluation: true,
    cusum: { ...initialAlarm.cusum, from: noon },
  });
  expect(watchSince({ ...initialAlarm, version: 1 }, noon).isFirstEvaluation).toBe(false);
});

test('a comparison begins at a full hour, the window ago or when the counts began', () => {
  const now = noon + 40 * 60_000;
  expect(startOfComparison(now, day, 0)).toBe(noon - day);
  expect(startOfComparison(now, 7 * day, 0)).toBe(noon - 7 * day);
  expect(startOfComparison(now, 7 * day, noon - 2 * day)).toBe(noon - 2 * day);
  expect(startOfComparison(now, 7 * day, noon - 2 * day + 1)).toBe(noon - 2 * day + hour);
});

test('there is no comparison until the counts cover a day', () => {
  expect(startOfComparison(noon, day, noon - day)).toBe(noon - day);
  expect(startOfComparison(noon, day, noon - day + 1)).toBeUndefined();
});

test('a sum includes its start and not its end', () => {
  const points = [1, 2, 4, 8].map((value, at) => ({ at, value }));
  expect(sumBetween(points, 1, 3)).toBe(6);
  expect(sumBetween([], 0, 9)).toBe(0);
});
