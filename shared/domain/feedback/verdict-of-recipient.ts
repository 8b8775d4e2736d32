import { domainOf } from '../address.ts';
import { defined } from '../defined.ts';
import { answeringProvider } from '../verdict/answering-provider.ts';
import { type BounceVerdict, bounceVerdict } from '../verdict/verdict.ts';
import type { FeedbackEvent, Recipient } from './feedback-event.ts';

/** The verdict on one recipient of an event, and who answered. */
export type RecipientVerdict = BounceVerdict & { readonly provider: string };

/** Returns the verdict on one recipient. SES's own words, in the sub-type, are rows of the rule table. */
export function verdictOfRecipient(recipient: Recipient, event: FeedbackEvent): RecipientVerdict {
  const { key, status, diagnosticCode } = recipient;
  const { remoteMtaIp, reportingMta } = event.kind === 'bounce' ? event : {};
  const verdict = bounceVerdict(defined({ status, diagnosticCode }));
  const server = defined({ remoteMtaIp, reportingMta, diagnosticCode, ofAnswer: verdict.provider });
  return { ...verdict, provider: answeringProvider({ domain: domainOf(key), ...server }) };
}
