import { domainOf } from '../address.ts';
import { defined } from '../defined.ts';
import { answeringProvider } from '../verdict/answering-provider.ts';
import { type Answer, readAnswer } from '../verdict/read-answer.ts';
import { type BounceVerdict, verdictOnAnswer } from '../verdict/verdict.ts';
import type { FeedbackEvent, Recipient } from './feedback-event.ts';

/** The verdict on one recipient of an event, the answer that it is based on, and who answered. */
export type RecipientVerdict = BounceVerdict & { readonly answer: Answer; readonly provider: string };

/** Returns the verdict on one recipient. SES's own words, in the sub-type, are rows of the rule table. */
export function verdictOfRecipient(recipient: Recipient, event: FeedbackEvent): RecipientVerdict {
  const { key, status, diagnosticCode } = recipient;
  // Stryker disable next-line ConditionalExpression: a complaint has no such fields; the type checker needs it
  const { remoteMtaIp, reportingMta } = event.kind === 'bounce' ? event : {};
  const answer = readAnswer(defined({ status, diagnosticCode }));
  const verdict = verdictOnAnswer(answer);
  const server = defined({ remoteMtaIp, reportingMta, diagnosticCode, ofAnswer: verdict.provider });
  return { ...verdict, answer, provider: answeringProvider({ domain: domainOf(key), ...server }) };
}
