import type * as z from 'zod/mini';
import { parseAddress } from '../address.ts';
import { defined } from '../defined.ts';
import { isObject } from '../is-object.ts';
import { describeIssues } from '../schema-errors.ts';
import type { OversizedMessage, UnwrappedMessage } from './envelope.ts';
import { invalidTimestamp, readEventTime, readSentAt } from './event-times.ts';
import type { EventName, FeedbackEvent, Mail, ParsedMessage, TrustedSources } from './feedback-event.ts';
import { maxRecipients } from './limits.ts';
import { matchRecipients, type NamedRecipient, readDestination } from './match-recipients.ts';
import { omitEmpty } from './omit-empty.ts';
import { parseVolume } from './parse-volume.ts';
import { bounceSchema, complaintSchema, type mailSchema, recipientSchema, senderSchema } from './ses-schema.ts';

/**
 * `notificationType` of identity notifications and `eventType` of configuration sets in one table, because no word has
 * two meanings.
 */
const eventNames: ReadonlyMap<string, EventName> = new Map([
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
  ['Received', 'received'], // inbound email, published by a receipt rule
  ['AmazonSnsSubscriptionSucceeded', 'setup'],
]);

/** The plain text that SES publishes once to the topic of a new event destination. */
const setupText = /^\s*Successfully validated SNS topic for Amazon SES event publishing\.?\s*$/;

/** The messages that SNS sends about a subscription itself, by their `Type`, each with its reason for a person. */
const subscriptionReasons: ReadonlyMap<unknown, string> = new Map([
  [
    'SubscriptionConfirmation',
    'SNS asks to confirm a subscription: to confirm it, open the SubscribeURL in the message',
  ],
  ['UnsubscribeConfirmation', 'SNS reports that a subscription has ended'],
]);

/**
 * Parses one message in either vocabulary. Never throws: every input has a result.
 *
 * @param message the result of `unwrapMessage`
 * @example
 * parse(unwrapMessage({ id: '0', body: '{"eventType":"Delivery"}' }), {});
 * // { kind: 'ignored', name: 'delivery', reason: 'a delivery event is not feedback' }
 */
export function parse(
  message: UnwrappedMessage | OversizedMessage,
  { accounts, topics }: TrustedSources,
): ParsedMessage {
  if ('unreadable' in message) return unreadable(message.unreadable);
  const parsed = parseContent(message, accounts);
  if (message.topicArn !== undefined && topics && !topics.includes(message.topicArn)) {
    const reason = 'published to a topic that is not one of the trusted topics';
    return { kind: 'untrusted', name: nameOf(parsed), reason };
  }
  return parsed;
}

function parseContent(message: UnwrappedMessage, accounts: TrustedSources['accounts']): ParsedMessage {
  const { content } = message;
  if (typeof content === 'string') {
    return setupText.test(content)
      ? setup(publishingConfirmed)
      : unreadable('neither JSON nor a message SES is known to send');
  }
  if (Array.isArray(content)) return unreadable('a JSON array instead of one message');
  if (!isObject(content)) return unreadable('not a JSON object');
  const subscriptionReason = subscriptionReasons.get(content.Type);
  if (subscriptionReason !== undefined) return setup(subscriptionReason);
  const type = content.eventType ?? content.notificationType;
  if (type === undefined && message.isFromEventBus) {
    return { kind: 'ignored', name: 'unknown', reason: 'an SES event that is not about an email' };
  }
  if (type === undefined) return unreadable('has neither an eventType nor a notificationType');
  if (typeof type !== 'string') return unreadable('eventType or notificationType is not a string');
  const name = eventNames.get(type) ?? 'unknown';
  switch (name) {
    case 'bounce':
      return parseFeedback(bounceSchema, content, accounts, (found) => readBounce(found, channelOf(content), message));
    case 'complaint':
      return parseFeedback(complaintSchema, content, accounts, (found) =>
        readComplaint(found, channelOf(content), message),
      );
    case 'setup':
      return setup(publishingConfirmed);
    default: {
      const sender = senderSchema.safeParse(content);
      if (sender.success && isUntrusted(sender.data.mail.sendingAccountId, accounts)) return untrusted(name);
      const event = name === 'send' || name === 'delivery' ? parseVolume(name, content, message) : undefined;
      if (event !== undefined) return typeof event === 'string' ? unreadable(event) : { kind: 'volume', event };
      return { kind: 'ignored', name, reason: describeIgnored(name) };
    }
  }
}

type FeedbackContent = { mail: z.infer<typeof mailSchema> };

function parseFeedback<Content extends FeedbackContent>(
  schema: z.ZodMiniType<Content>,
  content: unknown,
  accounts: TrustedSources['accounts'],
  toEvent: (content: Content) => FeedbackEvent | string,
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

function readBounce({ mail, bounce }: z.infer<typeof bounceSchema>, channel: Channel, message: UnwrappedMessage) {
  const { bounceType, bounceSubType, remoteMtaIp, reportingMTA: reportingMta } = bounce;
  const common = readCommon(mail, bounce, bounce.bouncedRecipients, message);
  if (typeof common === 'string') return common;
  const reported = omitEmpty({ bounceSubType, remoteMtaIp, reportingMta });
  return { kind: 'bounce' as const, channel, bounceType, ...reported, ...common };
}

function readComplaint(
  { mail, complaint }: z.infer<typeof complaintSchema>,
  channel: Channel,
  message: UnwrappedMessage,
) {
  const common = readCommon(mail, complaint, complaint.complainedRecipients, message);
  if (typeof common === 'string') return common;
  const types = omitEmpty({ feedbackType: complaint.complaintFeedbackType, subType: complaint.complaintSubType });
  return { kind: 'complaint' as const, channel, ...types, ...common };
}

/** @returns the common fields of bounces and complaints, or the reason if the message is unreadable */
function readCommon(
  mail: z.infer<typeof mailSchema>,
  feedback: { timestamp?: string | undefined; feedbackId?: string | null | undefined },
  entries: readonly unknown[],
  message: UnwrappedMessage,
) {
  const sentAt = readSentAt(mail, message.arrivedAt);
  // Without the send time a count has no bucket, and after 30 days a redelivery would look like new feedback.
  if (sentAt === undefined) return invalidTimestamp;
  const id = mail.messageId || feedback.feedbackId;
  if (!id) return 'has neither a mail.messageId nor a feedbackId, so a redelivery could not be recognized';
  if (entries.length === 0) return 'names no recipient';
  if (entries.length > maxRecipients) return `names more than ${maxRecipients} recipients`;
  const destination = readDestination(mail.destination);
  const { recipients, unreadableCount } = matchRecipients(entries.map(readRecipient), destination);
  if (recipients.length === 0) return 'none of its recipients has a valid address';
  const { sourceArn, source, tags = {} } = mail;
  return {
    mail: { sentAt, id, tags, ...omitEmpty({ sourceArn, source }), ...defined({ destination }) } satisfies Mail,
    at: readEventTime(feedback.timestamp, sentAt, message),
    recipients,
    namedCount: new Set(recipients.map(({ key }) => key)).size + unreadableCount,
    unreadableCount,
  };
}

function readRecipient(entry: unknown): NamedRecipient {
  const result = recipientSchema.safeParse(entry);
  if (!result.success) return {};
  const { emailAddress, action, status, diagnosticCode } = result.data;
  return { ...defined({ address: parseAddress(emailAddress) }), ...omitEmpty({ action, status, diagnosticCode }) };
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

const publishingConfirmed = 'SES confirms that it can publish to the topic';

function setup(reason: string): ParsedMessage {
  return { kind: 'ignored', name: 'setup', reason };
}

/** Returns the reason why an event other than a bounce or complaint is not acted on. */
export function describeIgnored(name: EventName): string {
  if (name === 'unknown') return 'an event of an unknown kind';
  return `${name === 'open' ? 'an' : 'a'} ${name} event is not feedback`;
}

function untrusted(name: EventName): ParsedMessage {
  return { kind: 'untrusted', name, reason: 'mail.sendingAccountId is not one of the trusted accounts' };
}

function unreadable(reason: string): ParsedMessage {
  return { kind: 'unreadable', reason };
}
