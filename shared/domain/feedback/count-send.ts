import type { Policy } from '../policy/policy.ts';
import { countingHorizon } from '../suppression/record.ts';
import type { SendEvent } from './feedback-event.ts';
import { isRateExempt } from './rate-exempt.ts';
import { scopesOf } from './scopes.ts';

/** Recipients a mail was sent to, and where they are counted: what the rates are shares of. */
export type SendCount = { readonly scope: string; readonly sentAt: number; readonly sends: number };

/**
 * Counts a Send event in recipients, as SES does. What bounces in no rate is no send in one either. A mail older than what feedback
 * is counted for counts no more.
 */
export function countSend({ mail, recipients, unreadableCount }: SendEvent, policy: Policy, now: number): SendCount[] {
  const sends = recipients.filter((address) => !isRateExempt(address, policy)).length + unreadableCount;
  if (sends === 0 || mail.sentAt <= now - countingHorizon) return [];
  // The account's sends come from one place: from both they would count twice.
  const isCounted = (scope: string) => scope !== 'account' || policy.sendsFrom === 'events';
  return scopesOf(mail, policy.scopeTags)
    .filter(isCounted)
    .map((scope) => ({ scope, sentAt: mail.sentAt, sends }));
}
