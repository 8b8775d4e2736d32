import { mayBeFromAnother } from './count-reports.ts';
import type { FeedbackEvent, Recipient } from './feedback-event.ts';

/**
 * A property of one recipient of an event, because one event can have several recipients with different results:
 *
 * - `still-retried`: the DSN reports that delivery to this recipient is only delayed;
 * - `sender-refused`: the server refuses the sender or the message, not the recipient;
 * - `failure-status`: the enhanced status is a failure (4.x or 5.x);
 * - `one-of-several`: others may have made the complaint as well.
 */
export type RecipientTrait = 'still-retried' | 'sender-refused' | 'failure-status' | 'one-of-several';

/** For each trait, returns whether a recipient of an event has it. */
export const recipientTraits: Record<RecipientTrait, (recipient: Recipient, event: FeedbackEvent) => boolean> = {
  'still-retried': ({ action, status }) =>
    action?.toLowerCase() === 'delayed' || status?.trim().startsWith('4.') === true,
  'sender-refused': (recipient) => {
    const status = enhancedStatus(recipient);
    const text = serverText(recipient);
    if (badSender.includes(status) || senderRefused.test(text)) return true;
    if (badDestination.includes(status) || unknownUser.test(text)) return false;
    return status.startsWith('5.7.') || blocked.test(text);
  },
  'failure-status': (recipient) => /^[45]\./.test(enhancedStatus(recipient)),
  'one-of-several': ({ key }, event) => event.namedCount > 1 || mayBeFromAnother(key, event),
};

/** RFC 3463, section 3.2: bad sender's mailbox address syntax, bad sender's system address. */
const badSender: readonly string[] = ['5.1.7', '5.1.8'];

/**
 * Status codes about the recipient, which decide whatever the text of the server contains: a bad address (RFC 3463,
 * section 3.2), a domain that accepts no email (5.1.10, RFC 7505), a mailbox or domain with a new owner (5.7.17 and
 * 5.7.18, RFC 7293).
 */
const badDestination: readonly string[] = [
  '5.1.1',
  '5.1.2',
  '5.1.3',
  '5.1.4',
  '5.1.5',
  '5.1.6',
  '5.1.10',
  '5.7.17',
  '5.7.18',
];

/** Refusals of the sender's address. In such a text "user unknown" does not refer to the recipient. */
const senderRefused = /\bsender address rejected\b|\bsender verify failed\b|\bspf record\b/i;

/**
 * Texts for an unknown recipient. They override 5.7.1 and a link to the web site of a block list, which would blame the
 * sender.
 */
const unknownUser = new RegExp(
  [
    String.raw`\bunknown (?:user|recipient|address)\b`,
    String.raw`\b(?:no such|invalid) (?:user|recipient|mailbox|address|person)\b`,
    String.raw`\b(?:user|recipient|mailbox|account|address) (?:is )?(?:unknown|not found)\b`,
    String.raw`\b(?:user|recipient|mailbox|account|address)\b[^.:;]{0,40}\b(?:not|doesn't) exist\b`,
  ].join('|'),
  'i',
);

/** Texts that refuse the sender. Many servers send them with a bare 550, without an enhanced status. */
const blocked = new RegExp(
  [
    String.raw`\b(?:block|black|deny)[ -]?list(?:s|ed|ing)?\b`,
    String.raw`\b(?:dnsbl|rbl|spamhaus|spamcop|barracudacentral|sorbs|uceprotect|senderscore|cloudmark)\b`,
    String.raw`\bblocked using\b|\bblocked - see\b|\bblock for spam\b|\bblock has been placed\b|\benvelope blocked\b`,
    String.raw`\b(?:client host|sender|ip(?: address)?)(?: is| has been| was)? (?:blocked|banned|denied)\b`,
    String.raw`\b(?:poor|bad|low|dynamic) reputation\b`,
    String.raw`\bpolicy (?:reasons|restrictions)\b|\bsecurity polic(?:y|ies)\b|\banti-?spoofing\b`,
  ].join('|'),
  'i',
);

/**
 * Returns the text of the server without the addresses that it quotes, because an address can contain any of the words
 * above.
 */
function serverText({ diagnosticCode = none }: Recipient): string {
  const words = diagnosticCode.slice(0, 2048).split(/[\s<>]+/);
  return words.filter((word) => !word.includes('@')).join(' ');
}

/**
 * Returns the enhanced status of the recipient. If the DSN has none, or an unspecific one (5.0.0, 5.3.0), the function
 * looks for a status in the text of the server.
 */
function enhancedStatus(recipient: Recipient): string {
  const [given = none] = /^[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/.exec(recipient.status?.trim() ?? none) ?? [];
  if (given !== none && !given.endsWith('.0')) return given;
  return /(?<![\d.])[245]\.[0-7]\.\d{1,3}(?!\.?\d)/.exec(serverText(recipient))?.[0] ?? given;
}

// Stryker disable next-line StringLiteral: any text that is not a status and matches no pattern above is equivalent
const none = '';
