import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/** The probability, on each side, that the true rate lies outside the interval. */
const tail = 0.025;

/**
 * Returns the exact 95 % confidence interval of a rate (Clopper and Pearson, 1934): the range in which the true rate lies, given `bad` of
 * `total`. Accurate up to a total of at least 10^8.
 *
 * @param bad 0 or more; if it exceeds `total`, it counts as `total`
 * @param total 1 or more
 * @returns shares: 0.05 is 5 %
 */
export function confidenceInterval(bad: number, total: number): { readonly low: number; readonly high: number } {
  const counted = Math.min(bad, total);
  return {
    low: counted === 0 ? 0 : betaQuantile(tail, counted, total - counted + 1),
    high: counted === total ? 1 : betaQuantile(1 - tail, counted + 1, total - counted),
  };
}
