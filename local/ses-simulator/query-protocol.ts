import { describeActiveReceiptRuleSet, setActiveReceiptRuleSet } from './receipt-rules.ts';
import type { ApiResponse } from './response.ts';
import { errorResponse, ok } from './response.ts';
import type { Identity, Ses } from './state.ts';

/** A call in the query protocol of version 1 of the API: a form with the operation in `Action`. */
export type QueryCall = { readonly operation: string; readonly parameters: URLSearchParams };

type Perform = (parameters: URLSearchParams, ses: Ses) => ApiResponse;

const operations: Readonly<Record<string, Perform>> = {
  DescribeActiveReceiptRuleSet: describeActiveReceiptRuleSet,
  GetIdentityNotificationAttributes: getIdentityNotificationAttributes,
  GetSendStatistics: getSendStatistics,
  SetActiveReceiptRuleSet: setActiveReceiptRuleSet,
  SetIdentityNotificationTopic: setIdentityNotificationTopic,
  VerifyEmailIdentity: verifyEmailIdentity,
};

/** Parses a call in the query protocol. */
export function readQueryCall(body: Buffer): QueryCall {
  const parameters = new URLSearchParams(body.toString());
  return { operation: parameters.get('Action') ?? '', parameters };
}

/** Returns the implementation of a version 1 operation, or `undefined` if the simulator does not have it. */
export function findQueryOperation({ operation, parameters }: QueryCall): ((ses: Ses) => ApiResponse) | undefined {
  const perform = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  return perform && ((ses) => perform(parameters, ses));
}

/** Serializes a response in the query protocol's XML. */
export function toQueryXml(operation: string, { error, body }: ApiResponse): string {
  const namespace = 'xmlns="http://ses.amazonaws.com/doc/2010-12-01/"';
  if (error === undefined) {
    return `<${operation}Response ${namespace}>${toXml({ [`${operation}Result`]: body })}</${operation}Response>`;
  }
  const details = { Type: 'Sender', Code: errorCodes[error] ?? error, Message: (body as { message?: string }).message };
  return `<ErrorResponse ${namespace}>${toXml({ Error: details })}</ErrorResponse>`;
}

/** Version 1 of the API has other names for some errors. */
const errorCodes: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ServiceUnavailableException: 'ServiceUnavailable',
  TooManyRequestsException: 'Throttling',
  UnknownOperationException: 'InvalidAction',
};

/** GetIdentityNotificationAttributes: returns the topics of the named identities, and nothing about unknown names. */
function getIdentityNotificationAttributes(parameters: URLSearchParams, { state }: Ses): ApiResponse {
  const names = [...parameters].flatMap(([name, value]) => (name.startsWith('Identities.member.') ? [value] : []));
  const entry = names.flatMap((key) => {
    const identity = state.identities[key];
    return identity === undefined ? [] : [{ key, value: notificationAttributes(identity) }];
  });
  return ok({ NotificationAttributes: { entry } });
}

/** GetSendStatistics: returns the data points in no particular order, as SES does. */
function getSendStatistics(_parameters: URLSearchParams, { state }: Ses): ApiResponse {
  const member = state.sendStatistics.map(({ at, sends, bounces, complaints, rejects }) => ({
    Timestamp: new Date(at).toISOString(),
    DeliveryAttempts: sends,
    Bounces: bounces,
    Complaints: complaints,
    Rejects: rejects,
  }));
  return ok({ SendDataPoints: { member: member.reverse() } });
}

/** SetIdentityNotificationTopic: sets the topic of one kind of notification, or removes it. */
function setIdentityNotificationTopic(parameters: URLSearchParams, { state }: Ses): ApiResponse {
  const identity = state.identities[parameters.get('Identity') ?? ''];
  const property = topicProperties[parameters.get('NotificationType') ?? ''];
  if (identity === undefined || property === undefined) {
    return errorResponse(400, 'InvalidParameterValue', 'Identity or NotificationType is not valid.');
  }
  const topicArn = parameters.get('SnsTopic');
  if (topicArn) identity[property] = topicArn;
  else delete identity[property];
  return ok();
}

/** VerifyEmailIdentity: creates an address, and sends the email with the link, also to an address that exists. */
function verifyEmailIdentity(parameters: URLSearchParams, { state }: Ses): ApiResponse {
  const name = parameters.get('EmailAddress') ?? '';
  if (!name.includes('@')) return errorResponse(400, 'InvalidParameterValue', 'EmailAddress is not valid.');
  const identity: Identity = state.identities[name] ?? { isVerified: false };
  state.identities[name] = { ...identity, verificationEmails: (identity.verificationEmails ?? 0) + 1 };
  return ok();
}

const topicProperties: Readonly<Record<string, 'bounceTopic' | 'complaintTopic' | 'deliveryTopic'>> = {
  Bounce: 'bounceTopic',
  Complaint: 'complaintTopic',
  Delivery: 'deliveryTopic',
};

function notificationAttributes({ bounceTopic, complaintTopic, deliveryTopic, isForwardingFeedback = true }: Identity) {
  return {
    BounceTopic: bounceTopic,
    ComplaintTopic: complaintTopic,
    DeliveryTopic: deliveryTopic,
    ForwardingEnabled: String(isForwardingFeedback),
  };
}

/** Serializes an object as elements. A list repeats its element; an `undefined` value has none. */
function toXml(value: object): string {
  return Object.entries(value)
    .flatMap(([name, content]) => (Array.isArray(content) ? content : [content]).map((item) => toElement(name, item)))
    .join('');
}

function toElement(name: string, content: unknown): string {
  if (content === undefined) return '';
  const inner = typeof content === 'object' && content !== null ? toXml(content) : escapeXml(String(content));
  return `<${name}>${inner}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
