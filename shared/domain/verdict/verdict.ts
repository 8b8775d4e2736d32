import { defined } from '../defined.ts';
import { americanProviderCodes } from './american-provider-codes.ts';
import { chineseProviderCodes } from './chinese-provider-codes.ts';
import { europeanProviderCodes } from './european-provider-codes.ts';
import type { Fault, FaultCause, VerdictRow } from './fault.ts';
import { filterCodes } from './filter-codes.ts';
import { messageWording } from './message-wording.ts';
import { otherLanguages } from './other-languages.ts';
import { providerCodes } from './provider-codes.ts';
import { type Answer, type DsnFields, readAnswer } from './read-answer.ts';
import { recipientWording, vagueRecipientWording } from './recipient-wording.ts';
import { generalSenderWording, specificSenderWording, vagueSenderWording } from './sender-wording.ts';
import { decisiveStatusRows, replyCodeRows, securityStatusRows, statusRows } from './status-rows.ts';
import { recipientNamed, senderOrMessageNamed } from './subject-wording.ts';
import { infrastructureWording, mailboxWording } from './temporary-wording.ts';

/** The verdict on an answer. */
export type BounceVerdict = {
  /** Who is at fault. `unknown` if no row matches. */
  readonly fault: Fault;
  /** What exactly is wrong. Missing where the answer does not say, or where it does not matter. */
  readonly cause?: FaultCause;
  /** Id of the row that decided, or `none`. See docs/bounce-classes.md. */
  readonly row: string;
  /** The provider that alone sends such an answer: `microsoft`. Missing where others send it, too. */
  readonly provider?: string;
};

/** A table, and the part of the answer that its patterns are compared with. */
type Table = { readonly title: string; readonly part: keyof Answer; readonly rows: readonly VerdictRow[] };

/**
 * The tables, in order: the first row that matches decides. What a provider documents comes first. The words of the server come before the status,
 * because many servers send `5.1.1` or `5.7.1` whatever the reason.
 */
export const tables: readonly Table[] = [
  { title: 'codes of large providers', part: 'wordsAndLinks', rows: providerCodes },
  { title: 'codes of American providers', part: 'wordsAndLinks', rows: americanProviderCodes },
  { title: 'codes of European providers', part: 'wordsAndLinks', rows: europeanProviderCodes },
  { title: 'codes of Chinese providers', part: 'wordsAndLinks', rows: chineseProviderCodes },
  { title: 'codes of mail filters', part: 'wordsAndLinks', rows: filterCodes },
  { title: 'status codes with one narrow meaning', part: 'status', rows: decisiveStatusRows },
  { title: 'words about a full mailbox', part: 'words', rows: mailboxWording },
  { title: 'words of other languages', part: 'words', rows: otherLanguages },
  { title: 'specific words about the sender', part: 'words', rows: specificSenderWording },
  { title: 'words about the recipient', part: 'words', rows: recipientWording },
  { title: 'general words about the sender', part: 'wordsAndLinks', rows: generalSenderWording },
  { title: 'words about the message', part: 'words', rows: messageWording },
  { title: 'words about DNS, routes and servers', part: 'words', rows: infrastructureWording },
  { title: 'vague words about the recipient', part: 'words', rows: vagueRecipientWording },
  { title: 'words that name the sender or the message', part: 'words', rows: senderOrMessageNamed },
  { title: 'other status codes', part: 'status', rows: statusRows },
  { title: 'words that name the recipient', part: 'words', rows: recipientNamed },
  { title: 'status codes about security', part: 'status', rows: securityStatusRows },
  { title: 'vague words about the sender', part: 'words', rows: vagueSenderWording },
  { title: 'reply codes', part: 'replyCode', rows: replyCodeRows },
];

const undecided: BounceVerdict = { fault: 'unknown', row: 'none' };

/**
 * Returns who is at fault for a bounce, as the receiving server explains it.
 *
 * @example bounceVerdict({ status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }) // { fault: 'recipient', row: 'unknown-user' }
 */
export function bounceVerdict(fields: DsnFields): BounceVerdict {
  return verdictOnAnswer(readAnswer(fields));
}

/** As `bounceVerdict`, for an answer that has been read. */
export function verdictOnAnswer(answer: Answer): BounceVerdict {
  for (const { part, rows } of tables) {
    const row = rows.find(({ pattern }) => pattern.test(answer[part]));
    if (row !== undefined) {
      const { id, fault, cause, provider } = row;
      return { fault, row: id, ...defined({ cause, provider }) };
    }
  }
  return undecided;
}
