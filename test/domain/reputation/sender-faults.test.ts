import { recentFaults, type SenderFaultBucket, usualFaults } from '../../../shared/domain/reputation/sender-faults.ts';
import { hour, noon } from '../../support/ses.ts';

const bucket = (start: number, providers: Record<string, number>): SenderFaultBucket => ({
  start,
  cause: 'block-list',
  providers,
  sentFrom: {},
});
/** One recipient in each hour of a little more than two days. */
const hourly = Array.from({ length: 50 }, (_, index) => bucket(noon - index * hour, { google: 1 }));

test.each([0, 1, 30, 59])('each hour of the last 24 counts once, as recent or as usual, at minute %i', (minute) => {
  const now = noon + minute * 60_000;
  expect(recentFaults(hourly, 'block-list', now).recipients).toBe(2);
  // 22 recipients in 22 hours are 2 in two hours.
  expect(usualFaults(hourly, 'block-list', now)).toBe(2);
});

test('providers are in order of their counts, and of their names where the counts are equal', () => {
  for (const names of [
    ['yahoo', 'apple', 'google'],
    ['apple', 'google', 'yahoo'],
  ]) {
    const counts = Object.fromEntries(names.map((name) => [name, name === 'google' ? 9 : 4]));
    const { providers } = recentFaults([bucket(noon, counts)], 'block-list', noon);
    expect(providers.map(({ name }) => name)).toEqual(['google', 'apple', 'yahoo']);
  }
});
