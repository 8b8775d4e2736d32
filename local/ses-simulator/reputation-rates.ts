/** The emails of one hour. A bounce may arrive later: `arrived` has the hours after the send, one for each bounce. */
export type SimulatedHour = {
  readonly sends: number;
  readonly hardBounces: number;
  readonly complaints: number;
  /** @default all bounces arrive in the hour of the send */
  readonly arrived?: readonly number[];
};

/** The rule by which the simulated SES computes its rates. AWS does not publish its own. */
export type ReputationRule = {
  /** The window: at least this many of the latest emails, and at least those of this many days. */
  readonly emails: number;
  readonly days: number;
  /** How late the rates are. */
  readonly delayHours: number;
  /** Decimal places that the rates are rounded to. */
  readonly digits: number;
  /** The shares of the emails that count in the denominators. */
  readonly eligible: { readonly bounceRate: number; readonly complaintRate: number };
};

/**
 * Returns the content of the window that ends with an hour, or `undefined` if the history is shorter.
 *
 * @param end the number of hours in the window's past
 * @param now the number of hours that have passed: later bounces have not arrived yet
 */
export function reputationWindow(
  hours: readonly SimulatedHour[],
  { emails, days }: Pick<ReputationRule, 'emails' | 'days'>,
  { end, now }: { readonly end: number; readonly now: number },
): { sends: number; hardBounces: number; complaints: number } | undefined {
  let [sends, hardBounces, complaints] = [0, 0, 0];
  for (let index = end - 1; index >= 0; index--) {
    if (sends >= emails && end - index > days * 24) return { sends, hardBounces, complaints };
    const { arrived = [], ...counted } = hours[index] as SimulatedHour;
    // A window by count begins within an hour.
    const share = days * 24 >= end - index ? 1 : Math.min(1, (emails - sends) / Math.max(1, counted.sends));
    const known = arrived.length === 0 ? counted.hardBounces : arrived.filter((late) => index + late <= now).length;
    sends += counted.sends * share;
    hardBounces += known * share;
    complaints += counted.complaints * share;
  }
  return undefined;
}

/** Returns the rates that SES shows after some hours, or `undefined` if it shows none. */
export function reputationRates(
  hours: readonly SimulatedHour[],
  { delayHours, digits, eligible, ...window }: ReputationRule,
  passed: number,
): { bounceRate: number; complaintRate: number } | undefined {
  const end = passed - delayHours;
  const content = reputationWindow(hours, window, { end, now: end });
  if (content === undefined || content.sends === 0) return undefined;
  const round = (value: number) => Math.round(value * 10 ** digits) / 10 ** digits;
  return {
    bounceRate: round(content.hardBounces / content.sends / eligible.bounceRate),
    complaintRate: round(content.complaints / content.sends / eligible.complaintRate),
  };
}
