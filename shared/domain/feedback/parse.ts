import type * as z from 'zod/mini';
import { parseAddress } from '../address.ts';
import { describeIssues } from '../schema-errors.ts';
import { isObject, type RawMessage, type UnwrappedMessage, unwrapMessage } from './envelope.ts';
import { invalidTimestamp, readEventTime, readSentAt } from './event-times.ts';
import type { EventName, FeedbackEvent, Mail, ParsedMessage, Recipient, TrustedSources } from './feedback-event.ts';
import { maxRecipients } from './limits.ts';
import { omitEmpty } from './omit-empty.ts';
import { parseVolume } from './parse-volume.ts';
import { bounceSchema, complaintSchema, type mailSchema, recipientSchema, senderSchema } from './ses-schema.ts';

/** `notificationType` of identity notifications and `eventType` of configuration sets, together: no word means two things. */
const names: ReadonlyMap<string, EventName> = new Map([
  ['Bounce', 'bounce'],
  ['Complaint', 'complaint'],
  ['Delivery', 'delivery'],
  ['Send', 'send'],
  ['Reject', 'reject'],
  ['Open', 'open'],
  ['Click', 'click'],
  ['Rendering Failure', 'rendering failure'],
  ['DeliveryDelay', 'delivery delay'],
  ['Subscription', 'subscription'],
  ['Received', 'received'], // inbound mail, published by a receipt rule
  ['AmazonSnsSubscriptionSucceeded', 'setup'],
]);

/** The plain text SES publishes once to the topic of a new event destination. */
const setupText = /^\s*Successfully validated SNS topic for Amazon SES event publishing\.?\s*$/;

/** Addressed to whoever subscribes by hand, with the link that confirms it. */
const confirmations: ReadonlySet<unknown> = new Set(['SubscriptionConfirmation', 'UnsubscribeConfirmation']);

/**
 * Reads one message: any envelope, either vocabulary. Never throws; every input has an outcome.
 * @example parse({ id: '0', body: '{"eventType":"Delivery"}' }, {})
 * // { kind: 'ignored', name: 'delivery', reason: 'a delivery event is not feedback' }
 */
export function parse(delivery: RawMessage, ours: TrustedSources): ParsedMessage {
  const opened = unwrapMessage(delivery);
  if ('unreadable' in opened) return { kind: 'unreadable', reason: opened.unreadable };
  const message = parseContent(opened, ours.accounts);
  if (opened.topicArn !== undefined && ours.topics && !ours.topics.includes(opened.topicArn)) {
    return {
      kind: 'untrusted',
      name: nameOf(message),
      reason: 'published to a topic that is not one of the trusted topics',
    };
  }
  return message;
}

function parseContent(opened: UnwrappedMessage, accounts: TrustedSources['accounts']): ParsedMessage {
  const { content } = opened;
  if (typeof content === 'string') {
    return setupText.test(content) ? setup : unreadable('neither JSON nor a message SES is known to send');
  }
  if (Array.isArray(content)) return unreadable('a JSON list, where one message was expected');
  if (!isObject(content)) return unreadable('not a JSON object');
  if (confirmations.has(content.Type)) return setup;
  const type = content.eventType ?? content.notificationType;
  if (type === undefined && opened.isFromEventBus) {
    return { kind: 'ignored', name: 'unknown', reason: 'SES tells of something else than a mail' };
  }
  if (type === undefined) return unreadable('neither an eventType nor a notificationType');
  if (typeof type !== 'string') return unreadable('eventType or notificationType is not a string');
  const name = names.get(type) ?? 'unknown';
  switch (name) {
    case 'bounce':
      return read(bounceSchema, content, accounts, (message) => readBounce(message, channelOf(content), opened));
    case 'complaint':
      return read(complaintSchema, content, accounts, (message) => readComplaint(message, channelOf(content), opened));
    case 'setup':
      return setup;
    default: {
      const sender = senderSchema.safeParse(content);
      if (sender.success && isUntrusted(sender.data.mail.sendingAccountId, accounts)) return untrusted(name);
      const event = name === 'send' || name === 'delivery' ? parseVolume(name, content, opened.arrivedAt) : undefined;
      if (event !== undefined) return typeof event === 'string' ? unreadable(event) : { kind: 'volume', event };
      const reason = name === 'unknown' ? 'a kind of event unknown to us' : `a ${name} event is not feedback`;
      return { kind: 'ignored', name, reason };
    }
  }
}

type MailMessage = { mail: z.infer<typeof mailSchema> };

function read<Message extends MailMessage>(
  schema: z.ZodMiniType<Message>,
  content: unknown,
  accounts: TrustedSources['accounts'],
  toEvent: (message: Message) => FeedbackEvent | string,
): ParsedMessage {
  const result = schema.safeParse(content);
  if (!result.success) return unreadable(describeIssues(result.error).join('; '));
  if (isUntrusted(result.data.mail.sendingAccountId, accounts)) {
    return untrusted('bounce' in result.data ? 'bounce' : 'complaint');
  }
  const event = toEvent(result.data);
  return typeof event === 'string' ? unreadable(event) : { kind: 'feedback', event };
}

type Channel = FeedbackEvent['channel'];

function readBounce({ mail, bounce }: z.infer<typeof bounceSchema>, channel: Channel, opened: UnwrappedMessage) {
  const { bounceType, bounceSubType } = bounce;
  const common = readCommon(mail, bounce, bounce.bouncedRecipients, opened);
  if (typeof common === 'string') return common;
  return { kind: 'bounce' as const, channel, bounceType, ...omitEmpty({ bounceSubType }), ...common };
}

function readComplaint(
  { mail, complaint }: z.infer<typeof complaintSchema>,
  channel: Channel,
  opened: UnwrappedMessage,
) {
  const common = readCommon(mail, complaint, complaint.complainedRecipients, opened);
  if (typeof common === 'string') return common;
  const told = omitEmpty({ feedbackType: complaint.complaintFeedbackType, subType: complaint.complaintSubType });
  return { kind: 'complaint' as const, channel, ...told, ...common };
}

/** @returns the reason, where it cannot be read */
function readCommon(
  mail: z.infer<typeof mailSchema>,
  feedback: { timestamp?: string | undefined; feedbackId?: string | null | undefined },
  entries: readonly unknown[],
  opened: UnwrappedMessage,
) {
  const sentAt = readSentAt(mail, opened.arrivedAt);
  // Without the mail's own time a count has no place, and a redelivery could not be told from news after 30 days.
  if (sentAt === undefined) return invalidTimestamp;
  const id = mail.messageId || feedback.feedbackId;
  if (!id) return 'neither a mail.messageId nor a feedbackId, so a second delivery could not be told from the first';
  if (entries.length === 0) return 'names no recipient';
  if (entries.length > maxRecipients) return `names more than ${maxRecipients} recipients`;
  const read = entries.map(readRecipient);
  const recipients = read.filter((recipient) => recipient !== undefined);
  if (recipients.length === 0) return 'none of its recipients is an address';
  const unreadableCount = read.length - recipients.length;
  const { sourceArn, source, tags = {} } = mail;
  return {
    mail: { sentAt, id, tags, ...omitEmpty({ sourceArn, source }) } satisfies Mail,
    at: readEventTime(feedback.timestamp, sentAt, opened.arrivedAt),
    recipients,
    namedCount: new Set(recipients.map(({ key }) => key)).size + unreadableCount,
    unreadableCount,
  };
}

function readRecipient(entry: unknown): Recipient | undefined {
  const result = recipientSchema.safeParse(entry);
  const address = result.success ? parseAddress(result.data.emailAddress) : undefined;
  if (!result.success || address === undefined) return undefined;
  const { action, status, diagnosticCode } = result.data;
  return { ...address, ...omitEmpty({ action, status, diagnosticCode }) };
}

function channelOf(content: { readonly eventType?: unknown }): Channel {
  return typeof content.eventType === 'string' ? 'configuration-set' : 'identity';
}

function isUntrusted(account: string | null | undefined, accounts: TrustedSources['accounts']): boolean {
  return typeof account === 'string' && accounts !== undefined && !accounts.includes(account);
}

function nameOf(message: ParsedMessage): EventName | null {
  if (message.kind === 'unreadable') return null;
  return 'event' in message ? message.event.kind : message.name;
}

const setup: ParsedMessage = { kind: 'ignored', name: 'setup', reason: 'SES or SNS confirms that the topic is set up' };

function untrusted(name: EventName): ParsedMessage {
  return { kind: 'untrusted', name, reason: 'mail.sendingAccountId is not one of the trusted accounts' };
}

function unreadable(reason: string): ParsedMessage {
  return { kind: 'unreadable', reason };
}
