const shape = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:Z|([+-])(\d\d):?(\d\d))?$/;

/**
 * Reads an ISO 8601 stamp as SES writes it: with milliseconds, seconds or nanoseconds, `Z` or an offset, and the form of
 * AWS's own example, `2018-10-08T14:05:45 +0000`, which `Date.parse` takes for NaN. Without a zone it is UTC.
 *
 * @returns epoch milliseconds (fractions cut off), or `undefined` where the text is no such stamp or no such moment
 * @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 */
export function parseTimestamp(text: string): number | undefined {
  const match = shape.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isMoment =
    month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60 && second <= 60;
  // Beyond these years it is no time of any mail, and sums with it would leave the form we store.
  if (!isMoment || year < 1970 || year > 2999) return undefined;
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  return Math.max(0, utc(year, month, day, hour, minute, second, milliseconds) - offset);
}

/** The stamp in the one form we store and print: `2026-11-20T09:30:00.000Z`. */
export function formatTimestamp(epochMilliseconds: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: conversion of a given moment, not a look at the clock
  return new Date(epochMilliseconds).toISOString();
}

function utc(...parts: [number, number, number, number, number, number, number]): number {
  const [year, month, ...rest] = parts;
  // biome-ignore lint/style/noRestrictedGlobals: conversion of a given moment, not a look at the clock
  return Date.UTC(year, month - 1, ...rest);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
