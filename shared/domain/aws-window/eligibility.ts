import type { RateName } from '../reputation/rate-name.ts';

/**
 * The share of the emails that AWS counts in the denominator of each rate: 1 is all of them. Its complaint rate is about the emails to domains
 * that send complaint feedback, which Gmail does not.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
 */
export type Eligibility = Readonly<Record<RateName, number>>;

/** The least share that is tried. AWS leaves out emails to verified domains from the bounce rate: seldom many. */
const minShare: Eligibility = { bounceRate: 0.5, complaintRate: 0.02 };

/** Sums over AWS's values and the rates that all emails of a window have. */
export type RateSums = { count: number; valueSquared: number; product: number; ownSquared: number };

export function rateSums(): RateSums {
  return { count: 0, valueSquared: 0, product: 0, ownSquared: 0 };
}

/** Returns the share by which the rates of all emails explain AWS's values best: the least squares of `value - own / share`. */
export function eligibleShare({ product, ownSquared }: RateSums, rate: RateName): number {
  return product <= 0 ? 1 : Math.min(1, Math.max(minShare[rate], ownSquared / product));
}

/** Returns the sum of the squares of `value - own / share`. */
export function squaredError({ valueSquared, product, ownSquared }: RateSums, share: number): number {
  return Math.max(0, valueSquared - (2 * product) / share + ownSquared / share ** 2);
}
