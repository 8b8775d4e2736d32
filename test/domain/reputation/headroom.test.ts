import fc from 'fast-check';
import { headroomOf } from '../../../shared/domain/reputation/headroom.ts';
import { runs } from '../../support/runs.ts';

const count = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 100_000_000 }));
/** The denominators of the thresholds, which are 1 / q so that the arithmetic of the test is exact. */
const denominators = fc.constantFrom(10, 20, 200, 1000);

describe('the headroom', () => {
  test('is the number of bounces that leave the rate at or below the threshold, and not one more', () => {
    fc.assert(
      fc.property(count, count, denominators, (bad, total, q) => {
        const isWithin = (more: number) => q * (bad + more) <= total + more;
        const { remaining } = headroomOf({ bad, total }, 1 / q, { bad: 0, total: 0, hours: 6 });
        expect([remaining >= 0, remaining === 0 || isWithin(remaining), isWithin(remaining + 1)]).toEqual([
          true,
          true,
          false,
        ]);
      }),
      { numRuns: runs(2000) },
    );
  });

  test('is used up after the forecast time, at the rate and volume of the recent emails', () => {
    fc.assert(
      fc.property(count, count, count, count, denominators, (bad, total, recentBad, recentTotal, q) => {
        const { remaining, hoursToThreshold } = headroomOf({ bad, total }, 1 / q, {
          bad: recentBad,
          total: recentTotal,
          hours: 6,
        });
        const isRising = q * recentBad > recentTotal;
        expect(hoursToThreshold !== undefined).toBe(remaining > 0 && isRising);
        if (hoursToThreshold === undefined) return;
        const [futureBad, futureTotal] = [
          bad + (recentBad / 6) * hoursToThreshold,
          total + (recentTotal / 6) * hoursToThreshold,
        ];
        expect(futureBad / futureTotal).toBeCloseTo(1 / q, 9);
      }),
      { numRuns: runs(2000) },
    );
  });

  test.each([
    [
      { bad: 0, total: 2000 },
      { bad: 60, total: 600 },
      { remaining: 105, hoursToThreshold: 20 },
    ],
    [{ bad: 0, total: 2000 }, { bad: 30, total: 600 }, { remaining: 105 }],
    [{ bad: 100, total: 2000 }, { bad: 60, total: 600 }, { remaining: 0 }],
    [{ bad: 0, total: 19 }, { bad: 1, total: 20 }, { remaining: 1 }],
    [{ bad: 0, total: 18 }, { bad: 1, total: 1 }, { remaining: 0 }],
    [{ bad: 0, total: 0 }, { bad: 0, total: 0 }, { remaining: 0 }],
    [{ bad: 50, total: 1 }, { bad: 50, total: 1 }, { remaining: 0 }],
    [
      { bad: 0, total: 2000 },
      { bad: 60, total: 0 },
      { remaining: 105, hoursToThreshold: 10 },
    ],
  ])('of %j with %j in the last 6 hours is %j', (present, recent, expected) => {
    expect(headroomOf(present, 0.05, { ...recent, hours: 6 })).toEqual(expected);
  });
});
