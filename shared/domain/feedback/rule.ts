import type { Policy } from '../policy/policy.ts';
import type { Fault, FaultCause } from '../verdict/fault.ts';
import type { FeedbackEvent } from './feedback-event.ts';
import type { Effect, FeedbackClass, Metric } from './recipient-event.ts';
import type { RecipientTrait } from './recipient-traits.ts';

/**
 * What decides how long a suppression lasts: `hard.firstDays` where the recipient is at fault, `policyBlockDays` where the sender is, else a
 * setting of `suppressDays`.
 */
export type End = 'recipient' | 'sender' | keyof Policy['suppressDays'];

/** One row of the rule table: a condition on what SES reports, and the decision. */
export type FeedbackRule = {
  /** Stored with each decision, so that the decision can be explained later. */
  readonly id: string;
  readonly when: {
    readonly kind: FeedbackEvent['kind'];
    /** `bounceType`. Matches any type if left out. */
    readonly type?: string;
    /** `bounceSubType` or `complaintSubType`. Matches any sub-type, or none, if left out. */
    readonly subTypes?: readonly string[] | RegExp;
    /** `complaintFeedbackType` in lower case. Matches any type, or none, if left out. */
    readonly feedbackType?: string;
    readonly recipient?: RecipientTrait;
    /** Who is at fault, as the receiving server's answer says. Matches any fault if left out. */
    readonly faults?: readonly Fault[];
    readonly cause?: FaultCause;
  };
  /** Who is at fault, where SES's own words say so. Otherwise the receiving server's answer decides. */
  readonly fault?: Fault;
  readonly cause?: FaultCause;
  /** The setting with the number of days after which the suppression ends. A suppression is permanent if it is left out. */
  readonly ends?: End;
  readonly class: FeedbackClass;
  /** The counter that the event increments, or `null` for none. */
  readonly metric: Metric | null;
  readonly effect: Exclude<Effect, 'count'>;
  /** The reason for the decision, in sentences for docs/bounce-classes.md. */
  readonly explanation: string;
  /** Where AWS or an RFC documents it. */
  readonly source: string;
};

/**
 * Sub-types of a bounce or complaint that did not happen: SES did not send the email, because a suppression list of the
 * account or of a tenant contains the address. The ids of complaint events depend on this pattern, so it must keep
 * matching the same sub-types.
 */
export const suppressionListSubType: RegExp = /^On.*SuppressionList$/;

/** What an entry of a tenant's list means if the message does not name the tenant, for a bounce as for a complaint. */
export const onListOfUnknownTenant: Omit<FeedbackRule, 'id' | 'when'> = {
  fault: 'recipient',
  class: 'prevented',
  metric: 'prevented',
  effect: 'watch',
  explanation:
    'SES did not send the email, because the address is on the suppression list of a tenant. ' +
    'The message does not name the tenant, so it suppresses the address for nobody.',
  source: 'https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-tenant-level.html',
};
