import { checkFit } from '../../support/window-fit.ts';

/** 200 accounts whose rates are made by a hidden rule: by count, by days, or both; rounded, late, with bounces that arrive late. */
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

test('the inferred window is within 5 % of the true one, or not known', () => {
  const results = seeds.map(checkFit);
  const known = results.filter(({ isKnown }) => isKnown);
  console.log(`windows known: ${known.length} of ${results.length}, seeds 1 to ${results.length}`);
  expect(known.filter(({ sizeOff }) => sizeOff > 0.05)).toEqual([]);
  expect(known.filter(({ leftOff }) => leftOff > 0.05)).toEqual([]);
  expect(known.length).toBeGreaterThan(80);
}, 900_000);
