import type { RateName } from '../reputation/rate-name.ts';
import type { Cumulative } from './cumulative.ts';
import { type Eligibility, eligibleShare, type RateSums, rateSums, squaredError } from './eligibility.ts';
import { contentOf } from './window.ts';
import type { Candidate } from './window-candidates.ts';

/** The rates that AWS shows for an account at one time. A rate is missing where CloudWatch has no value. */
export type MetricPoint = { readonly at: number } & { readonly [rate in RateName]?: number };

/** How fine the values of each rate are: a hundredth of what they vary by, so that both rates weigh the same. */
export type Resolution = Readonly<Record<RateName, number>>;

/** A candidate, and how well it explains the values of AWS. */
export type ScoredRule = {
  readonly candidate: Candidate;
  /** The sum over both rates of the root mean square of the errors, in units of the {@link Resolution}. Infinite if the history is too short. */
  readonly score: number;
  readonly eligible: Eligibility;
  /** How much of the variation of the bounce rate it explains, from 0 to 1. */
  readonly explained: number;
  /** The root mean square of the errors of the bounce rate: 0.0001 is 0.01 percentage points. */
  readonly bounceError: number;
};

const rates: readonly RateName[] = ['bounceRate', 'complaintRate'];

export function resolutionOf(points: readonly MetricPoint[]): Resolution {
  const of = (rate: RateName) => {
    const values = points.flatMap((point) => point[rate] ?? []);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.length === 0 ? 1e-6 : Math.max((high - low) / 100, 1e-6);
  };
  return { bounceRate: of('bounceRate'), complaintRate: of('complaintRate') };
}

/**
 * Scores a candidate on some values of AWS.
 *
 * @param known the shares of the emails that count. @default those that explain the values best
 */
export function scoreRule(
  history: Cumulative,
  candidate: Candidate,
  { points, resolution }: { readonly points: readonly MetricPoint[]; readonly resolution: Resolution },
  known?: Eligibility,
): ScoredRule {
  const sums = { bounceRate: rateSums(), complaintRate: rateSums() };
  let missing = 0;
  for (const point of points) {
    const content = contentOf(history, candidate, point.at - candidate.delayMs);
    if (content === undefined || content.sends <= 0) {
      missing++;
      continue;
    }
    add(sums.bounceRate, point.bounceRate, content.hardBounces / content.sends);
    add(sums.complaintRate, point.complaintRate, content.complaints / content.sends);
  }
  const eligible = known ?? {
    bounceRate: eligibleShare(sums.bounceRate, 'bounceRate'),
    complaintRate: eligibleShare(sums.complaintRate, 'complaintRate'),
  };
  const errorOf = (rate: RateName) => {
    const { count } = sums[rate];
    return count === 0 ? 0 : Math.sqrt(squaredError(sums[rate], eligible[rate]) / count);
  };
  const isTooShort = missing > points.length / 3;
  const spread = spreadOf(points.flatMap(({ bounceRate }) => bounceRate ?? []));
  return {
    candidate,
    score: isTooShort
      ? Number.POSITIVE_INFINITY
      : rates.reduce((sum, rate) => sum + errorOf(rate) / resolution[rate], 0),
    eligible,
    explained: spread === 0 ? 0 : 1 - errorOf('bounceRate') / spread,
    bounceError: errorOf('bounceRate'),
  };
}

function add(sums: RateSums, value: number | undefined, own: number): void {
  if (value === undefined) return;
  sums.count++;
  sums.valueSquared += value * value;
  sums.product += value * own;
  sums.ownSquared += own * own;
}

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
}
