import { type FeedbackRule, onListOfUnknownTenant, suppressionListSubType } from './rule.ts';

const guide = 'https://docs.aws.amazon.com/ses/latest/dg/';
const docs = {
  notifications: `${guide}notification-contents.html`,
  notificationExamples: `${guide}notification-examples.html`,
  events: `${guide}event-publishing-retrieving-sns-contents.html`,
  accountList: `${guide}sending-email-suppression-list.html`,
  globalList: `${guide}sending-email-global-suppression-list.html`,
  validation: `${guide}email-validation-auto.html`,
  enhancedStatusCodes: 'https://www.rfc-editor.org/rfc/rfc3463#section-3.8',
  contentStatusCodes: 'https://www.rfc-editor.org/rfc/rfc3463#section-3.7',
  mailboxStatusCodes: 'https://www.rfc-editor.org/rfc/rfc3463#section-3.3',
  deliveryReports: 'https://www.rfc-editor.org/rfc/rfc3464#section-2.3.3',
  finalRecipient: 'https://www.rfc-editor.org/rfc/rfc3464#section-2.3.2',
};

/**
 * The rules for bounces. The last one matches any bounce. The counters follow SES's own bounce rate:
 * https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html
 */
export const bounceRules: readonly FeedbackRule[] = [
  {
    id: 'on-list-of-unknown-tenant',
    when: { kind: 'bounce', type: 'Permanent', subTypes: ['OnTenantSuppressionList'], recipient: 'unknown-tenant' },
    ...onListOfUnknownTenant,
  },
  {
    id: 'on-suppression-list',
    when: { kind: 'bounce', type: 'Permanent', subTypes: suppressionListSubType },
    fault: 'recipient',
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
    fault: 'recipient',
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
    fault: 'recipient',
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
    fault: 'recipient',
    ends: 'globalList',
    class: 'hard',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      "The address is on SES's global suppression list, because it recently bounced for some SES customer. " +
      'SES includes it in the bounce rate, and removes it from that list within 14 days.',
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
      'For this recipient, the DSN reports a delay, or a status of 4.x and no failure.',
    source: docs.notificationExamples,
  },
  {
    id: 'permanent-later-for-sender',
    when: { kind: 'bounce', type: 'Permanent', recipient: 'temporary-status', faults: ['sender', 'message'] },
    class: 'soft',
    metric: 'hard',
    effect: 'watch',
    explanation:
      'The server refused the sender or the message for a time, with a status of 4.x. ' +
      'That says nothing about the address.',
    source: docs.deliveryReports,
  },
  {
    id: 'permanent-gave-up',
    when: { kind: 'bounce', type: 'Permanent', recipient: 'temporary-status' },
    class: 'soft',
    metric: 'hard',
    effect: 'strike',
    explanation: 'Delivery failed with a status of 4.x: SES stopped trying, and a later email may arrive.',
    source: docs.deliveryReports,
  },
  {
    id: 'sender-blocked',
    when: { kind: 'bounce', type: 'Permanent', faults: ['sender'] },
    ends: 'sender',
    class: 'policy-block',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      'The server refused the sender: for example, the enhanced status is 5.7.x, or the text names a block list. ' +
      'Such a block ends, so the suppression ends as well.',
    source: docs.enhancedStatusCodes,
  },
  {
    id: 'message-refused',
    when: { kind: 'bounce', type: 'Permanent', faults: ['message'] },
    ends: 'message',
    class: 'message-fault',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      'The server refused this message, for its content or its size. The next one may arrive, so the suppression ends ' +
      'soon.',
    source: docs.contentStatusCodes,
  },
  {
    id: 'permanent-for-a-time',
    when: { kind: 'bounce', type: 'Permanent', faults: ['temporary'] },
    ends: 'temporary',
    class: 'soft',
    metric: 'hard',
    effect: 'suppress',
    explanation:
      'SES calls the bounce permanent, but the reason ends by itself: a full mailbox, DNS, or a server that is down. ' +
      'The address is suppressed for a short time, with a strike.',
    source: docs.mailboxStatusCodes,
  },
  {
    id: 'forwarded',
    when: { kind: 'bounce', type: 'Permanent', recipient: 'reported-elsewhere' },
    class: 'soft',
    metric: 'hard',
    effect: 'strike',
    explanation:
      'The report names an address of another domain, to which the recipient forwards email. ' +
      'The recipient may repair that, and anybody can write a report.',
    source: docs.finalRecipient,
  },
  {
    id: 'permanent',
    when: { kind: 'bounce', type: 'Permanent' },
    ends: 'recipient',
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
    fault: 'message',
    class: 'message-fault',
    metric: null,
    effect: 'none',
    explanation: 'The email caused the failure by its size, its content or its own time limit. The address did not.',
    source: docs.events,
  },
  {
    id: 'mailbox-full',
    when: { kind: 'bounce', type: 'Transient', subTypes: ['MailboxFull'] },
    fault: 'temporary',
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation: 'A mailbox that is full once can recover. A mailbox that stays full for days is probably abandoned.',
    source: docs.notifications,
  },
  {
    id: 'transient-for-sender',
    when: { kind: 'bounce', type: 'Transient', recipient: 'failure', faults: ['sender', 'message'] },
    class: 'soft',
    metric: 'soft',
    effect: 'watch',
    explanation:
      'The server refused the sender or the message. ' +
      'However often that happens, it says nothing about the address, so it adds no strike.',
    source: docs.enhancedStatusCodes,
  },
  {
    id: 'transient-no-domain',
    when: { kind: 'bounce', type: 'Transient', recipient: 'failure', cause: 'no-domain' },
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation:
      'The domain of the address does not exist, or accepts no email. ' +
      'If it is so on another day as well, the address is suppressed for a time, however far apart the two are.',
    source: docs.notifications,
  },
  {
    id: 'transient',
    when: { kind: 'bounce', type: 'Transient', recipient: 'failure' },
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation:
      'SES gave up on this email after an error, or with a status of 4.x or 5.x. ' +
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
      'Without an error, the message may be an out-of-office reply, ' +
      'which SES reports as Transient/General as well.',
    source: docs.notifications,
  },
  {
    id: 'delayed',
    when: { kind: 'bounce', type: 'Delayed' },
    class: 'soft',
    metric: null,
    effect: 'none',
    explanation: 'A report by email says that delivery is delayed: the server keeps trying, and may still deliver.',
    source: docs.deliveryReports,
  },
  {
    id: 'undetermined-failure',
    when: { kind: 'bounce', recipient: 'permanent-failure', faults: ['recipient', 'temporary', 'unknown'] },
    class: 'soft',
    metric: 'soft',
    effect: 'strike',
    explanation:
      'SES could not determine the cause of the bounce, or the bounce type is unknown, but the DSN reports a failure ' +
      'with a status of 5.x.',
    source: docs.deliveryReports,
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
];
