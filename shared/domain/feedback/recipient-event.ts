import type { AddressKey } from '../address.ts';
import type { FeedbackClass, Rule } from './rules.ts';

/** What is counted, per scope and five minutes of send time. `hard` and `complaints` are the numerators of the two rates. */
export type Metric = 'hard' | 'soft' | 'complaints' | 'prevented';

/**
 * Why an address is suppressed, the strongest first. `manual`: somebody has said so. `ses-list`: SES's own list holds it, and we know no
 * more.
 */
export const reasons = ['manual', 'complaint', 'hard', 'ses-list', 'policy-block', 'soft'] as const;
export type Reason = (typeof reasons)[number];

/** One event's word on one recipient, classified: what `decide` takes. */
export type RecipientEvent = {
  /** The same for every delivery of the event, in both vocabularies, whatever the rules say. See {@link eventId}. */
  readonly id: string;
  readonly address: AddressKey;
  readonly originalAddress: string;
  /** `listed`: no feedback; SES's own list was read, and holds the address. */
  readonly class: FeedbackClass | 'listed';
  /** The {@link Rule} that matched. */
  readonly rule: Rule['id'];
  readonly effect: Rule['effect'];
  /** A complaint that names several: any one of them may be the one. */
  readonly suspected: boolean;
  /** The counter it goes to: none for the simulator, our own domains, and all but one recipient of a complaint. */
  readonly metric: Metric | null;
  /** What may be its cause, as words of a counter: the sub-type (`is_NoEmail`), the recipient's provider (`at_gmail`). */
  readonly contributors: readonly string[];
  /** Where it is counted. */
  readonly scopes: readonly string[];
  /** Epoch milliseconds: SES took the mail, the feedback happened. */
  readonly sentAt: number;
  readonly at: number;
  /** For the mailbox simulator: how long a suppression may last. Milliseconds. */
  readonly maxDurationMs?: number;
  /** SES's words, for the evidence. */
  readonly subType?: string;
  readonly status?: string;
  readonly diagnosticCode?: string;
  readonly messageId: string;
  readonly channel: 'identity' | 'configuration-set' | 'account-list';
};
