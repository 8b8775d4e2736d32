import { parseTimestamp } from '../timestamp.ts';
import type { UnwrappedMessage } from './envelope.ts';

/** The reason for an unreadable message if {@link readSentAt} returns `undefined`. */
export const invalidTimestamp = 'mail.timestamp is not an ISO 8601 time';

/**
 * Reads the time at which SES accepted the email. The result is never later than the arrival of the event about the
 * email: a timestamp in the future would stay in a record for years.
 *
 * @returns epoch milliseconds, or `undefined` if `mail.timestamp` is not a timestamp
 */
export function readSentAt(mail: { readonly timestamp: string }, arrivedAt?: number): number | undefined {
  const acceptedAt = parseTimestamp(mail.timestamp);
  return acceptedAt === undefined ? undefined : Math.min(acceptedAt, arrivedAt ?? acceptedAt);
}

/** When an event arrived, as far as it is known. */
export type ArrivalTime = Pick<UnwrappedMessage, 'arrivedAt' | 'isArrivalRenewed'>;

/**
 * Reads the event's own timestamp, which the email provider may have written. The result lies between the send time and
 * the arrival of the event, because the provider's clock can be wrong.
 *
 * Without a usable timestamp, the event happened at its arrival. If a redrive would renew the arrival, it happened at the send time instead:
 * a bounce from before a release must not become one from after it.
 */
export function readEventTime(timestamp: string | undefined, sentAt: number, arrival: ArrivalTime): number {
  const { arrivedAt = Number.POSITIVE_INFINITY, isArrivalRenewed } = arrival;
  const at = (timestamp === undefined ? undefined : parseTimestamp(timestamp)) ?? Number.POSITIVE_INFINITY;
  const latest = at > arrivedAt && isArrivalRenewed ? sentAt : Math.max(sentAt, Math.min(arrivedAt, at));
  return Number.isFinite(latest) ? latest : sentAt;
}
