import fc from 'fast-check';
import type { AlarmStatus } from '../../../shared/domain/reputation/cusum.ts';
import { type Datapoint, evaluateNearThreshold, headroomOf } from '../../../shared/domain/reputation/headroom.ts';
import { runs } from '../../support/runs.ts';
import { hour, noon } from '../../support/ses.ts';

const minute = 60_000;
const count = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 100_000_000 }));
/** One in so many: lines as fractions, so that the test's own arithmetic is exact. */
const oneIn = fc.constantFrom(10, 20, 200, 1000);

describe('what is left until the line', () => {
  test('is as many bad mails as keep the rate at or below it, and not one more', () => {
    fc.assert(
      fc.property(count, count, oneIn, (bad, total, q) => {
        const isWithin = (more: number) => q * (bad + more) <= total + more;
        const { remaining } = headroomOf({ bad, total }, 1 / q, { bad: 0, total: 0, hours: 6 });
        expect([remaining >= 0, remaining === 0 || isWithin(remaining), isWithin(remaining + 1)]).toEqual([
          true,
          true,
          false,
        ]);
      }),
      { numRuns: runs(2000) },
    );
  });

  test('is reached, where it is, at the pace and rate of the newest mails', () => {
    fc.assert(
      fc.property(count, count, count, count, oneIn, (bad, total, badNow, sentNow, q) => {
        const { remaining, hoursToThreshold } = headroomOf({ bad, total }, 1 / q, {
          bad: badNow,
          total: sentNow,
          hours: 6,
        });
        const isNearing = q * badNow > sentNow;
        expect(hoursToThreshold !== undefined).toBe(remaining > 0 && isNearing);
        if (hoursToThreshold === undefined) return;
        const [then, of] = [bad + (badNow / 6) * hoursToThreshold, total + (sentNow / 6) * hoursToThreshold];
        expect(then / of).toBeCloseTo(1 / q, 9);
      }),
      { numRuns: runs(2000) },
    );
  });

  test.each([
    [
      { bad: 0, total: 2000 },
      { bad: 60, total: 600 },
      { remaining: 105, hoursToThreshold: 20 },
    ],
    [{ bad: 0, total: 2000 }, { bad: 30, total: 600 }, { remaining: 105 }],
    [{ bad: 100, total: 2000 }, { bad: 60, total: 600 }, { remaining: 0 }],
    [{ bad: 0, total: 19 }, { bad: 1, total: 20 }, { remaining: 1 }],
    [{ bad: 0, total: 18 }, { bad: 1, total: 1 }, { remaining: 0 }],
    [{ bad: 0, total: 0 }, { bad: 0, total: 0 }, { remaining: 0 }],
    [{ bad: 50, total: 1 }, { bad: 50, total: 1 }, { remaining: 0 }],
    [
      { bad: 0, total: 2000 },
      { bad: 60, total: 0 },
      { remaining: 105, hoursToThreshold: 10 },
    ],
  ])('of %j with %j lately is %j', (present, recent, expected) => {
    expect(headroomOf(present, 0.05, { ...recent, hours: 6 })).toEqual(expected);
  });
});

const levels = { approaching: 0.6, critical: 0.9 };
/** Values in per cent, one every so many minutes. */
const series = (percents: readonly number[], every = 15): Datapoint[] =>
  percents.map((percent, index) => ({ at: noon + index * every * minute, value: percent / 100 }));
const judged = (status: AlarmStatus, percents: readonly number[], every?: number) =>
  evaluateNearThreshold(status, series(percents, every), 0.05, levels);

/** The line is 5 %: it approaches at 3 %, is critical at 4.5 %, and calm below 2.7 %. */
test.each<[string, AlarmStatus, readonly number[], AlarmStatus]>([
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
  const at = (status: AlarmStatus, value: number) =>
    evaluateNearThreshold(status, [{ at: noon, value }], 0.125, { approaching: 0.5, critical: 0.75 });
  expect([0.0624, 0.0625, 0.0937, 0.09375].map((value) => at('ok', value))).toEqual([
    'ok',
    'approaching',
    'approaching',
    'critical',
  ]);
  const calm = 0.9 * 0.5 * 0.125;
  const held = (value: number) =>
    evaluateNearThreshold(
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
    fc.property(points, fc.constantFrom<AlarmStatus>('ok', 'approaching', 'critical'), (all, status) => {
      let at = noon;
      const values = all.map(({ gap, percent }) => {
        at += gap * minute;
        return { at, value: percent / 100 };
      });
      const newest = values.at(-1) as Datapoint;
      const wasCalmFrom = ({ at: start }: Datapoint) =>
        newest.at - start >= hour && values.every((other) => other.at < start || other.value < 0.027);
      const expected = ((): AlarmStatus => {
        if (newest.value >= 0.045) return 'critical';
        if (status === 'ok') return newest.value >= 0.03 ? 'approaching' : 'ok';
        return values.some(wasCalmFrom) ? 'ok' : status;
      })();
      expect(evaluateNearThreshold(status, values, 0.05, levels)).toBe(expected);
    }),
    { numRuns: runs(1000) },
  );
});
