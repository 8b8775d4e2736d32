/** Rates as shares of the sends: 0.05 is 5 %. From 0.00001 to 0.5. */
export type RateThresholds = {
  /** Hard bounces per send. */
  readonly bounceRate: number;
  /** Complaints per send. */
  readonly complaintRate: number;
};

/** Thresholds for some rates. A rate that is left out has the threshold of the level above. */
export type PartialRateThresholds = { readonly [rate in keyof RateThresholds]?: RateThresholds[rate] | undefined };

/** The settings of a policy that determine the thresholds. */
export type ThresholdSettings = {
  readonly reviewThresholds: RateThresholds;
  readonly pauseThresholds: PartialRateThresholds;
  readonly scopes: Readonly<
    Record<
      string,
      { readonly reviewThresholds: PartialRateThresholds; readonly pauseThresholds: PartialRateThresholds }
    >
  >;
};

/**
 * The rates at which SES places an account under review, and at which it may pause the account's sending.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
 */
export const awsThresholds = {
  review: { bounceRate: 0.05, complaintRate: 0.001 },
  pause: { bounceRate: 0.1, complaintRate: 0.005 },
} as const;

/**
 * Returns the thresholds of one scope. A scope's own threshold has priority over the general one. A pause threshold
 * that is not set is the one of AWS, or twice the review threshold if that is higher.
 */
export function thresholdsFor(
  { reviewThresholds, pauseThresholds, scopes }: ThresholdSettings,
  scope: string,
): { readonly review: RateThresholds; readonly pause: RateThresholds } {
  const own = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined;
  const reviewOf = (rate: keyof RateThresholds) => own?.reviewThresholds[rate] ?? reviewThresholds[rate];
  const pauseOf = (rate: keyof RateThresholds) =>
    own?.pauseThresholds[rate] ?? pauseThresholds[rate] ?? Math.max(awsThresholds.pause[rate], 2 * reviewOf(rate));
  return {
    review: { bounceRate: reviewOf('bounceRate'), complaintRate: reviewOf('complaintRate') },
    pause: { bounceRate: pauseOf('bounceRate'), complaintRate: pauseOf('complaintRate') },
  };
}

/** Returns the thresholds of the account for what AWS measures: those of AWS, or of the policy where that is stricter. Laxer ones are ignored. */
export function strictestThresholds(settings: ThresholdSettings): ReturnType<typeof thresholdsFor> {
  const { review, pause } = thresholdsFor(settings, 'account');
  const stricter = (one: RateThresholds, other: RateThresholds): RateThresholds => ({
    bounceRate: Math.min(one.bounceRate, other.bounceRate),
    complaintRate: Math.min(one.complaintRate, other.complaintRate),
  });
  return { review: stricter(review, awsThresholds.review), pause: stricter(pause, awsThresholds.pause) };
}
