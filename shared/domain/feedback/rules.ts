import type { FeedbackEvent } from './feedback-event.ts';
import type { Effect, FeedbackClass, Metric } from './recipient-event.ts';
import type { RecipientTrait } from './recipient-traits.ts';

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
  };
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
 * The rules. The first one that matches a recipient decides. Each kind of event ends with a rule without further
 * conditions, so some rule matches every recipient. The counters follow SES's own bounce rate:
 * https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
 */
export const rules: readonly FeedbackRule[] = [
  {
    id: 'on-suppression-list',
    when: { kind: 'bounce', type: 'Permanent', subTypes: suppressionListSubType },
    class: 'prevented',
    metric: 'prevented',
    effect: 'adopt',
    explanation:
      'SES did not send the email, because the address is on the suppression list of the account or of a tenant. ' +
      'SES does not include it in the bounce rate.',
    source: docs.accountList,
  },
  {
    id: 'validation-suppressed',
    when: { kind: 'bounce', type: 'Permanent', subTypes: ['EmailValidationSuppressed'] },
    class: 'prevented',
    metric: null,
    effect: 'none',
    explanation:
      'SES did not send the email, because email validation found the address doubtful. ' +
      'SES repeats this assessment for every send, so the address is not suppressed here.',
    source: docs.validation,
  },
  {
    id: 'unsubscribed',
    when: { kind: 'bounce', type: 'Permanent', subTypes: ['UnsubscribedRecipient'] },
    class: 'unsubscribed',
    metric: null,
    effect: 'none',
    explanation:
      'The recipient unsubscribed from one list and may still want other email. ' +
      'SES does not add the address to a suppression list.',
    source: docs.notifications,
  },
  {
    id: 'global-suppression-list',
    when: { kind: 'bounce', type: 'Permanent', subTypes: ['Suppressed'] },
    class: 'hard',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      "The address is on SES's global suppression list, because it recently bounced for some SES customer. " +
      'SES includes it in the bounce rate.',
    source: docs.globalList,
  },
  {
    id: 'permanent-still-tried',
    when: { kind: 'bounce', type: 'Permanent', recipient: 'still-retried' },
    class: 'soft',
    metric: 'soft',
    effect: 'watch',
    explanation:
      'The bounce is permanent for another recipient of the email. ' +
      'For this recipient, the DSN reports a delay or a status of 4.x.',
    source: docs.notificationExamples,
  },
  {
    id: 'sender-blocked',
    when: { kind: 'bounce', type: 'Permanent', recipient: 'sender-refused' },
    class: 'policy-block',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      "The server's policy refused the sender or the message: for example, the enhanced status is 5.7.x, " +
      'or the text names a block list. Such a block ends, so the suppression ends as well.',
    source: docs.enhancedStatusCodes,
  },
  {
    id: 'permanent',
    when: { kind: 'bounce', type: 'Permanent' },
    class: 'hard',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      'AWS asks senders to remove the address immediately, and SES itself adds it to its suppression list. ' +
      'NoEmail and unknown sub-types are treated the same way.',
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
    explanation: 'The email caused the failure by its size, its content or its own time limit. The address did not.',
    source: docs.events,
  },
  {
    id: 'mailbox-full',
    when: { kind: 'bounce', type: 'Transient', subTypes: ['MailboxFull'] },
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation: 'A mailbox that is full once can recover. A mailbox that stays full for days is probably abandoned.',
    source: docs.notifications,
  },
  {
    id: 'transient',
    when: { kind: 'bounce', type: 'Transient', recipient: 'failure-status' },
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation:
      'SES gave up on this email with a status of 4.x or 5.x. ' +
      'Only repeated failures over several days indicate a bad address.',
    source: docs.notifications,
  },
  {
    id: 'transient-without-failure',
    when: { kind: 'bounce', type: 'Transient' },
    class: 'soft',
    metric: 'soft',
    effect: 'watch',
    explanation:
      'Without a failure status, the message may be an out-of-office reply, ' +
      'which SES reports as Transient/General as well.',
    source: docs.notifications,
  },
  {
    id: 'undetermined',
    when: { kind: 'bounce' },
    class: 'soft',
    metric: 'soft',
    effect: 'watch',
    explanation: 'SES could not determine the cause of the bounce, or the bounce type is unknown.',
    source: docs.notifications,
  },
  {
    id: 'complaint-on-suppression-list',
    when: { kind: 'complaint', subTypes: suppressionListSubType },
    class: 'prevented',
    metric: 'prevented',
    effect: 'adopt',
    explanation:
      'The recipient did not complain about this email. ' +
      'SES did not send it, because an earlier complaint put the address on a suppression list.',
    source: docs.accountList,
  },
  {
    id: 'not-spam',
    when: { kind: 'complaint', feedbackType: 'not-spam' },
    class: 'not-spam',
    metric: null,
    effect: 'none',
    explanation: 'The opposite of a complaint: the recipient moved the email out of the spam folder.',
    source: docs.events,
  },
  {
    id: 'complaint-of-several',
    when: { kind: 'complaint', recipient: 'one-of-several' },
    class: 'complaint',
    metric: 'complaints',
    effect: 'suppress',
    explanation:
      'The provider did not reveal which recipient complained, so SES names every recipient who may have. ' +
      'The report counts as one complaint.',
    source: docs.notifications,
  },
  {
    id: 'complaint',
    when: { kind: 'complaint' },
    class: 'complaint',
    metric: 'complaints',
    effect: 'suppress',
    explanation:
      'The recipient reported the email. The feedback type does not matter: abuse, fraud, virus, ' +
      'an unknown type, or none.',
    source: docs.events,
  },
];
