import { parseTimestamp } from '../timestamp.ts';

/** The reason, where {@link readSentAt} finds none. */
export const invalidTimestamp = 'mail.timestamp is no ISO 8601 time';

/**
 * When SES took the mail. Not after what is told of it came: a stamp ahead of us would keep its place in a record for years.
 * @returns epoch milliseconds, or `undefined` where the stamp is none
 */
export function readSentAt(mail: { readonly timestamp: string }, arrivedAt?: number): number | undefined {
  const acceptedAt = parseTimestamp(mail.timestamp);
  return acceptedAt === undefined ? undefined : Math.min(acceptedAt, arrivedAt ?? acceptedAt);
}

/** When it happened to the mail, by the provider's stamp: between the mail and the arrival of the news, whatever that clock says. */
export function readEventTime(
  timestamp: string | undefined,
  sentAt: number,
  arrivedAt = Number.POSITIVE_INFINITY,
): number {
  const at = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  const latest = Math.max(sentAt, Math.min(arrivedAt, at ?? arrivedAt));
  return Number.isFinite(latest) ? latest : sentAt;
}
