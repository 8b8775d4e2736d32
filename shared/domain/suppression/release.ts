import type { Policy } from '../policy/policy.ts';
import { derive, type SuppressionRecord } from './record.ts';

/**
 * An operator lets an address go. Everything known of it until then stops suppressing for good, also when it is delivered
 * again; feedback that happens later suppresses anew. What was counted stays counted; what somebody said by hand is taken back.
 *
 * @param at the moment of the release, epoch milliseconds
 */
export function release(
  record: SuppressionRecord,
  { at, by, note }: { readonly at: number; readonly by: string; readonly note: string },
  policy: Policy,
): SuppressionRecord {
  // What stands in the record is known to the operator, even where some clock has stamped it ahead of ours.
  const known = Object.values(record.causes).map(({ last }) => last);
  const released = { at: Math.max(at, record.released?.at ?? 0, ...known), by, note };
  // Of two who contradict each other the record names the last.
  const { suppressedManually: _, ...rest } = record;
  return derive({ ...rest, causes: {}, strikes: [], released }, policy);
}
