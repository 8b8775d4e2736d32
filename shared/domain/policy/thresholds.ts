import type { Policy, Rates } from './policy.ts';

/** Where SES puts an account under review, and where it may pause it: https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html */
export const awsLines = {
  review: { bounceRate: 0.05, complaintRate: 0.001 },
  pause: { bounceRate: 0.1, complaintRate: 0.005 },
} as const;

/** The lines of one scope: its own where it has some, those of all for the rest. */
export function linesOf(
  { reviewLines, pauseLines, scopes }: Pick<Policy, 'reviewLines' | 'pauseLines' | 'scopes'>,
  scope: string,
): { readonly review: Rates; readonly pause: Rates } {
  const own = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined;
  const reviewOf = (rate: keyof Rates) => own?.reviewLines[rate] ?? reviewLines[rate];
  const pauseOf = (rate: keyof Rates) =>
    own?.pauseLines[rate] ?? pauseLines[rate] ?? Math.max(awsLines.pause[rate], 2 * reviewOf(rate));
  return {
    review: { bounceRate: reviewOf('bounceRate'), complaintRate: reviewOf('complaintRate') },
    pause: { bounceRate: pauseOf('bounceRate'), complaintRate: pauseOf('complaintRate') },
  };
}
