import fc from 'fast-check';
import type { Status } from '../../../shared/domain/reputation/cusum.ts';
import { type Datapoint, headroomOf, judgeHeadroom } from '../../../shared/domain/reputation/headroom.ts';
import { runs } from '../../support/runs.ts';
import { hour, noon } from '../../support/ses.ts';

const minute = 60_000;
const count = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 100_000_000 }));
/** One in so many: lines as fractions, so that the test's own arithmetic is exact. */
const oneIn = fc.constantFrom(10, 20, 200, 1000);

describe('what is left until the line', () => {
  test('is as many bad mails as keep the rate at or below it, and not one more', () => {
    fc.assert(
      fc.property(count, count, oneIn, (b, n, q) => {
        const isWithin = (more: number) => q * (b + more) <= n + more;
        const { left } = headroomOf({ b, n }, 1 / q, { b: 0, n: 0, hours: 6 });
        expect([left >= 0, left === 0 || isWithin(left), isWithin(left + 1)]).toEqual([true, true, false]);
      }),
      { numRuns: runs(2000) },
    );
  });

  test('is reached, where it is, at the pace and rate of the newest mails', () => {
    fc.assert(
      fc.property(count, count, count, count, oneIn, (b, n, badNow, sentNow, q) => {
        const { left, hoursToLine } = headroomOf({ b, n }, 1 / q, { b: badNow, n: sentNow, hours: 6 });
        const isNearing = q * badNow > sentNow;
        expect(hoursToLine !== undefined).toBe(left > 0 && isNearing);
        if (hoursToLine === undefined) return;
        const [then, of] = [b + (badNow / 6) * hoursToLine, n + (sentNow / 6) * hoursToLine];
        expect(then / of).toBeCloseTo(1 / q, 9);
      }),
      { numRuns: runs(2000) },
    );
  });

  test.each([
    [
      { b: 0, n: 2000 },
      { b: 60, n: 600 },
      { left: 105, hoursToLine: 20 },
    ],
    [{ b: 0, n: 2000 }, { b: 30, n: 600 }, { left: 105 }],
    [{ b: 100, n: 2000 }, { b: 60, n: 600 }, { left: 0 }],
    [{ b: 0, n: 19 }, { b: 1, n: 20 }, { left: 1 }],
    [{ b: 0, n: 18 }, { b: 1, n: 1 }, { left: 0 }],
    [{ b: 0, n: 0 }, { b: 0, n: 0 }, { left: 0 }],
    [{ b: 50, n: 1 }, { b: 50, n: 1 }, { left: 0 }],
    [
      { b: 0, n: 2000 },
      { b: 60, n: 0 },
      { left: 105, hoursToLine: 10 },
    ],
  ])('of %j with %j lately is %j', (present, recent, expected) => {
    expect(headroomOf(present, 0.05, { ...recent, hours: 6 })).toEqual(expected);
  });
});

const levels = { approaching: 0.6, critical: 0.9 };
/** Values in per cent, one every so many minutes. */
const series = (percents: readonly number[], every = 15): Datapoint[] =>
  percents.map((percent, index) => ({ at: noon + index * every * minute, value: percent / 100 }));
const judged = (status: Status, percents: readonly number[], every?: number) =>
  judgeHeadroom(status, series(percents, every), 0.05, levels);

/** The line is 5 %: it approaches at 3 %, is critical at 4.5 %, and calm below 2.7 %. */
test.each<[string, Status, readonly number[], Status]>([
  ['far below', 'ok', [2, 2.99], 'ok'],
  ['at 60 % of the line', 'ok', [2, 3.01], 'approaching'],
  ['below 90 %', 'ok', [4.49], 'approaching'],
  ['at 90 %', 'ok', [4.51], 'critical'],
  ['once, and not now', 'ok', [9, 9, 2], 'ok'],
  ['at 90 % after it approached', 'approaching', [4, 4.51], 'critical'],
  ['a step down', 'critical', [5, 4], 'critical'],
  ['calm for less than an hour', 'critical', [5, 2, 2, 2, 2], 'critical'],
  ['calm for an hour', 'critical', [5, 2, 2, 2, 2, 2], 'ok'],
  ['calm for an hour after it approached', 'approaching', [3, 2, 2, 2, 2, 2], 'ok'],
  ['between the levels', 'approaching', [2.8, 2.8, 2.8, 2.8, 2.8, 2.8], 'approaching'],
  ['calm, and not any more', 'critical', [2, 2, 2, 2, 2, 2, 2.8], 'critical'],
  ['calm again, for less than an hour', 'critical', [2, 2, 2, 2, 2, 2, 2.8, 2, 2], 'critical'],
  ['calm since before anybody knows', 'critical', [2, 2, 2, 2, 2], 'ok'],
  ['one calm value', 'critical', [2], 'critical'],
])("SES's rate %s: %s with %j is %s", (_name, status, percents, expected) => {
  expect(judged(status, percents)).toBe(expected);
});

test('each level is reached where the rate is at it', () => {
  // Halves and quarters, so that the levels are exact.
  const at = (status: Status, value: number) =>
    judgeHeadroom(status, [{ at: noon, value }], 0.125, { approaching: 0.5, critical: 0.75 });
  expect([0.0624, 0.0625, 0.0937, 0.09375].map((value) => at('ok', value))).toEqual([
    'ok',
    'approaching',
    'approaching',
    'critical',
  ]);
  const calm = 0.9 * 0.5 * 0.125;
  const held = (value: number) =>
    judgeHeadroom(
      'critical',
      [0, 1].map((hours) => ({ at: noon + hours * hour, value })),
      0.125,
      { approaching: 0.5, critical: 0.75 },
    );
  expect([held(calm), held(calm - 1e-9)]).toEqual(['critical', 'ok']);
});

test('without a value nothing is known', () => {
  for (const status of ['ok', 'approaching', 'critical'] as const) expect(judged(status, [])).toBeUndefined();
});

test.each([1, 5, 15, 20, 60, 90, 360])('with a value every %i minutes it is calm after an hour as well', (every) => {
  const needed = Math.ceil(60 / every) + 1;
  const after = (values: number) => judged('critical', [5, ...Array.from({ length: values }, () => 2.6)], every);
  expect([after(needed - 1), after(needed)]).toEqual(['critical', 'ok']);
});

test('whatever the values and gaps: raised by the newest alone, over after an hour of calm, and no step down', () => {
  const points = fc.array(
    fc.record({ gap: fc.constantFrom(1, 5, 15, 59, 60, 61, 300), percent: fc.constantFrom(0, 1, 2, 2.6, 2.8, 3.5, 5) }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(points, fc.constantFrom<Status>('ok', 'approaching', 'critical'), (all, status) => {
      let at = noon;
      const values = all.map(({ gap, percent }) => {
        at += gap * minute;
        return { at, value: percent / 100 };
      });
      const newest = values.at(-1) as Datapoint;
      const wasCalmFrom = ({ at: start }: Datapoint) =>
        newest.at - start >= hour && values.every((other) => other.at < start || other.value < 0.027);
      const expected = ((): Status => {
        if (newest.value >= 0.045) return 'critical';
        if (status === 'ok') return newest.value >= 0.03 ? 'approaching' : 'ok';
        return values.some(wasCalmFrom) ? 'ok' : status;
      })();
      expect(judgeHeadroom(status, values, 0.05, levels)).toBe(expected);
    }),
    { numRuns: runs(1000) },
  );
});
