import fc from 'fast-check';
import { confidenceInterval } from '../../../shared/domain/reputation/confidence-interval.ts';
import { runs } from '../../support/runs.ts';

/** Returns the probability of at most `most` bounces in `total` emails that bounce with probability `p`: the binomial sum, in logarithms. */
function chanceOfAtMost(most: number, total: number, p: number): number {
  let logOfTerm = total * Math.log1p(-p);
  let sum = Math.exp(logOfTerm);
  for (let k = 1; k <= most; k++) {
    logOfTerm += Math.log(total - k + 1) - Math.log(k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logOfTerm);
  }
  return sum;
}

/** Samples of few and many emails, at both ends of the range and in between. */
const cases = (largest: number) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: largest }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1, 2, 8),
    )
    .map(([total, share, power]) => ({ total, bad: Math.round(total * share ** power) }));

test('at the lower end, that many bounces or more have a probability of 2.5 %, and at the upper end, that many or fewer', () => {
  fc.assert(
    fc.property(cases(3000), ({ bad, total }) => {
      const { low, high } = confidenceInterval(bad, total);
      if (bad > 0) expect(1 - chanceOfAtMost(bad - 1, total, low)).toBeCloseTo(0.025, 8);
      else expect(low).toBe(0);
      if (bad < total) expect(chanceOfAtMost(bad, total, high)).toBeCloseTo(0.025, 8);
      else expect(high).toBe(1);
    }),
    { numRuns: runs(300) },
  );
});

test.each([1_000_000, 10_000_000, 100_000_000])('this also holds for %i emails of which few bounce', (total) => {
  for (const bad of [0, 1, 2, 10, 100, 2000]) {
    const { low, high } = confidenceInterval(bad, total);
    if (bad > 0) expect(1 - chanceOfAtMost(bad - 1, total, low)).toBeCloseTo(0.025, 6);
    expect(chanceOfAtMost(bad, total, high)).toBeCloseTo(0.025, 6);
  }
});

test('for a hundred million emails, it is the Poisson interval if few bounce, and the normal one if many do', () => {
  const total = 100_000_000;
  // Garwood's limits for the mean of a Poisson distribution: 95 % for 0, 1 and 10 events.
  const rare = [0, 1, 10]
    .map((bad) => confidenceInterval(bad, total))
    .map(({ low, high }) => [low * total, high * total]);
  const garwood = [
    [0, 3.6889],
    [0.0253, 5.5716],
    [4.7954, 18.3904],
  ];
  for (const [index, [low, high]] of garwood.entries()) {
    expect(rare[index]?.[0]).toBeCloseTo(low as number, 3);
    expect(rare[index]?.[1]).toBeCloseTo(high as number, 3);
  }
  const { low, high } = confidenceInterval(total / 20, total);
  const half = 1.959964 * Math.sqrt((0.05 * 0.95) / total);
  expect([(0.05 - low) / half, (high - 0.05) / half].map((ratio) => ratio.toFixed(2))).toEqual(['1.00', '1.00']);
});

test('it contains the rate, lies between 0 and 1, and rises with the number of bounces', () => {
  fc.assert(
    fc.property(cases(100_000_000), ({ bad, total }) => {
      const { low, high } = confidenceInterval(bad, total);
      expect([0 <= low, low <= bad / total, bad / total <= high, high <= 1, low < high]).toEqual([
        true,
        true,
        true,
        true,
        true,
      ]);
      if (bad === total) return;
      const more = confidenceInterval(bad + 1, total);
      expect([more.low > low, more.high >= high, bad + 1 === total || more.high > high]).toEqual([true, true, true]);
    }),
    { numRuns: runs(500) },
  );
});

test('the interval of the emails that do not bounce is the complement of the interval of those that do', () => {
  fc.assert(
    fc.property(cases(1_000_000), ({ bad, total }) => {
      const [{ low }, { high }] = [confidenceInterval(bad, total), confidenceInterval(total - bad, total)];
      expect(Math.abs(low - (1 - high))).toBeLessThan(1e-12);
    }),
    { numRuns: runs(300) },
  );
});

test('more bounces than emails count as all of them', () => {
  expect(confidenceInterval(50, 1)).toEqual(confidenceInterval(1, 1));
  expect(confidenceInterval(1, 1)).toEqual({ low: expect.closeTo(0.025, 12), high: 1 });
});
