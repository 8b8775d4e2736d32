import { isTooDeep } from '../feedback/limits.ts';
import { isObject } from '../is-object.ts';
import { createPseudonyms, type Pseudonyms } from './pseudonyms.ts';
import { redactMailbox, redactText } from './redact-text.ts';

export type Redacted = {
  /** JSON if the content is JSON, otherwise text. */
  readonly text: string;
  /** Without JSON, the fields are unknown, so that display names, subjects and tags stay. */
  readonly isJson: boolean;
};

/**
 * Replaces what identifies people, companies and accounts in a message of SES, in any envelope: email addresses with their domains, display
 * names, subjects and other headers, tags, ids, account numbers and IP addresses. Keeps what decides about a bounce: field names, types,
 * codes, times, and the words of the server. The same content always gives the same result, and redacting it again changes nothing.
 *
 * A server may write about a person in other words, so the result has to be read before it is published.
 *
 * @throws Error if the content is nested too deeply
 */
export function redact(content: string): Redacted {
  const text = content.replace(/^\uFEFF/, '');
  const json = parseObject(text);
  const pseudonyms = createPseudonyms(text);
  // Stryker disable next-line StringLiteral: the outermost value is in no field
  const redactAll = () => (json === undefined ? redactText(text, pseudonyms) : redactValue(json, '', pseudonyms));
  // The first time finds all addresses and ids, so that the second time also replaces those that are mentioned earlier.
  redactAll();
  const result = redactAll();
  return json === undefined
    ? { text: String(result), isJson: false }
    : { text: `${JSON.stringify(result, null, 2)}\n`, isJson: true };
}

function parseObject(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Some messages are plain text.
  }
  if (isTooDeep(json)) throw new Error('The message is nested deeper than 64 levels.');
  return json as object | undefined;
}

/** @param field the name of the field that has the value, or of the list that contains it */
function redactValue(value: unknown, field: string, pseudonyms: Pseudonyms): unknown {
  if (typeof value === 'string') return redactString(value, field, pseudonyms);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, field, pseudonyms));
  if (!isObject(value)) return value;
  if (field === 'headers' && typeof value.name === 'string') return redactHeader(value, value.name, pseudonyms);
  const entries = Object.entries(value).map(([name, inner]) => {
    const kind = field === 'tags' || field === 'linkTags' ? `tag ${name}` : name;
    return [redactText(name, pseudonyms), redactValue(inner, kind, pseudonyms)] as const;
  });
  return Object.fromEntries(entries);
}

function redactString(text: string, field: string, pseudonyms: Pseudonyms): string {
  const json = parseObject(text);
  if (json !== undefined) return JSON.stringify(redactValue(json, field, pseudonyms));
  if (field.startsWith('tag ')) return redactTag(text, field.slice('tag '.length), pseudonyms);
  return (ruleByField.get(field.toLowerCase()) ?? redactText)(text, pseudonyms);
}

type RedactString = (text: string, pseudonyms: Pseudonyms) => string;

const id: RedactString = (text, pseudonyms) => pseudonyms.id(text);
const secret: RedactString = () => 'redacted';
const url: RedactString = () => 'https://sns.us-east-1.amazonaws.com/';
const nameOf =
  (kind: string): RedactString =>
  (text, pseudonyms) =>
    pseudonyms.name(kind, text);

/** The source of an event in EventBridge is no address. */
const mailbox: RedactString = (text, pseudonyms) => (text === 'aws.ses' ? text : redactMailbox(text, pseudonyms));

/** SNS envelopes have a subject as well, always the same. */
const subject: RedactString = (text) => (/^Amazon SES /.test(text) ? text : 'Redacted');

/** What to do with the text of a field. Every other text is treated as the words of a server. */
const rules: readonly [readonly string[], RedactString][] = [
  [['emailAddress', 'destination', 'recipients', 'source', 'from', 'to', 'cc', 'bcc', 'replyTo', 'sender'], mailbox],
  [['returnPath'], mailbox],
  [['messageId', 'feedbackId', 'id', 'eventId', 'SenderId', 'md5OfBody', 'md5OfMessageAttributes'], id],
  [['Signature', 'Token', 'receiptHandle'], secret],
  [['SigningCertURL', 'UnsubscribeURL', 'SubscribeURL'], url],
  [['sourceArn', 'TopicArn', 'eventSourceARN', 'EventSubscriptionArn', 'resources'], redactArn],
  [['subject'], subject],
  [['link'], () => 'https://www.example.com/'],
  [['callerIdentity'], nameOf('caller')],
  [['contactList'], nameOf('contact-list')],
  [['templateName'], nameOf('template')],
];

/** By the name of the field in lower case, because services write it in different ways. */
const ruleByField = new Map(rules.flatMap(([names, rule]) => names.map((name) => [name.toLowerCase(), rule] as const)));

/** Keeps the service, the Region and the type of a resource. */
function redactArn(arn: string, pseudonyms: Pseudonyms): string {
  // Stryker disable next-line StringLiteral: an ARN with a resource has a text for its account
  const [prefix, partition, service, region, account = '', ...rest] = arn.split(':');
  if (prefix !== 'arn' || rest.length === 0) return redactText(arn, pseudonyms);
  const resource = rest.map((part) => {
    const type = /^[\w-]+\//.exec(part)?.[0] ?? '';
    const name = part.slice(type.length);
    if (type === 'identity/' && !name.includes('@')) return type + pseudonyms.domain(name);
    const isOurs = /^ses-feedback[\w-]*-(bounces|complaints|volume|alarms)$/.test(name);
    const isAddressOrId = /@|^[0-9a-f-]{36}$/.test(name);
    if (isOurs || isAddressOrId) return type + redactText(name, pseudonyms);
    return type + pseudonyms.name(type.slice(0, -1) || 'resource', name);
  });
  const owner = /^\d{12}$/.test(account) ? pseudonyms.account(account) : account;
  return [prefix, partition, service, region, owner, ...resource].join(':');
}

/** Headers that name addresses, and headers that name nobody. The value of any other header is removed. */
const addressHeader = /^(from|to|cc|bcc|reply-to|sender|return-path)$/i;
const harmlessHeader = /^(mime-version|date|content-transfer-encoding|auto-submitted|precedence)$/i;

function redactHeader(header: Readonly<Record<string, unknown>>, name: string, pseudonyms: Pseudonyms) {
  const { value } = header;
  if (typeof value !== 'string' || harmlessHeader.test(name)) return header;
  if (addressHeader.test(name)) return { ...header, value: redactMailbox(value, pseudonyms) };
  return { ...header, value: /^message-id$/i.test(name) ? redactText(value, pseudonyms) : 'redacted' };
}

/** Tags of SES (`ses:operation`) are vocabulary, except for those that name the sender. Others are the sender's own. */
function redactTag(text: string, tag: string, pseudonyms: Pseudonyms): string {
  if (tag === 'ses:from-domain') return pseudonyms.domain(text);
  if (tag === 'ses:configuration-set') return pseudonyms.name('configuration-set', text);
  if (tag === 'ses:caller-identity') return pseudonyms.name('caller', text);
  return tag.startsWith('ses:') ? redactText(text, pseudonyms) : pseudonyms.name('value', text);
}
