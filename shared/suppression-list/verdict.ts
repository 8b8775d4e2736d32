import type { Reason } from '../domain/feedback/recipient-event.ts';
import type { CallOptions } from './call-options.ts';

/** The verdict on an address that may be sent to. */
export type Allowed = {
  readonly kind: 'allowed';
  /** The address as the caller passed it. */
  readonly address: string;
  /** Present if the table could not be read and `whenStoreFails` is `allow`. */
  readonly unverified?: true;
};

/** The verdict on an address that must not be sent to now. */
export type Suppressed = {
  readonly kind: 'suppressed';
  /** The address as the caller passed it. */
  readonly address: string;
  /**
   * Why the address is suppressed; the strongest reason if there are several.
   *
   * - `complaint`: the recipient reported an email as spam.
   * - `hard`: the address does not exist or accepts no email.
   * - `policy-block`: the receiving server blocks the sender.
   * - `soft`: emails bounced repeatedly.
   * - `ses-list`: SES refuses the address and gives no other reason.
   * - `manual`: an operator or an application suppressed the address.
   * - `store-failed`: the table could not be read and `whenStoreFails` is `suppress`.
   */
  readonly reason: Reason | 'store-failed';
  /** When the suppression began: the time of the first event with this reason. */
  readonly since: Date;
  /** From then on the address may be sent to again. Missing: until it is released. */
  readonly until?: Date;
  /** Whether the complaint named several recipients, so that another of them may have made it. */
  readonly suspected: boolean;
  /** The list that suppresses the address: `account`, the value of the option `list`, or `tenant:` and the name of the tenant. */
  readonly list: string;
};

/** The verdict on a text that is not an email address. */
export type Invalid = {
  readonly kind: 'invalid';
  /** The text as the caller passed it. */
  readonly address: string;
};

/** Whether email to an address may be sent now and, if not, why. */
export type Verdict = Allowed | Suppressed | Invalid;

/** Returns a verdict for each address, in the same order. */
export type CheckAll = (addresses: readonly string[], options?: CallOptions) => Promise<Verdict[]>;

/** One list's suppression of an address as stored. It may have ended since. Times in epoch milliseconds. */
export type StoredSuppression = {
  readonly list: string;
  readonly reason: Reason;
  readonly since: number;
  /** Missing: permanent. */
  readonly until?: number;
  readonly suspected: boolean;
};

/** Later than any `Date`. */
const never = 9e15;

/** Returns the verdict of the entry that lasts longest. The first entry wins a tie. */
export function verdictOf(address: string, entries: readonly StoredSuppression[], now: number): Allowed | Suppressed {
  let longest: StoredSuppression | undefined;
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
