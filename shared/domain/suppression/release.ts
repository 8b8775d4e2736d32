import type { Attribution } from './attribution.ts';
import { derive } from './derive.ts';
import type { ListPolicy } from './list-policy.ts';
import type { SuppressionRecord } from './record.ts';

/**
 * Returns the record after an operator released the address. Feedback known so far never suppresses it again, even if it is delivered again;
 * later feedback does. A manual suppression ends. Counts do not change.
 *
 * @param at time of the release, epoch milliseconds
 * @example release(record, { at: Date.now(), by: 'support', note: 'the mailbox exists again' }, defaultPolicy)
 */
export function release(
  record: SuppressionRecord,
  { at, by, note }: { readonly at: number } & Attribution,
  policy: ListPolicy,
): SuppressionRecord {
  // The operator knew every cause in the record, even one whose timestamp comes from a clock that is ahead.
  const known = Object.values(record.causes).map(({ last }) => last);
  const released = { at: Math.max(at, record.released?.at ?? 0, ...known), by, note };
  // Of a manual suppression and a release, the record names only the latest.
  const { suppressedManually: _, domainStrikes: __, ...rest } = record;
  return derive({ ...rest, causes: {}, strikes: [], released }, policy);
}
