import {
  type AlarmStatus,
  addToSums,
  type CusumState,
  type CusumSums,
  cusumLimit,
  initialCusum,
  nextCusumState,
  zeroSums,
} from '../../../shared/domain/reputation/cusum.ts';

const line = 0.05;
const bounces = (count: number) => count * 10_000_000;
const watching = (status: AlarmStatus, marks: Partial<CusumState> = {}): CusumState => ({
  ...initialCusum,
  status,
  ...marks,
});
const fold = (levels: Partial<CusumSums>): CusumSums => ({ ...zeroSums, ...levels });

describe('a tally', () => {
  test('adds what went bad, and takes off what the lines allow for its sends', () => {
    expect(addToSums(zeroSums, { start: 7, total: 100, bad: 9 }, line, initialCusum)).toEqual({
      approaching: bounces(9 - 4),
      critical: bounces(9 - 5),
      recovery: 0,
      since: 7,
      bad: 9,
      total: 100,
    });
  });

  test('adds to the excess that is growing, and says since when', () => {
    const first = addToSums(zeroSums, { start: 7, total: 100, bad: 9 }, line, initialCusum);
    const second = addToSums(first, { start: 8, total: 100, bad: 5 }, line, initialCusum);
    expect(second).toEqual({
      approaching: bounces(6),
      critical: bounces(4),
      recovery: 0,
      since: 7,
      bad: 14,
      total: 200,
    });
  });

  test('that is better than the line ends it, however little there was', () => {
    const first = addToSums(zeroSums, { start: 7, total: 100, bad: 5 }, line, initialCusum);
    expect(first).toMatchObject({ approaching: bounces(1), critical: 0 });
    expect(addToSums(first, { start: 8, total: 25, bad: 0 }, line, initialCusum)).toEqual(zeroSums);
    expect(addToSums(first, { start: 8, total: 500, bad: 0 }, line, initialCusum)).toEqual(zeroSums);
    expect(addToSums(zeroSums, { start: 9, total: 100, bad: 4 }, line, initialCusum)).toEqual(zeroSums);
  });

  test('between the two lines lowers the upper level alone', () => {
    const first = addToSums(zeroSums, { start: 7, total: 100, bad: 9 }, line, initialCusum);
    expect(addToSums(first, { start: 8, total: 200, bad: 9 }, line, initialCusum)).toMatchObject({
      approaching: bounces(6),
      critical: bounces(3),
    });
    expect(addToSums(first, { start: 8, total: 1000, bad: 41 }, line, initialCusum)).toMatchObject({
      approaching: bounces(6),
      critical: 0,
    });
  });

  test('without sends changes nothing, and more bad ones than sends are no error', () => {
    expect(addToSums(zeroSums, { start: 7, total: 0, bad: 50 }, line, initialCusum)).toBe(zeroSums);
    expect(addToSums(zeroSums, { start: 7, total: 1, bad: 50 }, line, initialCusum).approaching).toBe(bounces(49.96));
  });

  test('counts toward recovery only from the step up on, whatever came before', () => {
    const raised = watching('critical', { raisedAt: 100 });
    expect(addToSums(zeroSums, { start: 99, total: 1000, bad: 0 }, line, raised).recovery).toBe(0);
    const first = addToSums(zeroSums, { start: 100, total: 1000, bad: 5 }, line, raised);
    expect(first.recovery).toBe(bounces(20));
    expect(addToSums(first, { start: 101, total: 100, bad: 12 }, line, raised)).toMatchObject({
      approaching: bounces(8),
      recovery: bounces(10.5),
    });
    expect(addToSums(first, { start: 101, total: 100, bad: 60 }, line, raised).recovery).toBe(0);
  });

  test('is added exactly: 30 days of a hundred million mails leave no rounding', () => {
    let sum = zeroSums;
    for (let i = 0; i < 8640; i++) sum = addToSums(sum, { start: i, total: 11_573, bad: 12 }, 0.001, initialCusum);
    expect(sum.approaching).toBe(8640 * (12 * 10_000_000 - 11_573 * 8000));
    expect(sum.critical).toBe(8640 * (12 * 10_000_000 - 11_573 * 10_000));
  });
});

describe('the limit', () => {
  test('is six bounces, and a hundredth of what the line allows a day', () => {
    expect(cusumLimit(line, 0)).toBe(6);
    expect(cusumLimit(line, 100_000)).toBe(56);
    expect(cusumLimit(0.001, 100_000)).toBe(7);
  });

  test('stands higher for each of many scopes: by the bounces that divide its false alarms by their number', () => {
    expect([1, 2, 3, 4, 200, 1000].map((scopes) => cusumLimit(line, 0, scopes))).toEqual([6, 7, 7, 8, 11, 12]);
    expect(Math.exp(1.256) - 1).toBeCloseTo(2 * 1.256, 2);
  });
});

/** The levels against a limit of six, and what becomes of the alarm. */
test.each<[string, AlarmStatus, Partial<CusumSums>, AlarmStatus]>([
  ['below both', 'ok', { approaching: bounces(6) - 1, critical: bounces(6) - 1 }, 'ok'],
  ['the lower one reached', 'ok', { approaching: bounces(6), critical: bounces(6) - 1 }, 'approaching'],
  ['both reached at once', 'ok', { approaching: bounces(9), critical: bounces(6) }, 'critical'],
  ['quiet for long', 'ok', { recovery: bounces(60) }, 'ok'],
  ['no further', 'approaching', { approaching: bounces(60), critical: bounces(6) - 1 }, 'approaching'],
  ['the upper one reached', 'approaching', { approaching: bounces(9), critical: bounces(6) }, 'critical'],
  [
    'the upper one reached, with good tallies since',
    'approaching',
    { critical: bounces(6), recovery: bounces(6) },
    'critical',
  ],
  ['not yet recovered', 'approaching', { recovery: bounces(6) - 1 }, 'approaching'],
  ['recovered', 'approaching', { recovery: bounces(6) }, 'ok'],
  [
    'better, but not recovered',
    'critical',
    { approaching: bounces(7), critical: 0, recovery: bounces(6) - 1 },
    'critical',
  ],
  ['still bad', 'critical', { approaching: bounces(70), critical: bounces(70) }, 'critical'],
  [
    'recovered from the worst',
    'critical',
    { approaching: bounces(70), critical: bounces(70), recovery: bounces(6) },
    'ok',
  ],
])('%s: %s', (_name, status, levels, next) => {
  const before = watching(status, { from: 1, raisedAt: 2 });
  const after = nextCusumState(before, fold(levels), 6, 50);
  expect(after.status).toBe(next);
  if (next === status) expect(after).toBe(before);
  else if (next === 'ok') expect(after).toEqual({ ...initialCusum, from: 50 });
  else expect(after).toEqual({ status: next, from: 1, raisedAt: 50 });
});
