import type { FeedbackEvent, Recipient } from './feedback-event.ts';

/** What the event says of this one recipient: an event can hold several with different fates. */
export type RecipientTrait = 'still being tried' | 'sender blocked' | 'with a status of failure' | 'one of several';

/** Which recipients of which events have each trait. */
export const recipientTraits: Record<RecipientTrait, (recipient: Recipient, event: FeedbackEvent) => boolean> = {
  'still being tried': ({ action, status }) =>
    action?.toLowerCase() === 'delayed' || status?.trim().startsWith('4.') === true,
  'sender blocked': (recipient) => {
    const status = enhancedStatus(recipient);
    const said = words(recipient);
    if (badSender.includes(status) || senderRefused.test(said)) return true;
    if (badDestination.includes(status) || unknownUser.test(said)) return false;
    return status.startsWith('5.7.') || blocked.test(said);
  },
  'with a status of failure': (recipient) => /^[45]\./.test(enhancedStatus(recipient)),
  'one of several': (_, { namedCount }) => namedCount > 1,
};

/** RFC 3463, 3.2: bad sender's mailbox address syntax, bad sender's system address. */
const badSender: readonly string[] = ['5.1.7', '5.1.8'];

/**
 * About the recipient, whatever else the server has to say: a bad address (RFC 3463, 3.2), a domain that takes no mail (5.1.10,
 * RFC 7505), an owner who has changed (5.7.17 and 5.7.18, RFC 7293).
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

/** The address that is refused here is the sender's, so "user unknown" says nothing of the recipient. */
const senderRefused = /\bsender address rejected\b|\bsender verify failed\b|\bspf record\b/i;

/** Where the server says that nobody lives there, neither 5.7.1 nor a link to a block list's web site makes it the sender's fault. */
const unknownUser = new RegExp(
  [
    String.raw`\bunknown (?:user|recipient|address)\b`,
    String.raw`\b(?:no such|invalid) (?:user|recipient|mailbox|address|person)\b`,
    String.raw`\b(?:user|recipient|mailbox|account|address) (?:is )?(?:unknown|not found)\b`,
    String.raw`\b(?:user|recipient|mailbox|account|address)\b[^.:;]{0,40}\b(?:not|doesn't) exist\b`,
  ].join('|'),
  'i',
);

/** Words of servers that refuse the sender, for the many that do so with a bare 550. */
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

/** What the server said, without the addresses it quotes: those may be called anything. */
function words({ diagnosticCode = none }: Recipient): string {
  const all = diagnosticCode.slice(0, 2048).split(/[\s<>]+/);
  return all.filter((word) => !word.includes('@')).join(' ');
}

/** The recipient's enhanced status; where the DSN has none, or an "other" (5.0.0, 5.3.0), the one in the server's own words. */
function enhancedStatus(recipient: Recipient): string {
  const [given = none] = /^[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/.exec(recipient.status?.trim() ?? none) ?? [];
  if (given !== none && !given.endsWith('.0')) return given;
  return /(?<![\d.])[245]\.[0-7]\.\d{1,3}(?!\.?\d)/.exec(words(recipient))?.[0] ?? given;
}

// Stryker disable next-line StringLiteral: anything does that is neither a status nor has a word that is looked for
const none = '';
