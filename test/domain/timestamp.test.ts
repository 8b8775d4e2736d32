import fc from 'fast-check';
import { formatTime, formatTimestamp, parseTimestamp } from '../../shared/domain/timestamp.ts';

test.each([
  ['2026-11-20T09:30:00.123Z', '2026-11-20T09:30:00.123Z'],
  ['2026-11-20T09:30:00Z', '2026-11-20T09:30:00.000Z'],
  ['2018-10-08T14:05:45 +0000', '2018-10-08T14:05:45.000Z'],
  ['2026-11-20T09:30:00.123456789Z', '2026-11-20T09:30:00.123Z'],
  ['2026-11-20T04:30:00-05:00', '2026-11-20T09:30:00.000Z'],
  ['2026-11-20T15:00:00+0530', '2026-11-20T09:30:00.000Z'],
  ['2026-11-20 09:30:00', '2026-11-20T09:30:00.000Z'],
  [' 2026-11-20T09:30:00.1Z\n', '2026-11-20T09:30:00.100Z'],
  ['2026-11-20T09:30:00+23:59', '2026-11-19T09:31:00.000Z'],
  ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00.000Z'],
  ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ['2999-12-31T23:59:59.999Z', '2999-12-31T23:59:59.999Z'],
])('%s is parsed as %s', (written, time) => {
  const parsed = parseTimestamp(written);
  expect(parsed === undefined ? undefined : formatTimestamp(parsed)).toBe(time);
});

test.each([
  '',
  'yesterday',
  '1545082649183',
  '2026-11-20',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-11-00T00:00:00Z',
  '2026-11-20T09:30:61Z',
  '2100-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-11-20T24:00:00Z',
  '2026-11-20T09:60:00Z',
  '0099-11-20T09:30:00Z',
  '3000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2026-11-20T09:30:00+24:00',
  '2026-11-20T09:30:00-09:60',
  '+012026-11-20T09:30:00Z',
  '2026-11-20T09:30:00Z; rm',
])('%j is not a timestamp', (written) => {
  expect(parseTimestamp(written)).toBeUndefined();
});

test('a formatted timestamp is parsed as the same time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2999, 11, 31) }), (time) => {
      expect(parseTimestamp(formatTimestamp(time))).toBe(time);
    }),
  );
});

test('a time for people is in UTC and to the minute', () => {
  expect(formatTime(Date.parse('2026-12-04T09:36:59.999Z'))).toBe('2026-12-04 09:36 UTC');
});
