import { defined } from '../defined.ts';
import type { Attribution } from './attribution.ts';
import { derive } from './derive.ts';
import type { ListPolicy } from './list-policy.ts';
import type { Cause, SuppressionRecord } from './record.ts';

/**
 * Returns the record after an operator suppressed the address manually, permanently or until a time. The most recent call wins: it shortens,
 * extends or makes permanent an earlier manual suppression, and it overrides an earlier release, even one from a clock that is ahead. Causes
 * from feedback stay and suppress for as long as they did. Feedback from before a release still does not suppress.
 *
 * @param at when the operator suppressed the address, epoch milliseconds
 * @param until when the suppression ends, epoch milliseconds; omit it for a permanent one. The caller checks that it is in the future.
 */
export function suppress(
  record: SuppressionRecord,
  { at, by, note, until }: { readonly at: number; readonly until?: number } & Attribution,
  policy: ListPolicy,
): SuppressionRecord {
  const before = record.causes.manual;
  const isOngoing = before !== undefined && (before.until ?? Number.POSITIVE_INFINITY) > at;
  const since = isOngoing ? before.since : at;
  const permanentSince = before?.permanentSince ?? (until === undefined ? at : undefined);
  const manual: Cause = {
    since,
    // The start may come from a clock that is ahead; the last event cannot be earlier.
    last: Math.max(since, at),
    ...defined({ until, permanentSince }),
  };
  return derive({ ...record, causes: { ...record.causes, manual }, suppressedManually: { at, by, note } }, policy);
}
