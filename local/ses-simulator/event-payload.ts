import { bareAddress, domainOf } from './address.ts';
import type { Happening } from './outcomes.ts';
import { splitMailboxes } from './raw-headers.ts';
import type { MailHeader, SentMail, Ses } from './state.ts';

/** What is told of a happening, in either vocabulary. */
export type Occurrence = {
  readonly mail: SentMail;
  readonly happening: Happening;
  /** When it happened. Epoch milliseconds. */
  readonly at: number;
  readonly feedbackId: string;
};

/** SES's two vocabularies: `eventType` of configuration sets, `notificationType` of identities. */
export type Channel = 'configuration-set' | 'identity';

const sourceIp = '192.0.2.10';
const caller = 'ses-simulator';
const outgoingMta = 'a8-91.smtp-out.amazonses.com';
const remoteMtaIp = '192.0.2.25';

/** The message SES publishes. */
export function describe(occurrence: Occurrence, channel: Channel, ses: Ses): object {
  const { kind } = occurrence.happening;
  return {
    ...(channel === 'identity' ? { notificationType: kind } : { eventType: kind }),
    ...describeHappening(occurrence, channel),
    mail: channel === 'identity' ? describeForIdentity(occurrence, ses) : describeForSet(occurrence, ses),
  };
}

function describeHappening({ happening, mail, at, feedbackId }: Occurrence, channel: Channel): object {
  const timestamp = stamp(at, channel);
  const isIdentity = channel === 'identity';
  switch (happening.kind) {
    case 'Send':
      return { send: {} };
    case 'Delivery':
      return {
        delivery: {
          timestamp,
          processingTimeMillis: at - mail.at,
          recipients: happening.recipients,
          smtpResponse: '250 ok',
          reportingMTA: outgoingMta,
          remoteMtaIp,
        },
      };
    case 'Bounce': {
      const isTried = happening.subType === 'General';
      return {
        bounce: {
          feedbackId,
          bounceType: happening.type,
          bounceSubType: happening.subType,
          bouncedRecipients: happening.recipients,
          timestamp,
          ...(isIdentity && isTried && { remoteMtaIp }),
          reportingMTA: `dns; ${isTried ? outgoingMta : 'amazonses.com'}`,
        },
      };
    }
    case 'Complaint': {
      const { userAgent, recipients } = happening;
      const report = { userAgent, complaintFeedbackType: 'abuse', arrivalDate: timestamp };
      return {
        complaint: {
          feedbackId,
          complaintSubType: userAgent === undefined ? 'OnAccountSuppressionList' : null,
          complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
          timestamp,
          ...(userAgent !== undefined && report),
        },
      };
    }
    default:
      return happening satisfies never;
  }
}

function describeForSet({ mail }: Occurrence, ses: Ses): object {
  const { configurationSet, headers } = mail;
  return {
    ...describeMail(mail, 'configuration-set', ses),
    headersTruncated: false,
    headers,
    commonHeaders: commonHeaders(headers, mail.messageId),
    tags: {
      'ses:source-ip': [sourceIp],
      ...(configurationSet !== undefined && { 'ses:configuration-set': [configurationSet] }),
      'ses:from-domain': [domainOf(bareAddress(mail.source))],
      'ses:caller-identity': [caller],
      ...mail.tags,
    },
  };
}

function describeForIdentity({ mail }: Occurrence, ses: Ses): object {
  return { ...describeMail(mail, 'identity', ses), sourceIp, callerIdentity: caller };
}

function describeMail({ at, source, identity, messageId, destination }: SentMail, channel: Channel, ses: Ses): object {
  return {
    timestamp: stamp(at, channel),
    source,
    sourceArn: `arn:aws:ses:${ses.region}:${ses.accountId}:identity/${identity}`,
    sendingAccountId: ses.accountId,
    messageId,
    destination,
  };
}

function commonHeaders(headers: readonly MailHeader[], messageId: string): object {
  const value = (wanted: string) => headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const [from, to, cc, subject] = ['from', 'to', 'cc', 'subject'].map(value);
  return {
    ...(from !== undefined && { from: [from] }),
    ...(to !== undefined && { to: splitMailboxes(to) }),
    ...(cc !== undefined && { cc: splitMailboxes(cc) }),
    messageId,
    ...(subject !== undefined && { subject }),
  };
}

/** Notifications of identities have been seen to know whole seconds only. */
function stamp(time: number, channel: Channel): string {
  return new Date(channel === 'identity' ? Math.floor(time / 1000) * 1000 : time).toISOString();
}
