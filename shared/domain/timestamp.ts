const pattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:Z|([+-])(\d\d):?(\d\d))?$/;

/**
 * Parses an ISO 8601 timestamp in all forms that SES writes: to the second, millisecond or nanosecond, with `Z` or an
 * offset, and in the form of AWS's own example, `2018-10-08T14:05:45 +0000`, for which `Date.parse` returns NaN. A
 * timestamp without a zone is UTC.
 *
 * @returns epoch milliseconds (smaller fractions are cut off), or `undefined` if the text is not such a timestamp or
 *   the date does not exist
 * @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 */
export function parseTimestamp(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isValid =
    month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second <= 60;
  // No email has a time outside these years, and adding a duration to such a time could leave the four-digit years of
  // stored timestamps.
  if (!isValid || year < 1970 || year > maxYear) return undefined;
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  return Math.max(0, utc(year, month, day, hour, minute, second, milliseconds) - offset);
}

/** The last year of a time that is read or stored. */
const maxYear = 2999;

/** The latest time that {@link parseTimestamp} reads. Epoch milliseconds. */
export const latestTime = utc(maxYear, 12, 31, 23, 59, 59, 999);

/** Formats a time in the only form that is stored: `2026-11-20T09:30:00.000Z`. */
export function formatTimestamp(epochMilliseconds: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: converts a given time and does not read the clock
  return new Date(epochMilliseconds).toISOString();
}

/** Formats a time for people, in UTC and to the minute: `2026-11-20 14:05 UTC`. */
export function formatTime(epochMilliseconds: number): string {
  return `${formatTimestamp(epochMilliseconds).slice(0, 16).replace('T', ' ')} UTC`;
}

function utc(...parts: [number, number, number, number, number, number, number]): number {
  const [year, month, ...rest] = parts;
  // biome-ignore lint/style/noRestrictedGlobals: converts a given time and does not read the clock
  return Date.UTC(year, month - 1, ...rest);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
