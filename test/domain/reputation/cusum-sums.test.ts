import { addToExcess, addToRecovery, noExcess } from '../../../shared/domain/reputation/cusum-sums.ts';

const threshold = 0.05;
const bounces = (count: number) => count * 10_000_000;

describe('a bucket', () => {
  test('adds its bounces, and subtracts those that the threshold allows for its sends', () => {
    expect(addToExcess(noExcess, { start: 7, total: 100, bad: 9 }, threshold)).toEqual({
      approaching: bounces(9 - 4),
      critical: bounces(9 - 5),
      since: 7,
      bad: 9,
      total: 100,
    });
  });

  test('adds to an excess that already exists, and keeps its start', () => {
    const first = addToExcess(noExcess, { start: 7, total: 100, bad: 9 }, threshold);
    const second = addToExcess(first, { start: 8, total: 100, bad: 5 }, threshold);
    expect(second).toEqual({
      approaching: bounces(6),
      critical: bounces(4),
      since: 7,
      bad: 14,
      total: 200,
    });
  });

  test('below the threshold ends an excess that it makes up for', () => {
    const first = addToExcess(noExcess, { start: 7, total: 100, bad: 5 }, threshold);
    expect(first).toMatchObject({ approaching: bounces(1), critical: 0 });
    expect(addToExcess(first, { start: 8, total: 25, bad: 0 }, threshold)).toEqual(noExcess);
    expect(addToExcess(first, { start: 8, total: 500, bad: 0 }, threshold)).toEqual(noExcess);
    expect(addToExcess(noExcess, { start: 9, total: 100, bad: 4 }, threshold)).toEqual(noExcess);
  });

  test('between the two thresholds lowers only the critical sum', () => {
    const first = addToExcess(noExcess, { start: 7, total: 100, bad: 9 }, threshold);
    expect(addToExcess(first, { start: 8, total: 200, bad: 9 }, threshold)).toMatchObject({
      approaching: bounces(6),
      critical: bounces(3),
    });
    expect(addToExcess(first, { start: 8, total: 1000, bad: 41 }, threshold)).toMatchObject({
      approaching: bounces(6),
      critical: 0,
    });
  });

  test('without sends changes nothing, and one with more bounces than sends is no error', () => {
    expect(addToExcess(noExcess, { start: 7, total: 0, bad: 50 }, threshold)).toBe(noExcess);
    expect(addToExcess(noExcess, { start: 7, total: 1, bad: 50 }, threshold).approaching).toBe(bounces(49.96));
  });

  test('raises the recovery sum if its rate is below half of the threshold, and lowers it otherwise', () => {
    const first = addToRecovery(0, { start: 100, total: 1000, bad: 5 }, threshold);
    expect(first).toBe(bounces(20));
    expect(addToRecovery(first, { start: 101, total: 100, bad: 12 }, threshold)).toBe(bounces(10.5));
    expect(addToRecovery(first, { start: 101, total: 100, bad: 60 }, threshold)).toBe(0);
    expect(addToRecovery(first, { start: 101, total: 0, bad: 60 }, threshold)).toBe(first);
  });

  test('is added exactly: 30 days with a hundred million emails cause no rounding error', () => {
    let total = noExcess;
    for (let i = 0; i < 8640; i++) total = addToExcess(total, { start: i, total: 11_573, bad: 12 }, 0.001);
    expect(total.approaching).toBe(8640 * (12 * 10_000_000 - 11_573 * 8000));
    expect(total.critical).toBe(8640 * (12 * 10_000_000 - 11_573 * 10_000));
  });
});
