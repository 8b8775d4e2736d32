import { day } from '../durations.ts';
import { isSuppressedAt, type SuppressionRecord } from './record.ts';

/**
 * Why a recipient cannot release an address with a link:
 *
 * - `not-suppressed`: the list does not suppress it;
 * - `complaint`: the recipient reported an email as spam;
 * - `manual`: an operator or the application suppressed it;
 * - `too-soon`: it was released in the last 30 days;
 * - `used`: it was released since the link was made, with this link or in another way;
 * - `bounced-again`: it bounced, or the recipient complained, since the link was made.
 */
export type LinkRefusal = 'not-suppressed' | 'complaint' | 'manual' | 'too-soon' | 'used' | 'bounced-again';

/** A mailbox that does not exist can so bounce once in this time, however often its link is used. */
const minIntervalMs = 30 * day;

/**
 * Returns why a recipient may not release an address, or `undefined` if they may. The record itself remembers the release, so that a link works
 * once without being stored.
 *
 * @param issuedAt when the link was made, epoch milliseconds. Missing: it is being made now
 */
export function linkRefusal(
  record: SuppressionRecord | undefined,
  now: number,
  issuedAt?: number,
): LinkRefusal | undefined {
  const { released, causes = {} } = record ?? {};
  if (issuedAt !== undefined && released !== undefined && released.at >= issuedAt) return 'used';
  if (!isSuppressedAt(record, now)) return 'not-suppressed';
  if (causes.complaint !== undefined && causes.complaint.until === undefined) return 'complaint';
  if (causes.manual !== undefined && (causes.manual.until ?? Number.POSITIVE_INFINITY) > now) return 'manual';
  if (released !== undefined && released.at > now - minIntervalMs) return 'too-soon';
  const latest = Math.max(...Object.values(causes).map(({ last }) => last));
  return issuedAt !== undefined && latest > issuedAt ? 'bounced-again' : undefined;
}
