import { parseTimestamp } from '../timestamp.ts';
import { isTooDeep, isTooLarge, isTooLong } from './limits.ts';

type Json = Readonly<Record<string, unknown>>;

/** One message as it reached us, still in its envelopes. */
export type RawMessage = {
  /** What names it in a partial batch response: the SQS message id; elsewhere its place, from `0`. */
  readonly id: string;
  /** The text, or the object Lambda made of it already (SNS and EventBridge events). */
  readonly body: unknown;
  /** When it came into the queue, for messages whose envelope does not say when SES published them. Epoch milliseconds. */
  readonly queuedAt?: number;
};

/** All that came in one call. */
export type RawBatch = {
  /** `queue`: Lambda takes a list of the failed ones. `push` (SNS, EventBridge, a direct call): it takes an error or nothing. */
  readonly kind: 'queue' | 'push';
  readonly messages: readonly RawMessage[];
};

/** Opens what a Lambda function is called with: an SQS event, an SNS event, an EventBridge event, or one message alone. */
export function unwrapBatch(event: unknown): RawBatch {
  if (!isObject(event) || !Array.isArray(event.Records)) {
    return { kind: 'push', messages: [{ id: '0', body: event }] };
  }
  const records: unknown[] = event.Records;
  const isPush = records.some((record) => isObject(record) && isObject(record.Sns));
  return { kind: isPush ? 'push' : 'queue', messages: records.map(openRecord) };
}

function openRecord(record: unknown, index: number): RawMessage {
  if (!isObject(record)) return { id: String(index), body: undefined };
  if (isObject(record.Sns)) return { id: String(index), body: record.Sns };
  const { messageId, body, attributes } = record;
  const sent = isObject(attributes) ? attributes.SentTimestamp : undefined;
  // SQS's own are UUIDs and milliseconds. What is not of their form was made by hand, and the id goes into logs.
  const id = typeof messageId === 'string' && /^[\w-]{1,100}$/.test(messageId) ? messageId : String(index);
  return { id, body, ...(typeof sent === 'string' && /^\d{1,13}$/.test(sent) && { queuedAt: Number(sent) }) };
}

/** A message out of its envelopes. */
export type UnwrappedMessage = {
  /** The SES message, or the text where it is not JSON. */
  readonly content: unknown;
  /** Of the outermost SNS envelope; empty where that names none. Missing with raw delivery, which drops the envelope. */
  readonly topicArn?: string;
  /** Of the default event bus: there SES also tells of things that are no events of a mail. */
  readonly isFromEventBus?: true;
  /** When SES published it, as near as the envelopes tell. Epoch milliseconds. */
  readonly arrivedAt?: number;
};

/** SNS in SQS is one envelope, EventBridge through SNS two; a forwarder of the user's own may add as many again. */
const maxEnvelopes = 4;

/**
 * Takes a message out of its SNS and EventBridge envelopes.
 * @returns the content, or `unreadable` with the reason where a bound is exceeded
 */
export function unwrapMessage(delivery: RawMessage): UnwrappedMessage | { readonly unreadable: string } {
  // What Lambda has parsed already. A text is measured where it is parsed.
  if (isTooDeep(delivery.body)) return tooDeep;
  if (isTooLarge(delivery.body)) return tooLarge;
  let opened: UnwrappedMessage = { content: delivery.body };
  for (let envelopes = 0; envelopes <= maxEnvelopes; envelopes++) {
    const content = typeof opened.content === 'string' ? readJson(opened.content) : opened.content;
    if (content === tooLong) return tooLarge;
    if (isTooDeep(content)) return tooDeep;
    const inner = isObject(content) ? openEnvelope(content) : undefined;
    if (inner === undefined) return { ...queuedAt(delivery), ...topicOf(content), ...opened, content };
    // The outermost says where it comes from: what is inside it was written by whoever published there.
    opened = { ...inner, ...opened, content: inner.content };
  }
  return { unreadable: `more than ${maxEnvelopes} envelopes around it` };
}

/** A confirmation is no envelope, but names its topic all the same. */
function topicOf(content: unknown): { topicArn: string } | undefined {
  const isConfirmation = isObject(content) && typeof content.Type === 'string' && typeof content.TopicArn === 'string';
  return isConfirmation ? { topicArn: String(content.TopicArn) } : undefined;
}

function openEnvelope(json: Json): UnwrappedMessage | undefined {
  if (json.Type === 'Notification' && typeof json.Message === 'string') {
    const topicArn = typeof json.TopicArn === 'string' ? json.TopicArn : '';
    return { content: json.Message, topicArn, ...stamp(json.Timestamp) };
  }
  if (json.source === 'aws.ses' && isObject(json.detail)) {
    return { content: json.detail, isFromEventBus: true, ...stamp(json.time) };
  }
  return undefined;
}

const tooLarge = { unreadable: 'larger than 1 MiB' };
const tooDeep = { unreadable: 'nested deeper than 64 levels' };
const tooLong = Symbol();

/** The JSON value, or the text itself where it is none: one of the two setup messages is plain text. */
function readJson(body: string): unknown {
  if (isTooLong(body)) return tooLong;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function stamp(value: unknown): { arrivedAt: number } | undefined {
  const arrivedAt = typeof value === 'string' ? parseTimestamp(value) : undefined;
  return arrivedAt === undefined ? undefined : { arrivedAt };
}

function queuedAt({ queuedAt: arrivedAt }: RawMessage): { arrivedAt: number } | undefined {
  return arrivedAt === undefined ? undefined : { arrivedAt };
}

/** Whether a JSON value is an object: not a list, not null. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
