import fc from 'fast-check';
import { confidenceInterval } from '../../../shared/domain/reputation/confidence-interval.ts';
import { runs } from '../../support/runs.ts';

/** Chance of at most so many bad ones of `total`, each bad with chance `p`: the sum by the book, in logarithms. */
function chanceOfAtMost(most: number, total: number, p: number): number {
  let logOfTerm = total * Math.log1p(-p);
  let sum = Math.exp(logOfTerm);
  for (let k = 1; k <= most; k++) {
    logOfTerm += Math.log(total - k + 1) - Math.log(k) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logOfTerm);
  }
  return sum;
}

/** `bad` of `total`, few and many, at both ends and between. */
const cases = (largest: number) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: largest }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1, 2, 8),
    )
    .map(([total, share, power]) => ({ total, bad: Math.round(total * share ** power) }));

test('at its low end so many or more are a chance of 2.5 %, and at its high end so many or fewer', () => {
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

test.each([1_000_000, 10_000_000, 100_000_000])('so it is with %i mails, of which few are bad', (total) => {
  for (const bad of [0, 1, 2, 10, 100, 2000]) {
    const { low, high } = confidenceInterval(bad, total);
    if (bad > 0) expect(1 - chanceOfAtMost(bad - 1, total, low)).toBeCloseTo(0.025, 6);
    expect(chanceOfAtMost(bad, total, high)).toBeCloseTo(0.025, 6);
  }
});

test('of a hundred million it is that of rare events, and with many bad ones that of the bell curve', () => {
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

test('it holds the rate, lies within 0 and 1, and grows with what is bad', () => {
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

test('what is bad and what is not are one seen from two sides', () => {
  fc.assert(
    fc.property(cases(1_000_000), ({ bad, total }) => {
      const [{ low }, { high }] = [confidenceInterval(bad, total), confidenceInterval(total - bad, total)];
      expect(Math.abs(low - (1 - high))).toBeLessThan(1e-12);
    }),
    { numRuns: runs(300) },
  );
});

test('more bad ones than mails are taken for all of them', () => {
  expect(confidenceInterval(50, 1)).toEqual(confidenceInterval(1, 1));
  expect(confidenceInterval(1, 1)).toEqual({ low: expect.closeTo(0.025, 12), high: 1 });
});
