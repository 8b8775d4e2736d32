import { defined } from '../defined.ts';
import type { Policy } from '../policy/policy.ts';
import { derive } from './derive.ts';
import type { SuppressionRecord } from './record.ts';
import { softBounceCause } from './strikes.ts';

/**
 * Returns the record after a delivery: strikes up to then are removed, and a suppression they caused ends. Other causes stay, because a
 * server that accepts an email says nothing about a complaint.
 *
 * @param at when the receiving server accepted the email, epoch milliseconds
 * @returns the record itself if the delivery changes nothing
 */
export function resetStrikes(record: SuppressionRecord, at: number, policy: Policy): SuppressionRecord {
  if (at <= (record.deliveredAt ?? 0)) return record;
  const strikes = record.strikes.filter((strike) => strike > at);
  const { soft: _, ...others } = record.causes;
  const causes = { ...others, ...defined({ soft: softBounceCause(strikes, policy.soft) }) };
  return derive({ ...record, deliveredAt: at, strikes, causes }, policy);
}
