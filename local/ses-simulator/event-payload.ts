import { defined } from '../../shared/domain/defined.ts';
import { bareAddress, lowerCaseDomain } from './address.ts';
import type { Outcome } from './outcomes.ts';
import { splitMailboxes } from './raw-headers.ts';
import type { EmailHeader, SentEmail, Ses } from './state.ts';

/** An event of an email, independent of the format it is published in. */
export type EmailEvent = {
  readonly email: SentEmail;
  readonly outcome: Outcome;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly feedbackId: string;
};

/** The two formats of SES: `eventType` of configuration sets and `notificationType` of identities. */
export type Channel = 'configuration-set' | 'identity';

const sourceIp = '192.0.2.10';
const callerIdentity = 'ses-simulator';
const outgoingMta = 'a8-91.smtp-out.amazonses.com';
const remoteMtaIp = '192.0.2.25';

/** Returns the message SES publishes for an event. */
export function describeEvent(event: EmailEvent, channel: Channel, ses: Ses): object {
  const { kind } = event.outcome;
  return {
    ...(channel === 'identity' ? { notificationType: kind } : { eventType: kind }),
    ...describeOutcome(event, channel),
    mail: channel === 'identity' ? describeForIdentity(event, ses) : describeForSet(event, ses),
  };
}

function describeOutcome({ outcome, email, at, feedbackId }: EmailEvent, channel: Channel): object {
  const timestamp = toTimestamp(at, channel);
  const isIdentity = channel === 'identity';
  switch (outcome.kind) {
    case 'Send':
      return { send: {} };
    case 'Delivery':
      return {
        delivery: {
          timestamp,
          processingTimeMillis: at - email.at,
          recipients: outcome.recipients,
          smtpResponse: '250 ok',
          reportingMTA: outgoingMta,
          remoteMtaIp,
        },
      };
    case 'Bounce': {
      const wasSent = outcome.subType === 'General';
      return {
        bounce: {
          feedbackId,
          bounceType: outcome.type,
          bounceSubType: outcome.subType,
          bouncedRecipients: outcome.recipients,
          timestamp,
          ...(isIdentity && wasSent && { remoteMtaIp }),
          reportingMTA: `dns; ${wasSent ? outgoingMta : 'amazonses.com'}`,
        },
      };
    }
    case 'Complaint': {
      const { userAgent, subType = null, recipients } = outcome;
      const report = { userAgent, complaintFeedbackType: 'abuse', arrivalDate: timestamp };
      return {
        complaint: {
          feedbackId,
          complaintSubType: subType,
          complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
          timestamp,
          ...(userAgent !== undefined && report),
        },
      };
    }
    default:
      return outcome satisfies never;
  }
}

function describeForSet({ email }: EmailEvent, ses: Ses): object {
  const { configurationSet, headers, tenant } = email;
  return {
    ...describeEmail(email, 'configuration-set', ses),
    headersTruncated: false,
    headers,
    commonHeaders: commonHeaders(headers, email.messageId),
    tags: {
      'ses:source-ip': [sourceIp],
      ...(configurationSet !== undefined && { 'ses:configuration-set': [configurationSet] }),
      'ses:from-domain': [lowerCaseDomain(bareAddress(email.source))],
      'ses:caller-identity': [callerIdentity],
      ...(tenant !== undefined && { 'ses:tenant-name': [tenant] }),
      ...email.tags,
    },
  };
}

function describeForIdentity({ email }: EmailEvent, ses: Ses): object {
  return { ...describeEmail(email, 'identity', ses), sourceIp, callerIdentity };
}

function describeEmail({ at, source, identity, messageId, destination }: SentEmail, channel: Channel, ses: Ses) {
  return {
    timestamp: toTimestamp(at, channel),
    source,
    sourceArn: `arn:aws:ses:${ses.region}:${ses.accountId}:identity/${identity}`,
    sendingAccountId: ses.accountId,
    messageId,
    destination,
  };
}

function commonHeaders(headers: readonly EmailHeader[], messageId: string): object {
  const value = (wanted: string) => headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const [from, to, cc, subject] = ['from', 'to', 'cc', 'subject'].map(value);
  return {
    ...(from !== undefined && { from: [from] }),
    ...(to !== undefined && { to: splitMailboxes(to) }),
    ...(cc !== undefined && { cc: splitMailboxes(cc) }),
    messageId,
    ...defined({ subject }),
  };
}

/** Identity notifications have been seen to carry whole seconds only. */
function toTimestamp(time: number, channel: Channel): string {
  return new Date(channel === 'identity' ? Math.floor(time / 1000) * 1000 : time).toISOString();
}
