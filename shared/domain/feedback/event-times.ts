import { parseTimestamp } from '../timestamp.ts';

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

/**
 * Reads the event's own timestamp, which the email provider may have written. The result lies between the send time and
 * the arrival of the event, because the provider's clock can be wrong.
 */
export function readEventTime(
  timestamp: string | undefined,
  sentAt: number,
  arrivedAt = Number.POSITIVE_INFINITY,
): number {
  const at = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  const latest = Math.max(sentAt, Math.min(arrivedAt, at ?? arrivedAt));
  return Number.isFinite(latest) ? latest : sentAt;
}
