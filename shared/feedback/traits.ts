import type { FeedbackEvent, Recipient } from './feedback-event.ts';

/** What the event says of this one recipient: an event can hold several with different fates. */
export type Trait = 'still being tried' | 'sender blocked' | 'failed' | 'one of several';

export const traits: Record<Trait, (recipient: Recipient, event: FeedbackEvent) => boolean> = {
  'still being tried': ({ action, status }) =>
    action?.toLowerCase() === 'delayed' || status?.trim().startsWith('4.') === true,
  'sender blocked': (recipient) => {
    const status = enhancedStatus(recipient) ?? '';
    return status.startsWith('5.7.') || (!badDestination.test(status) && speaksOfSender(words(recipient)));
  },
  failed: (recipient) => /^[45]\./.test(enhancedStatus(recipient) ?? ''),
  'one of several': (_, { named }) => named > 1,
};

/** RFC 3463, 3.2: about the recipient's address, whatever else the server has to say. (5.1.7 and 5.1.8 are about the sender's.) */
const badDestination = /^5\.1\.(?:[0-6]|10)$/;

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

/** A link to a list's web site is no listing where the server says that nobody lives there. */
function speaksOfSender(said: string): boolean {
  return blockList.test(said) && !unknownUser.test(said);
}

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
