import {
  excessLimit,
  type Fold,
  judge,
  nothing,
  quiet,
  type Status,
  step,
  type Watch,
} from '../../../shared/domain/reputation/cusum.ts';

const line = 0.05;
const bounces = (count: number) => count * 10_000_000;
const watching = (status: Status, marks: Partial<Watch> = {}): Watch => ({ ...quiet, status, ...marks });
const fold = (levels: Partial<Fold>): Fold => ({ ...nothing, ...levels });

describe('a tally', () => {
  test('adds what went bad, and takes off what the lines allow for its sends', () => {
    expect(step(nothing, { start: 7, n: 100, b: 9 }, line, quiet)).toEqual({
      u: bounces(9 - 4),
      c: bounces(9 - 5),
      d: 0,
      since: 7,
      b: 9,
      n: 100,
    });
  });

  test('adds to the excess that is growing, and says since when', () => {
    const first = step(nothing, { start: 7, n: 100, b: 9 }, line, quiet);
    const second = step(first, { start: 8, n: 100, b: 5 }, line, quiet);
    expect(second).toEqual({ u: bounces(6), c: bounces(4), d: 0, since: 7, b: 14, n: 200 });
  });

  test('that is better than the line ends it, however little there was', () => {
    const first = step(nothing, { start: 7, n: 100, b: 5 }, line, quiet);
    expect(first).toMatchObject({ u: bounces(1), c: 0 });
    expect(step(first, { start: 8, n: 25, b: 0 }, line, quiet)).toEqual(nothing);
    expect(step(first, { start: 8, n: 500, b: 0 }, line, quiet)).toEqual(nothing);
    expect(step(nothing, { start: 9, n: 100, b: 4 }, line, quiet)).toEqual(nothing);
  });

  test('between the two lines lowers the upper level alone', () => {
    const first = step(nothing, { start: 7, n: 100, b: 9 }, line, quiet);
    expect(step(first, { start: 8, n: 200, b: 9 }, line, quiet)).toMatchObject({ u: bounces(6), c: bounces(3) });
    expect(step(first, { start: 8, n: 1000, b: 41 }, line, quiet)).toMatchObject({ u: bounces(6), c: 0 });
  });

  test('without sends changes nothing, and more bad ones than sends are no error', () => {
    expect(step(nothing, { start: 7, n: 0, b: 50 }, line, quiet)).toBe(nothing);
    expect(step(nothing, { start: 7, n: 1, b: 50 }, line, quiet).u).toBe(bounces(49.96));
  });

  test('counts toward recovery only from the step up on, whatever came before', () => {
    const raised = watching('critical', { raisedAt: 100 });
    expect(step(nothing, { start: 99, n: 1000, b: 0 }, line, raised).d).toBe(0);
    const first = step(nothing, { start: 100, n: 1000, b: 5 }, line, raised);
    expect(first.d).toBe(bounces(20));
    expect(step(first, { start: 101, n: 100, b: 12 }, line, raised)).toMatchObject({ u: bounces(8), d: bounces(10.5) });
    expect(step(first, { start: 101, n: 100, b: 60 }, line, raised).d).toBe(0);
  });

  test('is added exactly: 30 days of a hundred million mails leave no rounding', () => {
    let sum = nothing;
    for (let i = 0; i < 8640; i++) sum = step(sum, { start: i, n: 11_573, b: 12 }, 0.001, quiet);
    expect(sum.u).toBe(8640 * (12 * 10_000_000 - 11_573 * 8000));
    expect(sum.c).toBe(8640 * (12 * 10_000_000 - 11_573 * 10_000));
  });
});

describe('the limit', () => {
  test('is six bounces, and a hundredth of what the line allows a day', () => {
    expect(excessLimit(line, 0)).toBe(6);
    expect(excessLimit(line, 100_000)).toBe(56);
    expect(excessLimit(0.001, 100_000)).toBe(7);
  });

  test('stands higher for each of many scopes: by the bounces that divide its false alarms by their number', () => {
    expect([1, 2, 3, 4, 200, 1000].map((scopes) => excessLimit(line, 0, scopes))).toEqual([6, 7, 7, 8, 11, 12]);
    expect(Math.exp(1.256) - 1).toBeCloseTo(2 * 1.256, 2);
  });
});

/** The levels against a limit of six, and what becomes of the alarm. */
test.each<[string, Status, Partial<Fold>, Status]>([
  ['below both', 'ok', { u: bounces(6) - 1, c: bounces(6) - 1 }, 'ok'],
  ['the lower one reached', 'ok', { u: bounces(6), c: bounces(6) - 1 }, 'approaching'],
  ['both reached at once', 'ok', { u: bounces(9), c: bounces(6) }, 'critical'],
  ['quiet for long', 'ok', { d: bounces(60) }, 'ok'],
  ['no further', 'approaching', { u: bounces(60), c: bounces(6) - 1 }, 'approaching'],
  ['the upper one reached', 'approaching', { u: bounces(9), c: bounces(6) }, 'critical'],
  ['the upper one reached, with good tallies since', 'approaching', { c: bounces(6), d: bounces(6) }, 'critical'],
  ['not yet recovered', 'approaching', { d: bounces(6) - 1 }, 'approaching'],
  ['recovered', 'approaching', { d: bounces(6) }, 'ok'],
  ['better, but not recovered', 'critical', { u: bounces(7), c: 0, d: bounces(6) - 1 }, 'critical'],
  ['still bad', 'critical', { u: bounces(70), c: bounces(70) }, 'critical'],
  ['recovered from the worst', 'critical', { u: bounces(70), c: bounces(70), d: bounces(6) }, 'ok'],
])('%s: %s', (_name, status, levels, next) => {
  const before = watching(status, { from: 1, raisedAt: 2 });
  const after = judge(before, fold(levels), 6, 50);
  expect(after.status).toBe(next);
  if (next === status) expect(after).toBe(before);
  else if (next === 'ok') expect(after).toEqual({ ...quiet, from: 50 });
  else expect(after).toEqual({ status: next, from: 1, raisedAt: 50 });
});
