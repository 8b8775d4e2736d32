import type { AddressKey } from '../address.ts';
import type { Fault, FaultCause } from '../verdict/fault.ts';
import type { FeedbackEvent } from './feedback-event.ts';

/** The meaning of a piece of feedback for one recipient. */
export type FeedbackClass =
  | 'hard'
  | 'soft'
  | 'policy-block'
  | 'prevented'
  | 'unsubscribed'
  | 'message-fault'
  | 'complaint'
  | 'not-spam';

/**
 * The effect of a piece of feedback on its address:
 *
 * - `suppress`: suppress the address; a temporary failure also adds a strike;
 * - `adopt`: suppress the address, because SES already has it on a suppression list;
 * - `strike`: watch the address and add a strike, which can suppress it under the soft-bounce policy;
 * - `watch`: keep a record of the address without a strike;
 * - `count`: remember only that the event was counted, in a record that belongs to no address;
 * - `none`: change nothing.
 */
export type Effect = 'suppress' | 'adopt' | 'strike' | 'watch' | 'count' | 'none';

/**
 * The counters, kept per scope and five minutes of send time. `hard` and `complaints` are the numerators of the two
 * rates.
 */
export type Metric = 'hard' | 'soft' | 'complaints' | 'prevented';

/**
 * The reasons for a suppression, strongest first. `manual`: an operator or an application suppressed the address.
 * `ses-list`: the SES account suppression list contains the address, and no other reason is known.
 */
export const reasons = ['manual', 'complaint', 'hard', 'ses-list', 'policy-block', 'soft'] as const;
/** A reason for a suppression. */
export type Reason = (typeof reasons)[number];

/** One event about one recipient, as `classify` returns it and `decide` takes it. */
export type RecipientEvent = {
  /** The same for every delivery of the event, on both channels and under any rules. See `eventId`. */
  readonly id: string;
  /** The key under which the record of the address is stored. */
  readonly address: AddressKey;
  /** The address as SES wrote it, without the display name. */
  readonly originalAddress: string;
  /** `listed` is not feedback: reconciliation found the address on the SES account suppression list. */
  readonly class: FeedbackClass | 'listed';
  /** Id of the rule that matched. */
  readonly rule: string;
  /** What happens to the address. */
  readonly effect: Effect;
  /** Whether a complaint names several recipients, so that this one may not be the one who complained. */
  readonly suspected: boolean;
  /**
   * The counter that the event increments. `null` for the mailbox simulator, for the account's own domains, and for all
   * but one recipient of a complaint.
   */
  readonly metric: Metric | null;
  /**
   * What the event contributes to when a rate rises, as parts of a counter name: the sub-type (`is_NoEmail`) and the
   * mailbox provider of the recipient (`at_gmail`).
   */
  readonly contributors: readonly string[];
  /** The scopes in which the event is counted. */
  readonly scopes: readonly string[];
  /** Time at which SES accepted the email, in epoch milliseconds. */
  readonly sentAt: number;
  /** Time of the feedback, in epoch milliseconds. */
  readonly at: number;
  /** Who is at fault. Missing in `listed` events, which report no bounce. */
  readonly fault?: Fault;
  /** The row of the verdict tables that decided, where the receiving server's answer did. */
  readonly row?: string;
  /** What is wrong, where the verdict says so. */
  readonly faultCause?: FaultCause;
  /** Where the sender's fault shows: the domain, or the IP address of SES that sent the email. */
  readonly sentFrom?: string;
  /** The mailbox provider that answered, or that the recipient's domain belongs to, such as `google`. Missing if unknown. */
  readonly provider?: string;
  /** Whether an email was delivered to the address lately. Missing if that is not known. */
  readonly hadDelivery?: boolean;
  /** Maximum duration of a suppression, in milliseconds. Missing if it never ends. */
  readonly maxDurationMs?: number;
  /** SES's bounceSubType or complaintSubType, kept as evidence. */
  readonly subType?: string;
  /** Enhanced status code from the DSN, kept as evidence. */
  readonly status?: string;
  /** Text of the receiving server, kept as evidence. */
  readonly diagnosticCode?: string;
  /** Set if the report names this address, although the email was not sent to it. No cause follows from it. */
  readonly isUnaddressed?: true;
  /** The key of the report, if others may have made the complaint as well: all messages about it count once. */
  readonly report?: AddressKey;
  /** The address that the report names instead of this one, masked, kept as evidence. */
  readonly reportedAs?: string;
  /** `mail.messageId`, or the `feedbackId` if there is none. */
  readonly messageId: string;
  /** The SES tenant on whose own list the event acts. Missing if it acts on the account's list. */
  readonly tenant?: string;
  /** The list whose record the event changes. Missing: the account's. Set by `separateTenants`. */
  readonly list?: string;
  /** How the event arrived. `email`: as a report by email; `account-list`: from the SES account suppression list; `import`: from the list of another service. */
  readonly channel: FeedbackEvent['channel'] | 'account-list' | 'import';
};
