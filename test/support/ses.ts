/** Builders of minimal SES messages for tests. Every field that matters can be set. */

export const day = 24 * 60 * 60 * 1000;
export const hour = 60 * 60 * 1000;
export const accountId = '123456789012';

/** The time at which most tests take place: 2026-11-20T12:00:00Z. */
export const noon = Date.UTC(2026, 10, 20, 12);

type MessageOptions = {
  readonly channel?: 'identity' | 'configuration-set';
  readonly mailId?: string;
  /** Epoch milliseconds. */
  readonly sentAt?: number;
  readonly at?: number;
  readonly domain?: string;
  readonly tags?: Record<string, string[]>;
  readonly mail?: Record<string, unknown>;
};

export type BounceOptions = MessageOptions & {
  readonly type?: string;
  readonly subType?: string | null;
  readonly recipients?: readonly unknown[];
  readonly to?: string;
  readonly status?: string;
  readonly feedbackId?: string | null;
};

export type ComplaintOptions = MessageOptions & {
  readonly to?: string | readonly string[];
  readonly feedbackType?: string;
  readonly subType?: string | null;
};

export function bounce(options: BounceOptions = {}) {
  const { type = 'Permanent', subType = 'General', to = 'ann@example.net', status } = options;
  const recipients = options.recipients ?? [{ emailAddress: to, ...(status && { action: 'failed', status }) }];
  return {
    ...kindField(options, 'Bounce'),
    bounce: {
      bounceType: type,
      bounceSubType: subType,
      bouncedRecipients: recipients,
      timestamp: iso(options.at ?? (options.sentAt ?? noon) + 2000),
      feedbackId: options.feedbackId === undefined ? `feedback-${options.mailId ?? 'mail-1'}` : options.feedbackId,
    },
    mail: mail(
      options,
      recipients.map((entry) => String(Object(entry).emailAddress)),
    ),
  };
}

export function complaint(options: ComplaintOptions = {}) {
  const recipients = [options.to ?? 'ann@example.net'].flat();
  return {
    ...kindField(options, 'Complaint'),
    complaint: {
      complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
      complaintFeedbackType: options.feedbackType ?? 'abuse',
      complaintSubType: options.subType ?? null,
      timestamp: iso(options.at ?? (options.sentAt ?? noon) + 2000),
      feedbackId: `feedback-${options.mailId ?? 'mail-1'}`,
    },
    mail: mail(options, recipients),
  };
}

export type SendOptions = MessageOptions & { readonly to?: string | readonly string[] };

export function send(options: SendOptions = {}) {
  return { ...kindField(options, 'Send'), send: {}, mail: mail(options, [options.to ?? 'ann@example.net'].flat()) };
}

export function delivery(options: SendOptions = {}) {
  const recipients = [options.to ?? 'ann@example.net'].flat();
  return {
    ...kindField(options, 'Delivery'),
    delivery: { timestamp: iso(options.at ?? (options.sentAt ?? noon) + 2000), recipients, processingTimeMillis: 2000 },
    mail: mail(options, recipients),
  };
}

/** Returns an SQS record with raw message delivery. */
export function queued(messageId: string, body: unknown, queuedAt?: number) {
  return {
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    eventSource: 'aws:sqs',
    attributes: queuedAt === undefined ? {} : { SentTimestamp: String(queuedAt) },
  };
}

export function queueEvent(bodies: readonly unknown[]) {
  return { Records: bodies.map((body, index) => queued(`message-${index}`, body)) };
}

export function snsEnvelope(
  message: unknown,
  { topicArn = 'arn:aws:sns:us-east-1:123456789012:bounces', at = noon } = {},
) {
  return {
    Type: 'Notification',
    MessageId: 'sns-1',
    TopicArn: topicArn,
    Message: typeof message === 'string' ? message : JSON.stringify(message),
    Timestamp: iso(at),
  };
}

function kindField({ channel = 'configuration-set' }: MessageOptions, kind: string) {
  return channel === 'identity' ? { notificationType: kind } : { eventType: kind };
}

function mail({ channel = 'configuration-set', ...options }: MessageOptions, destination: readonly string[]) {
  const domain = options.domain ?? 'shop.example.com';
  return {
    timestamp: iso(options.sentAt ?? noon),
    messageId: options.mailId ?? 'mail-1',
    source: `news@${domain}`,
    sourceArn: `arn:aws:ses:us-east-1:${accountId}:identity/${domain}`,
    sendingAccountId: accountId,
    destination,
    ...(channel === 'configuration-set' && { tags: { 'ses:configuration-set': ['news'], ...options.tags } }),
    ...options.mail,
  };
}

export function iso(time: number): string {
  return new Date(time).toISOString();
}
