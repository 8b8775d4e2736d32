import { formatDay, formatDuration, formatList, formatQuantity, formatTime } from '../../../cli/io/format.ts';
import { day, hour } from '../../support/ses.ts';

test('a quantity has thousands separators, and a singular only for 1', () => {
  expect([0, 1, 1234].map((count) => formatQuantity(count, 'change'))).toEqual([
    '0 changes',
    '1 change',
    '1,234 changes',
  ]);
  expect(formatQuantity(2, 'address', 'addresses')).toBe('2 addresses');
});

test('a time is in UTC, to the minute', () => {
  const time = Date.UTC(2026, 10, 20, 14, 5, 59, 999);
  expect([formatTime(time), formatDay(time)]).toEqual(['2026-11-20 14:05 UTC', '2026-11-20']);
});

test('a duration is in days, or in hours if it is not a number of whole days', () => {
  expect([day, 14 * day, hour, 36 * hour].map(formatDuration)).toEqual(['1 day', '14 days', '1 hour', '36 hours']);
});

test('the last two items of a list are joined by "and"', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(formatList)).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
