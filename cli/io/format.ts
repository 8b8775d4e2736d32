import { day, hour } from '../../shared/domain/durations.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';

export { formatTime } from '../../shared/domain/timestamp.ts';

/** Returns a count and its noun: `1 address`, `1,234 addresses`. */
export function formatQuantity(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** Returns the day of a time, in UTC: `2026-11-20`. */
export function formatDay(epochMilliseconds: number): string {
  return formatTimestamp(epochMilliseconds).slice(0, 10);
}

/** Returns a duration in days, or in hours if it is not a number of whole days: `14 days`, `1 hour`. */
export function formatDuration(milliseconds: number): string {
  return milliseconds % day === 0
    ? formatQuantity(milliseconds / day, 'day')
    : formatQuantity(Math.round(milliseconds / hour), 'hour');
}

/** Returns the items as a list in a sentence: `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), ...items.slice(-1)].filter((part) => part !== '').join(' and ');
}
