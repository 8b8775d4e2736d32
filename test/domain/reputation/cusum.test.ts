import type { AlarmStatus } from '../../../shared/domain/reputation/alarm-status.ts';
import {
  addToSums,
  type CusumState,
  type CusumSums,
  cusumLimit,
  initialCusum,
  nextCusumState,
  zeroSums,
} from '../../../shared/domain/reputation/cusum.ts';

const threshold = 0.05;
const bounces = (count: number) => count * 10_000_000;
const stateOf = (status: AlarmStatus, marks: Partial<CusumState> = {}): CusumState => ({
  ...initialCusum,
  status,
  ...marks,
});
const sums = (fields: Partial<CusumSums>): CusumSums => ({ ...zeroSums, ...fields });

describe('a bucket', () => {
  test('adds its bounces, and subtracts those that the threshold allows for its sends', () => {
    expect(addToSums(zeroSums, { start: 7, total: 100, bad: 9 }, threshold, initialCusum)).toEqual({
      approaching: bounces(9 - 4),
      critical: bounces(9 - 5),
      recovery: 0,
      since: 7,
      bad: 9,
      total: 100,
    });
  });

  test('adds to an excess that already exists, and keeps its start', () => {
    const first = addToSums(zeroSums, { start: 7, total: 100, bad: 9 }, threshold, initialCusum);
    const second = addToSums(first, { start: 8, total: 100, bad: 5 }, threshold, initialCusum);
    expect(second).toEqual({
      approaching: bounces(6),
      critical: bounces(4),
      recovery: 0,
      since: 7,
      bad: 14,
      total: 200,
    });
  });

  test('below the threshold ends an excess that it makes up for', () => {
    const first = addToSums(zeroSums, { start: 7, total: 100, bad: 5 }, threshold, initialCusum);
    expect(first).toMatchObject({ approaching: bounces(1), critical: 0 });
    expect(addToSums(first, { start: 8, total: 25, bad: 0 }, threshold, initialCusum)).toEqual(zeroSums);
    expect(addToSums(first, { start: 8, total: 500, bad: 0 }, threshold, initialCusum)).toEqual(zeroSums);
    expect(addToSums(zeroSums, { start: 9, total: 100, bad: 4 }, threshold, initialCusum)).toEqual(zeroSums);
  });

  test('between the two thresholds lowers only the critical sum', () => {
    const first = addToSums(zeroSums, { start: 7, total: 100, bad: 9 }, threshold, initialCusum);
    expect(addToSums(first, { start: 8, total: 200, bad: 9 }, threshold, initialCusum)).toMatchObject({
      approaching: bounces(6),
      critical: bounces(3),
    });
    expect(addToSums(first, { start: 8, total: 1000, bad: 41 }, threshold, initialCusum)).toMatchObject({
      approaching: bounces(6),
      critical: 0,
    });
  });

  test('without sends changes nothing, and one with more bounces than sends is no error', () => {
    expect(addToSums(zeroSums, { start: 7, total: 0, bad: 50 }, threshold, initialCusum)).toBe(zeroSums);
    expect(addToSums(zeroSums, { start: 7, total: 1, bad: 50 }, threshold, initialCusum).approaching).toBe(
      bounces(49.96),
    );
  });

  test('counts toward recovery only after the alarm was last raised', () => {
    const raised = stateOf('critical', { raisedAt: 100 });
    expect(addToSums(zeroSums, { start: 99, total: 1000, bad: 0 }, threshold, raised).recovery).toBe(0);
    const first = addToSums(zeroSums, { start: 100, total: 1000, bad: 5 }, threshold, raised);
    expect(first.recovery).toBe(bounces(20));
    expect(addToSums(first, { start: 101, total: 100, bad: 12 }, threshold, raised)).toMatchObject({
      approaching: bounces(8),
      recovery: bounces(10.5),
    });
    expect(addToSums(first, { start: 101, total: 100, bad: 60 }, threshold, raised).recovery).toBe(0);
  });

  test('is added exactly: 30 days with a hundred million emails cause no rounding error', () => {
    let total = zeroSums;
    for (let i = 0; i < 8640; i++) total = addToSums(total, { start: i, total: 11_573, bad: 12 }, 0.001, initialCusum);
    expect(total.approaching).toBe(8640 * (12 * 10_000_000 - 11_573 * 8000));
    expect(total.critical).toBe(8640 * (12 * 10_000_000 - 11_573 * 10_000));
  });
});

describe('the limit', () => {
  test('is six bounces plus a hundredth of the bounces that the threshold allows in a day', () => {
    expect(cusumLimit(threshold, 0)).toBe(6);
    expect(cusumLimit(threshold, 100_000)).toBe(56);
    expect(cusumLimit(0.001, 100_000)).toBe(7);
  });

  test('rises with the number of scopes, so that the false alarms of a scope are divided by that number', () => {
    expect([1, 2, 3, 4, 200, 1000].map((scopes) => cusumLimit(threshold, 0, scopes))).toEqual([6, 7, 7, 8, 11, 12]);
    expect(Math.exp(1.256) - 1).toBeCloseTo(2 * 1.256, 2);
  });
});

/** Sums that are compared with a limit of six bounces, and the status that follows. */
const transitions: readonly [string, AlarmStatus, Partial<CusumSums>, AlarmStatus][] = [
  ['both sums below the limit', 'ok', { approaching: bounces(6) - 1, critical: bounces(6) - 1 }, 'ok'],
  ['the approaching sum at the limit', 'ok', { approaching: bounces(6), critical: bounces(6) - 1 }, 'approaching'],
  ['both sums at the limit at once', 'ok', { approaching: bounces(9), critical: bounces(6) }, 'critical'],
  ['a recovery sum without an alarm', 'ok', { recovery: bounces(60) }, 'ok'],
  [
    'the critical sum below the limit',
    'approaching',
    { approaching: bounces(60), critical: bounces(6) - 1 },
    'approaching',
  ],
  ['the critical sum at the limit', 'approaching', { approaching: bounces(9), critical: bounces(6) }, 'critical'],
  [
    'the critical and the recovery sum at the limit',
    'approaching',
    { critical: bounces(6), recovery: bounces(6) },
    'critical',
  ],
  ['the recovery sum below the limit', 'approaching', { recovery: bounces(6) - 1 }, 'approaching'],
  ['the recovery sum at the limit', 'approaching', { recovery: bounces(6) }, 'ok'],
  [
    'a lower excess, and the recovery sum below the limit',
    'critical',
    { approaching: bounces(7), critical: 0, recovery: bounces(6) - 1 },
    'critical',
  ],
  ['a large excess', 'critical', { approaching: bounces(70), critical: bounces(70) }, 'critical'],
  [
    'a large excess, and the recovery sum at the limit',
    'critical',
    { approaching: bounces(70), critical: bounces(70), recovery: bounces(6) },
    'ok',
  ],
];
test.each(transitions.map(([name, status, fields, next]) => ({ name, status, fields, next })))(
  '$name: $status becomes $next',
  ({ status, fields, next }) => {
    const before = stateOf(status, { from: 1, raisedAt: 2 });
    const after = nextCusumState(before, sums(fields), 6, 50);
    expect(after.status).toBe(next);
    if (next === status) expect(after).toBe(before);
    else if (next === 'ok') expect(after).toEqual({ ...initialCusum, from: 50 });
    else expect(after).toEqual({ status: next, from: 1, raisedAt: 50 });
  },
);
