import { checkFit } from '../../support/window-fit.ts';

/** 200 accounts whose rates are made by a hidden rule: by count, by days, or both; rounded, late, with bounces that arrive late. */
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

test('the window and what is left are within 5 % of the truth, and the day of recovery within one day, or not known', () => {
  const results = seeds.map(checkFit);
  const known = results.filter(({ isKnown }) => isKnown);
  const recoveries = known.flatMap(({ seed, recoveryDaysOff: daysOff }) =>
    daysOff === undefined ? [] : [{ seed, daysOff }],
  );
  console.log(
    `windows known: ${known.length} of ${results.length}, days of recovery: ${recoveries.length}; seeds 1 to ${results.length}`,
  );
  expect(known.filter(({ sizeOff }) => sizeOff > 0.05)).toEqual([]);
  expect(known.filter(({ leftOff }) => leftOff > 0.05)).toEqual([]);
  expect(recoveries.filter(({ daysOff }) => daysOff > 1)).toEqual([]);
  expect(known.length).toBeGreaterThan(95);
  expect(recoveries.length).toBeGreaterThan(90);
}, 900_000);
