import type { Policy } from '../policy/policy.ts';
import { derive, type SuppressionRecord } from './record.ts';
import { softBounceCause } from './strikes.ts';

/**
 * What a delivery makes of a record: soft bounces up to then are no strikes any more, and what they had led to ends. Everything else
 * stays: a server that takes one mail says nothing of a complaint.
 * @param at when the receiving server took the mail, epoch milliseconds
 * @returns the very record given, where the delivery changes nothing
 */
export function resetStrikes(record: SuppressionRecord, at: number, policy: Policy): SuppressionRecord {
  if (at <= (record.deliveredAt ?? 0)) return record;
  const strikes = record.strikes.filter((strike) => strike > at);
  const { soft: _, ...others } = record.causes;
  const cause = softBounceCause(strikes, policy.soft);
  const causes = { ...others, ...(cause && { soft: cause }) };
  return derive({ ...record, deliveredAt: at, strikes, causes }, policy);
}
