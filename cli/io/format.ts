import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';

/** Returns a count and its noun: `1 address`, `1,234 addresses`. */
export function formatQuantity(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** Returns a time for people, in UTC and to the minute: `2026-11-20 14:05 UTC`. */
export function formatTime(epochMilliseconds: number): string {
  return `${formatTimestamp(epochMilliseconds).slice(0, 16).replace('T', ' ')} UTC`;
}

/** Returns the day of a time, in UTC: `2026-11-20`. */
export function formatDay(epochMilliseconds: number): string {
  return formatTimestamp(epochMilliseconds).slice(0, 10);
}

/** Returns the items as a list in a sentence: `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), ...items.slice(-1)].filter((part) => part !== '').join(' and ');
}
