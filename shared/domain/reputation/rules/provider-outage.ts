import { continueKnownOutage, contradictsOutage, findKnownOutage } from '../known-bounces.ts';
import { findProviderOutage, type ProviderOutageFigures, providerOfOutage } from '../provider-bounces.ts';
import { type ScopeSnapshot, storedAlarm } from '../scope-snapshot.ts';
import type { RuleEvaluation } from './rule.ts';

/**
 * Evaluates whether a mailbox provider may have an outage, and refuses addresses that exist. While the alarm is raised, hard
 * bounces of the provider suppress for a time only.
 */
export function evaluateProviderOutage(snapshot: ScopeSnapshot): RuleEvaluation {
  const { scope, now, providerBounces } = snapshot;
  const name = { scope, rule: 'provider-outage' } as const;
  const before = storedAlarm(snapshot, name);
  const isRaised = before.status !== 'ok';
  const outage = findOutage(snapshot, isRaised);
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

/** The memory of deliveries, where there is one, finds an outage sooner, and knows a bad list from it. */
function findOutage(
  { now, until, providerBounces, knownBounces, buckets: sends }: ScopeSnapshot,
  isRaised: boolean,
): ProviderOutageFigures | undefined {
  const known = isRaised
    ? continueKnownOutage(knownBounces, now)
    : findKnownOutage(knownBounces, { now, until, sends });
  if (known !== undefined) return known;
  const found = findProviderOutage(providerBounces, sends, { now, isRaised });
  return found !== undefined && contradictsOutage(knownBounces, found.provider, now) ? undefined : found;
}
