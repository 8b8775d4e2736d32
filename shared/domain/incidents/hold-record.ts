import { hour } from '../durations.ts';
import type { ProviderIncident } from '../reputation/provider-incident.ts';
import { derive } from '../suppression/derive.ts';
import type { ListPolicy } from '../suppression/list-policy.ts';
import type { SuppressionRecord } from '../suppression/record.ts';

/**
 * Returns a record whose hard bounces came in an outage before it was noticed, with the end that `holdBounces` would have given them. `undefined`
 * if the outage is not the reason: an earlier hard bounce, an address to which nothing was delivered, or another provider.
 *
 * @param hours how long such a bounce suppresses; 0: permanently
 */
export function holdRecord(
  record: SuppressionRecord,
  { provider, from, to = Number.POSITIVE_INFINITY }: ProviderIncident,
  hours: number,
  policy: ListPolicy,
): SuppressionRecord | undefined {
  const { hard } = record.causes;
  if (hours === 0 || hard === undefined) return undefined;
  const until = hard.last + hours * hour;
  // With hard.firstDays, a first bounce has an end already.
  if ((hard.until ?? Number.POSITIVE_INFINITY) <= until) return undefined;
  if (hard.since < from || hard.last >= to) return undefined;
  const bounces = record.evidence.filter((one) => one.class === 'hard');
  const isItsOwn = bounces.every((one) => one.provider === provider && one.hadDelivery !== false);
  if (bounces.length === 0 || !isItsOwn) return undefined;
  return derive({ ...record, causes: { ...record.causes, hard: { ...hard, until } } }, policy);
}
