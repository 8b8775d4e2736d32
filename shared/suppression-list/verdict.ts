import type { Reason } from '../domain/feedback/recipient-event.ts';

/** It may be mailed. */
export type Allowed = {
  readonly kind: 'allowed';
  /** As it was passed. */
  readonly address: string;
  /** The table could not be asked, and `whenStoreFails` is `allow`. */
  readonly unverified?: true;
};

/** It must not be mailed now. */
export type Suppressed = {
  readonly kind: 'suppressed';
  /** As it was passed. */
  readonly address: string;
  /**
   * The strongest of several. `complaint`: reported as spam; `hard`: does not exist, or takes no mail; `policy-block`: blocks the sender;
   * `soft`: bounced again and again; `ses-list`: SES itself refuses, and no more is known; `manual`: somebody decided so;
   * `store-failed`: the table could not be asked, and `whenStoreFails` is `suppress`.
   */
  readonly reason: Reason | 'store-failed';
  readonly since: Date;
  /** It may be mailed again from then on. Missing: never, until it is released. */
  readonly until?: Date;
  /** The complaint named several recipients, and any one of them may have made it. */
  readonly suspected: boolean;
  /** Which list holds it: `account`, or that of the option `list`. */
  readonly list: string;
};

/** It is no e-mail address. */
export type Invalid = { readonly kind: 'invalid'; readonly address: string };

/** Whether mail to an address may be sent now, and why not. */
export type Verdict = Allowed | Suppressed | Invalid;

/** That one list holds an address as suppressed, or has: whether it still does is a question of the moment. Times in epoch milliseconds. */
export type SuppressionEntry = {
  readonly list: string;
  readonly reason: Reason;
  readonly since: number;
  /** Missing: never. */
  readonly until?: number;
  readonly suspected: boolean;
};

/** Later than any `Date`. */
const never = 9e15;

/** Of several lists that hold the address, the one that suppresses it longest speaks; of equals, the first. */
export function verdictOf(address: string, entries: readonly SuppressionEntry[], now: number): Allowed | Suppressed {
  let longest: SuppressionEntry | undefined;
  let end = now;
  for (const entry of entries) {
    const { until = never } = entry;
    if (until > end) [longest, end] = [entry, until];
  }
  if (longest === undefined) return { kind: 'allowed', address };
  const { since, until, ...rest } = longest;
  return {
    kind: 'suppressed',
    address,
    ...rest,
    since: new Date(since),
    ...(until !== undefined && { until: new Date(until) }),
  };
}
