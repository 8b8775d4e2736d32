/** The two rates that AWS evaluates a sender by. */
export const rateNames = ['bounceRate', 'complaintRate'] as const;
export type RateName = (typeof rateNames)[number];
