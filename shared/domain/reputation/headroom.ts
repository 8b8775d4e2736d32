/** How many more bounces or complaints a rate can take until it reaches a threshold, and how soon that is. */
export type Headroom = {
  /** How many more bounces (or complaints) in a row leave the rate at or below the threshold. 0 if the next one exceeds it. */
  readonly remaining: number;
  /** Hours until the threshold is reached, at the recent rate and volume. Missing if it is reached, or if the rate moves away from it. */
  readonly hoursToThreshold?: number;
};

/** The headroom to the review threshold or, once that is reached, to the pause threshold. */
export type NextHeadroom = Headroom & {
  readonly to: 'review' | 'pause';
  /** The forecast extrapolates the emails of this many hours: those since the rate rose, or those of the last 6 hours. */
  readonly basedOnHours: number;
};

/** The rates at which AWS reviews an account and at which it may pause the account, or those of the policy. 0.05 is 5 %. */
export type Thresholds = { readonly review: number; readonly pause: number };

type Share = { readonly bad: number; readonly total: number };

/** The emails of the last hours, whose rate and volume are expected to continue. */
export type RecentRate = Share & { readonly hours: number };

/** Returns the headroom to the next threshold that the present rate has not reached yet. */
export function headroomToNextThreshold(thresholds: Thresholds, present: Share, recent: RecentRate): NextHeadroom {
  const isReviewReached = present.bad >= thresholds.review * present.total && present.total > 0;
  const to = isReviewReached ? 'pause' : 'review';
  return { to, basedOnHours: recent.hours, ...headroomOf(present, thresholds[to], recent) };
}

/**
 * Returns the headroom of a rate.
 *
 * With b bounces of n emails and threshold p, x more bounces in a row give the rate (b + x) / (n + x), which is at most p as long as
 * x ≤ (p·n − b) / (1 − p). At a recent rate above p, the remaining p·n − b shrink by the recent excess per hour.
 */
export function headroomOf(present: Share, threshold: number, recent: RecentRate): Headroom {
  const allowed = threshold * present.total - present.bad;
  // The tolerance keeps a rounding error from taking away a whole bounce.
  const remaining = Math.max(0, Math.floor(allowed / (1 - threshold) + 1e-9));
  const excess = recent.bad - threshold * recent.total;
  if (remaining === 0 || excess <= 0) return { remaining };
  return { remaining, hoursToThreshold: (allowed / excess) * recent.hours };
}
