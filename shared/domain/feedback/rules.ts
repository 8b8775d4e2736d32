import type { FeedbackEvent } from './feedback-event.ts';
import type { Metric } from './recipient-event.ts';
import type { RecipientTrait } from './recipient-traits.ts';

/** What a piece of feedback says of a recipient. */
export type FeedbackClass =
  | 'hard'
  | 'soft'
  | 'policy-block'
  | 'prevented'
  | 'unsubscribed'
  | 'message-fault'
  | 'complaint'
  | 'not-spam';

/** What is done about it. `adopt`: SES holds the address on its list already, so we hold it too. `strike`: watch, and count it against the address. */
export type Effect = 'suppress' | 'adopt' | 'strike' | 'watch' | 'none';

/** One row of the table: what SES may say, and what we make of it. */
export type Rule = {
  /** Kept with each decision, so that it can be explained. */
  readonly id: string;
  readonly when: {
    readonly kind: FeedbackEvent['kind'];
    /** `bounceType`; left out: any. */
    readonly type?: string;
    /** `bounceSubType` or `complaintSubType`; left out: any, also none. */
    readonly subTypes?: readonly string[] | RegExp;
    /** `complaintFeedbackType`; left out: any, also none. */
    readonly feedbackType?: string;
    readonly recipient?: RecipientTrait;
  };
  readonly class: FeedbackClass;
  /** The counter it goes to, or none. */
  readonly metric: Metric | null;
  readonly effect: Effect;
  /** Why, in a sentence for docs/bounce-classes.md. */
  readonly explanation: string;
  /** Where SES, or an RFC, says so. */
  readonly source: string;
};

/**
 * The sub-type of a bounce or complaint that did not happen: SES did not send, as a list of its own (the account's, a tenant's)
 * holds the address. Event ids of complaints are made with it, so it must keep matching what it matches today.
 */
export const suppressionListSubType: RegExp = /^On.*SuppressionList$/;

const guide = 'https://docs.aws.amazon.com/ses/latest/dg/';
const docs = {
  notifications: `${guide}notification-contents.html`,
  notificationExamples: `${guide}notification-examples.html`,
  events: `${guide}event-publishing-retrieving-sns-contents.html`,
  accountList: `${guide}sending-email-suppression-list.html`,
  globalList: `${guide}sending-email-global-suppression-list.html`,
  validation: `${guide}email-validation-auto.html`,
  enhancedStatusCodes: 'https://www.rfc-editor.org/rfc/rfc3463#section-3.8',
};

/**
 * The rules, first match wins. Every recipient of every event meets one: each kind ends with a row that takes the rest.
 * What counts toward SES's own bounce rate: https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
 */
export const rules: readonly Rule[] = [
  {
    id: 'on-suppression-list',
    when: { kind: 'bounce', type: 'Permanent', subTypes: suppressionListSubType },
    class: 'prevented',
    metric: 'prevented',
    effect: 'adopt',
    explanation: 'SES did not try: the address is on a suppression list. SES leaves it out of the bounce rate.',
    source: docs.accountList,
  },
  {
    id: 'validation-suppressed',
    when: { kind: 'bounce', type: 'Permanent', subTypes: ['EmailValidationSuppressed'] },
    class: 'prevented',
    metric: null,
    effect: 'none',
    explanation: 'SES did not try: its validation doubts the address. A guess, made anew at each send.',
    source: docs.validation,
  },
  {
    id: 'unsubscribed',
    when: { kind: 'bounce', type: 'Permanent', subTypes: ['UnsubscribedRecipient'] },
    class: 'unsubscribed',
    metric: null,
    effect: 'none',
    explanation: 'The recipient left one list; other mail may be wanted. SES puts it on no suppression list.',
    source: docs.notifications,
  },
  {
    id: 'global-suppression-list',
    when: { kind: 'bounce', type: 'Permanent', subTypes: ['Suppressed'] },
    class: 'hard',
    metric: 'hard',
    effect: 'suppress',
    explanation: "SES's global list: it bounced for some SES customer lately. SES counts it in the bounce rate.",
    source: docs.globalList,
  },
  {
    id: 'permanent-still-tried',
    when: { kind: 'bounce', type: 'Permanent', recipient: 'still being tried' },
    class: 'soft',
    metric: 'soft',
    effect: 'watch',
    explanation: 'The bounce is permanent for another recipient; for this one the DSN says delayed or 4.x.',
    source: docs.notificationExamples,
  },
  {
    id: 'sender-blocked',
    when: { kind: 'bounce', type: 'Permanent', recipient: 'sender blocked' },
    class: 'policy-block',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      'Enhanced status 5.7.x, a block list or the like: a policy refused this sender or this mail. That ends.',
    source: docs.enhancedStatusCodes,
  },
  {
    id: 'permanent',
    when: { kind: 'bounce', type: 'Permanent' },
    class: 'hard',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      'AWS asks to remove the address at once. So are treated NoEmail and sub-types we do not know: SES lists permanent bounces, too.',
    source: docs.notifications,
  },
  {
    id: 'message-fault',
    when: {
      kind: 'bounce',
      type: 'Transient',
      subTypes: ['MessageTooLarge', 'ContentRejected', 'AttachmentRejected', 'CustomTimeoutExceeded'],
    },
    class: 'message-fault',
    metric: null,
    effect: 'none',
    explanation: 'The mail is at fault (its size, its content, its own time limit), not the address.',
    source: docs.events,
  },
  {
    id: 'mailbox-full',
    when: { kind: 'bounce', type: 'Transient', subTypes: ['MailboxFull'] },
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation: 'A mailbox that stays full over days is abandoned; one that is full today is not.',
    source: docs.notifications,
  },
  {
    id: 'transient',
    when: { kind: 'bounce', type: 'Transient', recipient: 'with a status of failure' },
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation:
      'SES gave up for now, with status 4.x or 5.x. Only repetition over days says something of the address.',
    source: docs.notifications,
  },
  {
    id: 'transient-without-failure',
    when: { kind: 'bounce', type: 'Transient' },
    class: 'soft',
    metric: 'soft',
    effect: 'watch',
    explanation:
      'Without a status of failure it may be an out-of-office reply, which arrives as Transient/General too.',
    source: docs.notifications,
  },
  {
    id: 'undetermined',
    when: { kind: 'bounce' },
    class: 'soft',
    metric: 'soft',
    effect: 'watch',
    explanation: 'SES could not read the bounce, or it is of a type we do not know.',
    source: docs.notifications,
  },
  {
    id: 'complaint-on-suppression-list',
    when: { kind: 'complaint', subTypes: suppressionListSubType },
    class: 'prevented',
    metric: 'prevented',
    effect: 'adopt',
    explanation: 'Nobody complained: SES did not try, as the address is on a suppression list for a complaint.',
    source: docs.accountList,
  },
  {
    id: 'not-spam',
    when: { kind: 'complaint', feedbackType: 'not-spam' },
    class: 'not-spam',
    metric: null,
    effect: 'none',
    explanation: 'The opposite of a complaint: the recipient took the mail out of the spam folder.',
    source: docs.events,
  },
  {
    id: 'complaint-of-several',
    when: { kind: 'complaint', recipient: 'one of several' },
    class: 'complaint',
    metric: 'complaints',
    effect: 'suppress',
    explanation: 'The provider hid who complained; SES names all it may have been. One report, counted once.',
    source: docs.notifications,
  },
  {
    id: 'complaint',
    when: { kind: 'complaint' },
    class: 'complaint',
    metric: 'complaints',
    effect: 'suppress',
    explanation: 'The recipient reported the mail, whatever the type: abuse, fraud, virus, one unknown, or none.',
    source: docs.events,
  },
];
