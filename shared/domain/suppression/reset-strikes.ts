import { defined } from '../defined.ts';
import { derive } from './derive.ts';
import type { ListPolicy } from './list-policy.ts';
import type { SuppressionRecord } from './record.ts';
import { strikeCause } from './strikes.ts';

/**
 * Returns the record after a delivery: strikes up to then are removed, and a suppression they caused ends. Other causes stay, because a
 * server that accepts an email says nothing about a complaint.
 *
 * @param at when the receiving server accepted the email, epoch milliseconds
 * @returns the record itself if the delivery changes nothing
 */
export function resetStrikes(record: SuppressionRecord, at: number, policy: ListPolicy): SuppressionRecord {
  if (at <= (record.deliveredAt ?? 0)) return record;
  // Stryker disable next-line ArrayDeclaration: a text is later than no time
  const { domainStrikes: known = [], ...rest } = record;
  const isLater = (strike: number) => strike > at;
  const strikes = record.strikes.filter(isLater);
  const domainStrikes = known.filter(isLater);
  const { soft: _, ...others } = record.causes;
  const causes = { ...others, ...defined({ soft: strikeCause(strikes, domainStrikes, policy.soft) }) };
  const left = { strikes, ...(domainStrikes.length > 0 && { domainStrikes }) };
  return derive({ ...rest, deliveredAt: at, ...left, causes }, policy);
}
