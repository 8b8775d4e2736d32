import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/** The share of cases in which the interval does not hold the true rate, on each side. */
const outside = 0.025;

/**
 * The exact 95 % interval of a rate (Clopper and Pearson, 1934): where the true rate lies, as far as `b` of `n` can tell.
 * Sound up to n = 10^8 at least.
 * @param b 0 ≤ b ≤ n; more is taken for n
 * @param n at least 1
 * @returns shares: 0.05 is 5 %
 */
export function confidenceInterval(bad: number, total: number): { readonly low: number; readonly high: number } {
  const counted = Math.min(bad, total);
  return {
    low: counted === 0 ? 0 : betaQuantile(outside, counted, total - counted + 1),
    high: counted === total ? 1 : betaQuantile(1 - outside, counted + 1, total - counted),
  };
}
