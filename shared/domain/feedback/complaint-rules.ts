import { type FeedbackRule, onListOfUnknownTenant, suppressionListSubType } from './rule.ts';

const guide = 'https://docs.aws.amazon.com/ses/latest/dg/';
const docs = {
  notifications: `${guide}notification-contents.html`,
  events: `${guide}event-publishing-retrieving-sns-contents.html`,
  accountList: `${guide}sending-email-suppression-list.html`,
  authFailure: 'https://www.rfc-editor.org/rfc/rfc6591#section-3.1',
  abuseReports: 'https://www.rfc-editor.org/rfc/rfc5965#section-7.3',
};

/** The rules for complaints. The last one matches any complaint. */
export const complaintRules: readonly FeedbackRule[] = [
  {
    id: 'complaint-on-list-of-unknown-tenant',
    when: { kind: 'complaint', subTypes: ['OnTenantSuppressionList'], recipient: 'unknown-tenant' },
    ...onListOfUnknownTenant,
  },
  {
    id: 'complaint-on-suppression-list',
    when: { kind: 'complaint', subTypes: suppressionListSubType },
    fault: 'recipient',
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
    fault: 'unknown',
    class: 'not-spam',
    metric: null,
    effect: 'none',
    explanation: 'The opposite of a complaint: the recipient moved the email out of the spam folder.',
    source: docs.events,
  },
  {
    id: 'authentication-report',
    when: { kind: 'complaint', feedbackType: 'auth-failure' },
    fault: 'sender',
    cause: 'authentication',
    class: 'complaint',
    metric: 'complaints',
    effect: 'watch',
    explanation: 'A machine reports that the email failed SPF, DKIM or DMARC. The recipient did not complain.',
    source: docs.authFailure,
  },
  {
    id: 'virus-report',
    when: { kind: 'complaint', feedbackType: 'virus' },
    fault: 'message',
    cause: 'virus',
    class: 'complaint',
    metric: 'complaints',
    effect: 'watch',
    explanation: 'A machine found a virus in the email. The recipient did not complain.',
    source: docs.abuseReports,
  },
  {
    id: 'complaint-of-several',
    when: { kind: 'complaint', recipient: 'one-of-several' },
    fault: 'recipient',
    ends: 'suspectedComplaint',
    class: 'complaint',
    metric: 'complaints',
    effect: 'suppress',
    explanation:
      'The provider did not reveal which recipient complained, so SES names every recipient who may have. ' +
      'The report counts as one complaint. Most of them did not complain, so the suppression ends.',
    source: docs.notifications,
  },
  {
    id: 'complaint',
    when: { kind: 'complaint' },
    fault: 'recipient',
    class: 'complaint',
    metric: 'complaints',
    effect: 'suppress',
    explanation:
      'The recipient reported the email. Other feedback types do not matter: abuse, fraud, ' +
      'an unknown type, or none.',
    source: docs.events,
  },
];
