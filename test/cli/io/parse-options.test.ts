import { parseDuration, parseFutureTime, parseNote, parseTime } from '../../../cli/io/parse-options.ts';
import { day, hour } from '../../support/ses.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 27, 12, 30) });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  ['2026-11-20T14:00Z', '2026-11-20T14:00:00.000Z'],
  ['2026-11-20T14:00:30.5+02:00', '2026-11-20T12:00:30.500Z'],
  ['today', '2026-11-27T00:00:00.000Z'],
  ['yesterday', '2026-11-26T00:00:00.000Z'],
  ['now', '2026-11-27T12:30:00.000Z'],
  ['30m', '2026-11-27T12:00:00.000Z'],
  ['24h', '2026-11-26T12:30:00.000Z'],
  ['30d', '2026-10-28T12:30:00.000Z'],
  ['2w', '2026-11-13T12:30:00.000Z'],
])('%s is %s', (text, time) => {
  expect(parseTime(text).toISOString()).toBe(time);
});

test.each([
  ['30d', '2026-12-27T12:30:00.000Z'],
  ['tomorrow', '2026-11-28T00:00:00.000Z'],
])('as an end, %s is %s', (text, time) => {
  expect(parseFutureTime(text).toISOString()).toBe(time);
});

test.each(['', 'soon', '2026-02-31', '2026-11-20T14:00', '0d', '5y', '20.11.2026', '-3d'])('%j is no time', (text) => {
  expect(() => parseTime(text)).toThrow('Expected a day (2026-11-20)');
  expect(() => parseFutureTime(text)).toThrow('Expected a day (2026-11-20)');
});

test('a duration is in milliseconds', () => {
  expect([parseDuration('12h'), parseDuration('2w')]).toEqual([12 * hour, 14 * day]);
  expect(() => parseDuration('12')).toThrow('Expected a duration');
});

test('a note says something', () => {
  expect(parseNote('asked by phone')).toBe('asked by phone');
  for (const empty of ['', ' \t']) expect(() => parseNote(empty)).toThrow('Say why');
});
