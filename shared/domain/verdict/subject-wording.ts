import { anyOf } from './any-of.ts';
import type { VerdictRow } from './fault.ts';

/**
 * Whom an answer is about, where no table knows its words. An answer that refuses something names what it refuses, and little else: "558 invalid
 * rcptto", "555 helohost error". The sender is tried first, then the message, because "user" and "address" also appear in texts about these.
 */
export const senderOrMessageNamed: readonly VerdictRow[] = [
  {
    id: 'names-the-sender',
    fault: 'sender',
    cause: 'policy',
    pattern: anyOf([
      String.raw`\b(?:senders?|mail ?from|from address|envelope from|return[- ]path|originator|submitter|smtp client|client|helo\w{0,8}|ehlo\w{0,8}|relay(?:ing)?|batv|dsns?|prox(?:y|ies)|isp|slower|per hour|captcha|mass mailer|mailing list|confirmation|ip|ips|ipv[46]|ip address|dial-?up|authenticat\w{1,5})\b(?! (?:should|may|can|must) )`,
      String.raw`\bhost network\b`,
    ]),
    example: '555 helohost error',
  },
  {
    id: 'names-the-message',
    fault: 'message',
    pattern: anyOf([
      String.raw`\b(?:content|mail data|data content|message data|body|subject|attachments?|spam\w{0,10}|antispam\w{0,10}|header|headers|urls?|score|rule|unsolicited|bulk|advertis\w{2,6}|base64|pattern detection|size limit|message length)\b`,
    ]),
    example: '553 Mail data refused, rule 169648',
  },
  {
    id: 'names-the-storage',
    fault: 'temporary',
    pattern: anyOf([String.raw`\b(?:\w{0,10}quota|disk|diskspace|space|storage|local limit|receiving limits?)\b`]),
    example: '552 Not enough room on the disk',
  },
];

/** Words for the recipient, in an answer that names nothing else. */
export const recipientNamed: readonly VerdictRow[] = [
  {
    id: 'names-the-recipient',
    fault: 'recipient',
    pattern: anyOf([
      String.raw`\b(?:users?|usernames?|mail ?box(?:es)?|recipients?|rcpt(?! to\b)\w{0,8}|validrcptto|badrcptto|addressee|accounts?|accnt|acct|e?mail address|address|inbox|person|employees?|members?|customers?|subscribers?|alias|uid)\b`,
      String.raw`\b(?:does(?: not|n't) exist|not local|no longer (?:an? )?\w{1,12})\b`,
    ]),
    example: '559 Invalid rcptto',
  },
];
