import { checkDays } from '../../support/ledger-days.ts';

/** Accounts with a hidden window, from the first day of a stack on. */
const seeds = Array.from({ length: 24 }, (_, index) => index + 1);

test('a stack knows the window within 5 %, or not yet, on each day', () => {
  const checks = seeds.flatMap((seed) => checkDays(seed, { before: 35, step: 5 }));
  const known = checks.filter(({ isKnown }) => isKnown);
  console.log(`windows known on ${known.length} of ${checks.length} days; seeds 1 to ${seeds.length}`);
  expect(known.filter(({ sizeOff }) => sizeOff > 0.05)).toEqual([]);
  expect(known.length).toBeGreaterThan(checks.length / 4);
}, 900_000);
