import type { Policy } from '../policy/policy.ts';
import { countingHorizonMs } from '../retention.ts';
import type { SendEvent } from './feedback-event.ts';
import { isRateExempt } from './rate-exempt.ts';
import { scopesOf } from './scopes.ts';

/** Number of recipients of an email in one scope. Sends are the denominator of both rates. */
export type SendCount = {
  readonly scope: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly sends: number;
};

/**
 * Counts the recipients of a Send event, as SES does. Recipients whose bounces count toward no rate are not counted. An
 * email older than {@link countingHorizonMs} is not counted, because its feedback is not counted either.
 */
export function countSend({ mail, recipients, unreadableCount }: SendEvent, policy: Policy, now: number): SendCount[] {
  const sends = recipients.filter((address) => !isRateExempt(address, policy)).length + unreadableCount;
  if (sends === 0 || mail.sentAt <= now - countingHorizonMs) return [];
  // With `sendsFrom: 'ses'` the account's sends come from CloudWatch. Counting the events as well would count them
  // twice.
  const isCounted = (scope: string) => scope !== 'account' || policy.sendsFrom === 'events';
  return scopesOf(mail, policy.scopeTags)
    .filter(isCounted)
    .map((scope) => ({ scope, sentAt: mail.sentAt, sends }));
}
