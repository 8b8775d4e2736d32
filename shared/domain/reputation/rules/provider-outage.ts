import { findProviderOutage, providerOfOutage } from '../provider-bounces.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import type { RuleEvaluation } from './rule.ts';

/**
 * Evaluates whether a mailbox provider may have an outage, and refuses addresses that exist. While the alarm is raised, hard
 * bounces of the provider suppress for a time only.
 */
export function evaluateProviderOutage(snapshot: ScopeSnapshot): RuleEvaluation {
  const { scope, now, providerBounces, buckets } = snapshot;
  const name = { scope, rule: 'provider-outage' } as const;
  const before = storedAlarm(snapshot, name);
  const isRaised = before.status !== 'ok';
  const outage = findProviderOutage(providerBounces, buckets, { now, isRaised });
  const providerOutage = outage ?? (isRaised ? providerOfOutage(providerBounces, now) : undefined);
  const bounces = providerOutage?.bounces ?? 0;
  return {
    name,
    before,
    result: {
      status: outage === undefined ? 'ok' : 'approaching',
      isSending: bounces > 0,
      requestsPause: false,
      peak: { rate: bounces, bad: bounces },
    },
    figures: { bad: bounces, total: 0, ...(providerOutage && { providerOutage }) },
  };
}
