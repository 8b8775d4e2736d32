import type { Policy } from '../policy/policy.ts';
import { type Cause, derive, type SuppressionRecord } from './record.ts';

/**
 * Somebody suppresses an address by hand, for good or until a moment. The last word counts: it shortens, lengthens or makes lasting what
 * was said by hand before, and holds against an earlier release, whose clock may have been ahead. What is known from feedback stays beside
 * it, and suppresses as long as it does; feedback from before a release is still no news.
 *
 * @param at the moment it is said, epoch milliseconds
 * @param until the moment it ends, epoch milliseconds; left out: never. The caller sees to it that it lies ahead.
 */
export function suppress(
  record: SuppressionRecord,
  { at, by, note, until }: { readonly at: number; readonly by: string; readonly note: string; readonly until?: number },
  policy: Policy,
): SuppressionRecord {
  const before = record.causes.manual;
  const isGoingOn = before !== undefined && (before.until ?? Number.POSITIVE_INFINITY) > at;
  const since = isGoingOn ? before.since : at;
  const permanentSince = before?.permanentSince ?? (until === undefined ? at : undefined);
  const manual: Cause = {
    since,
    // Not before its beginning, which another clock may have set.
    last: Math.max(since, at),
    ...(until !== undefined && { until }),
    ...(permanentSince !== undefined && { permanentSince }),
  };
  return derive({ ...record, causes: { ...record.causes, manual }, suppressedManually: { at, by, note } }, policy);
}
