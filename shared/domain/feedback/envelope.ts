import { defined } from '../defined.ts';
import { isObject } from '../is-object.ts';
import { parseTimestamp } from '../timestamp.ts';
import { isTooDeep, isTooLarge, isTooLong } from './limits.ts';

/** One message as a function receives it, still in its SNS and EventBridge envelopes. */
export type RawMessage = {
  /**
   * Identifies the message in a partial batch response: the SQS message id, or else the position in the batch, from
   * `0`.
   */
  readonly id: string;
  /** The text of the message, or the object that Lambda has already parsed (SNS and EventBridge events). */
  readonly body: unknown;
  /**
   * Time at which SQS received the message, in epoch milliseconds. It serves as the arrival time if no envelope says
   * when SES published the message.
   */
  readonly queuedAt?: number;
};

/** All messages of one Lambda invocation. */
export type RawBatch = {
  /**
   * How the function reports a failure. `queue`: it returns the ids of the failed messages. `push` (SNS, EventBridge or
   * a direct call): it throws an error for the whole batch.
   */
  readonly kind: 'queue' | 'push';
  /** In the order of the event. */
  readonly messages: readonly RawMessage[];
};

/**
 * Splits a Lambda event into its messages: an SQS event, an SNS event, an EventBridge event, or one message alone.
 *
 * @example
 * const { messages } = unwrapBatch(lambdaEvent);
 * const parsed = messages.map((message) => parse(unwrapMessage(message), { accounts: ['123456789012'] }));
 */
export function unwrapBatch(lambdaEvent: unknown): RawBatch {
  if (!isObject(lambdaEvent) || !Array.isArray(lambdaEvent.Records)) {
    return { kind: 'push', messages: [{ id: '0', body: lambdaEvent }] };
  }
  const records: unknown[] = lambdaEvent.Records;
  const isPush = records.some((record) => isObject(record) && isObject(record.Sns));
  return { kind: isPush ? 'push' : 'queue', messages: records.map(unwrapRecord) };
}

function unwrapRecord(record: unknown, index: number): RawMessage {
  if (!isObject(record)) return { id: String(index), body: undefined };
  if (isObject(record.Sns)) return { id: String(index), body: record.Sns };
  const { messageId, body, attributes } = record;
  const sent = isObject(attributes) ? attributes.SentTimestamp : undefined;
  // SQS uses UUIDs and milliseconds. Other forms do not come from SQS, and the id appears in logs.
  const id = typeof messageId === 'string' && /^[\w-]{1,100}$/.test(messageId) ? messageId : String(index);
  return { id, body, ...(typeof sent === 'string' && /^\d{1,13}$/.test(sent) && { queuedAt: Number(sent) }) };
}

/** A message without its envelopes. */
export type UnwrappedMessage = {
  /** The SES message, or the text itself if it is not JSON. */
  readonly content: unknown;
  /**
   * Topic of the outermost SNS envelope, or an empty string if that envelope does not name one. Missing with raw
   * message delivery, which removes the envelope.
   */
  readonly topicArn?: string;
  /** Set for an event of the default EventBridge bus, where SES also publishes events that are not about an email. */
  readonly isFromEventBus?: true;
  /** The best known time at which SES published the message, in epoch milliseconds. */
  readonly arrivedAt?: number;
  /** Set if only the queue says when the message arrived. A redrive from the dead-letter queue renews that time. */
  readonly isArrivalRenewed?: true;
};

/** A message that exceeds a limit, with the reason. */
export type OversizedMessage = {
  /** Which limit the message exceeds, in words. */
  readonly unreadable: string;
};

/**
 * SNS in SQS makes one envelope, and EventBridge through SNS makes two. A forwarder of the user's own may add two more.
 */
const maxEnvelopes = 4;

/**
 * Removes the SNS and EventBridge envelopes of a message.
 *
 * @example
 * unwrapMessage({ id: '0', body: '{"eventType":"Delivery"}' }); // { content: { eventType: 'Delivery' } }
 */
export function unwrapMessage(raw: RawMessage): UnwrappedMessage | OversizedMessage {
  // Lambda may have parsed the body already. A text is measured where this function parses it.
  if (isTooDeep(raw.body)) return tooDeep;
  if (isTooLarge(raw.body)) return tooLarge;
  let message: UnwrappedMessage = { content: raw.body };
  for (let envelopes = 0; envelopes <= maxEnvelopes; envelopes++) {
    const content = typeof message.content === 'string' ? readJson(message.content) : message.content;
    if (content === tooLong) return tooLarge;
    if (isTooDeep(content)) return tooDeep;
    const inner = isObject(content) ? unwrapEnvelope(content) : undefined;
    if (inner === undefined)
      return { ...topicOf(content), ...(message.arrivedAt === undefined && arrivalInQueue(raw)), ...message, content };
    // Only the outermost envelope says where the message comes from. Any publisher to the topic can write the inner
    // ones.
    message = { ...inner, ...message, content: inner.content };
  }
  return { unreadable: `wrapped in more than ${maxEnvelopes} envelopes` };
}

/** Returns the topic of an SNS confirmation, which is not an envelope but names its topic as well. */
function topicOf(content: unknown): { topicArn: string } | undefined {
  const isConfirmation = isObject(content) && typeof content.Type === 'string' && typeof content.TopicArn === 'string';
  return isConfirmation ? { topicArn: String(content.TopicArn) } : undefined;
}

function unwrapEnvelope(json: Readonly<Record<string, unknown>>): UnwrappedMessage | undefined {
  if (json.Type === 'Notification' && typeof json.Message === 'string') {
    const topicArn = typeof json.TopicArn === 'string' ? json.TopicArn : '';
    return defined({ content: json.Message, topicArn, arrivedAt: readTime(json.Timestamp) });
  }
  if (json.source === 'aws.ses' && isObject(json.detail)) {
    return defined({ content: json.detail, isFromEventBus: true as const, arrivedAt: readTime(json.time) });
  }
  return undefined;
}

const tooLarge = { unreadable: 'larger than 1 MiB' };
const tooDeep = { unreadable: 'nested deeper than 64 levels' };
const tooLong = Symbol();

/** Parses JSON. Returns the text itself if it is not JSON: one of the two setup messages of SES is plain text. */
function readJson(body: string): unknown {
  if (isTooLong(body)) return tooLong;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function readTime(value: unknown): number | undefined {
  return typeof value === 'string' ? parseTimestamp(value) : undefined;
}

function arrivalInQueue({ queuedAt }: RawMessage): Pick<UnwrappedMessage, 'arrivedAt' | 'isArrivalRenewed'> {
  return queuedAt === undefined ? {} : { arrivedAt: queuedAt, isArrivalRenewed: true };
}
