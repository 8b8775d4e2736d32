import type { FeedbackEvent, Recipient } from './feedback-event.ts';

/** What the event says of this one recipient: an event can hold several with different fates. */
export type Trait = 'still being tried' | 'sender blocked' | 'with a status of failure' | 'one of several';

/** Which recipients of which events have each trait. */
export const traits: Record<Trait, (recipient: Recipient, event: FeedbackEvent) => boolean> = {
  'still being tried': ({ action, status }) =>
    action?.toLowerCase() === 'delayed' || status?.trim().startsWith('4.') === true,
  'sender blocked': (recipient) => {
    const status = enhancedStatus(recipient) ?? '';
    const said = words(recipient);
    if (badDestination.test(status) || unknownUser.test(said)) return false;
    return status.startsWith('5.7.') || blockList.test(said);
  },
  'with a status of failure': (recipient) => /^[45]\./.test(enhancedStatus(recipient) ?? ''),
  'one of several': (_, { namedCount }) => namedCount > 1,
};

/**
 * About the recipient, whatever else the server has to say: a bad address (RFC 3463, 3.2; 5.1.7 and 5.1.8 are about the sender's),
 * a domain that takes no mail (5.1.10, RFC 7505), an owner who has changed (5.7.17 and 5.7.18, RFC 7293).
 */
const badDestination = /^5\.(?:1\.(?:[0-6]|10)|7\.1[78])$/;

/** Words of servers that refuse the sender, for the many that do so with a bare 550. Plain alternatives: linear in any text. */
const blockList = new RegExp(
  [
    String.raw`\b(?:block|black|deny)[ -]?list(?:s|ed|ing)?\b`,
    String.raw`\b(?:dnsbl|rbl|spamhaus|spamcop|barracudacentral|sorbs|uceprotect|senderscore|cloudmark)\b`,
    String.raw`\bblocked using\b`,
    String.raw`\b(?:client host|sender|ip(?: address)?)(?: is| has been| was)? (?:blocked|banned|denied)\b`,
    String.raw`\b(?:poor|bad|low|dynamic) reputation\b`,
  ].join('|'),
  'i',
);

/** Where the server says that nobody lives there, neither 5.7.1 nor a link to a block list's web site makes it the sender's fault. */
const unknownUser =
  /\b(?:user unknown|unknown user|does not exist|no such (?:user|recipient|mailbox|address|person))\b/i;

/** What the server said, without the addresses it quotes: those may be called anything. */
function words({ diagnosticCode = '' }: Recipient): string {
  const all = diagnosticCode.slice(0, 2048).split(/[\s<>]+/);
  return all.filter((word) => !word.includes('@')).join(' ');
}

/** The recipient's enhanced status; where the DSN has only a class (5.0.0) or none, the one in the server's own words. */
function enhancedStatus(recipient: Recipient): string | undefined {
  const status = recipient.status?.trim();
  if (status !== undefined && /^[245]\.\d{1,3}\.\d{1,3}$/.test(status) && !status.endsWith('.0.0')) return status;
  return /(?<![\d.])[245]\.[0-7]\.\d{1,3}(?!\.?\d)/.exec(words(recipient))?.[0] ?? status;
}
