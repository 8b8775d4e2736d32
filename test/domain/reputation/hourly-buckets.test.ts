import { hourlyUntil, toHourlyBuckets } from '../../../shared/domain/reputation/hourly-buckets.ts';
import { hour, noon } from '../../support/ses.ts';

const minute = 60_000;
const until = noon + 10 * minute;

test('counts are added up by the hour if the hour ended five hours ago', () => {
  expect(hourlyUntil(until)).toBe(noon - 5 * hour);
  expect(hourlyUntil(noon - minute)).toBe(noon - 6 * hour);
});

test('older buckets are added up by the hour, newer ones by their start, and later ones are left out', () => {
  const bucket = (start: number, total: number, bad = 0) => ({ start, total, bad });
  const buckets = [
    bucket(until, 1000),
    bucket(until + minute, 1000),
    bucket(until - 5 * minute, 3, 1),
    bucket(noon - 5 * hour + 5 * minute, 5),
    bucket(noon - 5 * hour, 4),
    bucket(noon - 5 * hour - 5 * minute, 20, 2),
    bucket(noon - 6 * hour, 10, 1),
    bucket(until - 5 * minute, 2),
    bucket(noon - 9 * hour, 7),
  ];
  expect(toHourlyBuckets(buckets, until)).toEqual([
    bucket(noon - 9 * hour, 7),
    bucket(noon - 6 * hour, 30, 3),
    bucket(noon - 5 * hour, 4),
    bucket(noon - 5 * hour + 5 * minute, 5),
    bucket(until - 5 * minute, 5, 1),
  ]);
});
