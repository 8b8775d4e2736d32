import type { Policy, RateThresholds } from './policy.ts';

/** Where SES puts an account under review, and where it may pause it: https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html */
export const awsThresholds = {
  review: { bounceRate: 0.05, complaintRate: 0.001 },
  pause: { bounceRate: 0.1, complaintRate: 0.005 },
} as const;

/** The lines of one scope: its own where it has some, those of all for the rest. */
export function thresholdsFor(
  { reviewThresholds, pauseThresholds, scopes }: Pick<Policy, 'reviewThresholds' | 'pauseThresholds' | 'scopes'>,
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
