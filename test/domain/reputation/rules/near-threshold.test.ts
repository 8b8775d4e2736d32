import fc from 'fast-check';
import type { AlarmStatus } from '../../../../shared/domain/reputation/alarm-status.ts';
import { nextNearThresholdStatus } from '../../../../shared/domain/reputation/rules/near-threshold.ts';
import type { Datapoint } from '../../../../shared/domain/reputation/ses-metrics.ts';
import { runs } from '../../../support/runs.ts';
import { hour, noon } from '../../../support/ses.ts';

const minute = 60_000;
const levels = { approaching: 0.6, critical: 0.9 };
/** Builds a series of values in percent, with one every `every` minutes. */
const series = (percents: readonly number[], every = 15): Datapoint[] =>
  percents.map((percent, index) => ({ at: noon + index * every * minute, value: percent / 100 }));
const next = (status: AlarmStatus, percents: readonly number[], every?: number) =>
  nextNearThresholdStatus(status, series(percents, every), 0.05, levels);

/** The threshold is 5 %, so the alarm is approaching at 3 %, critical at 4.5 %, and cleared after an hour below 2.7 %. */
test.each<[string, AlarmStatus, readonly number[], AlarmStatus]>([
  ['far below the threshold', 'ok', [2, 2.99], 'ok'],
  ['at 60 % of the threshold', 'ok', [2, 3.01], 'approaching'],
  ['below 90 % of the threshold', 'ok', [4.49], 'approaching'],
  ['at 90 % of the threshold', 'ok', [4.51], 'critical'],
  ['above the threshold earlier, but not now', 'ok', [9, 9, 2], 'ok'],
  ['at 90 % of the threshold, after 60 %', 'approaching', [4, 4.51], 'critical'],
  ['between 60 % and 90 % of the threshold, after 90 %', 'critical', [5, 4], 'critical'],
  ['low for less than an hour', 'critical', [5, 2, 2, 2, 2], 'critical'],
  ['low for an hour', 'critical', [5, 2, 2, 2, 2, 2], 'ok'],
  ['low for an hour, after 60 %', 'approaching', [3, 2, 2, 2, 2, 2], 'ok'],
  ['not quite low for an hour', 'approaching', [2.8, 2.8, 2.8, 2.8, 2.8, 2.8], 'approaching'],
  ['low for an hour, but no longer', 'critical', [2, 2, 2, 2, 2, 2, 2.8], 'critical'],
  ['low again, for less than an hour', 'critical', [2, 2, 2, 2, 2, 2, 2.8, 2, 2], 'critical'],
  ['low in the whole series of an hour', 'critical', [2, 2, 2, 2, 2], 'ok'],
  ['low in a single value', 'critical', [2], 'critical'],
])('a rate %s: from %s, %j gives %s', (_rate, status, percents, expected) => {
  expect(next(status, percents)).toBe(expected);
});

test('a rate exactly at a level has reached it', () => {
  // Binary fractions, so that the levels are exact.
  const at = (status: AlarmStatus, value: number) =>
    nextNearThresholdStatus(status, [{ at: noon, value }], 0.125, { approaching: 0.5, critical: 0.75 });
  expect([0.0624, 0.0625, 0.0937, 0.09375].map((value) => at('ok', value))).toEqual([
    'ok',
    'approaching',
    'approaching',
    'critical',
  ]);
  const low = 0.9 * 0.5 * 0.125;
  const fromCritical = (value: number) =>
    nextNearThresholdStatus(
      'critical',
      [0, 1].map((hours) => ({ at: noon + hours * hour, value })),
      0.125,
      { approaching: 0.5, critical: 0.75 },
    );
  expect([fromCritical(low), fromCritical(low - 1e-9)]).toEqual(['critical', 'ok']);
});

test('without values, the status is unknown', () => {
  for (const status of ['ok', 'approaching', 'critical'] as const) expect(next(status, [])).toBeUndefined();
});

test.each([1, 5, 15, 20, 60, 90, 360])('with a value every %i minutes, the alarm is cleared after an hour', (every) => {
  const needed = Math.ceil(60 / every) + 1;
  const after = (values: number) => next('critical', [5, ...Array.from({ length: values }, () => 2.6)], every);
  expect([after(needed - 1), after(needed)]).toEqual(['critical', 'ok']);
});

test('for any values and gaps, the newest value raises the alarm, an hour of low values clears it, and it never steps down', () => {
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
      const isLowFrom = ({ at: start }: Datapoint) =>
        newest.at - start >= hour && values.every((other) => other.at < start || other.value < 0.027);
      const expected = ((): AlarmStatus => {
        if (newest.value >= 0.045) return 'critical';
        if (status === 'ok') return newest.value >= 0.03 ? 'approaching' : 'ok';
        return values.some(isLowFrom) ? 'ok' : status;
      })();
      expect(nextNearThresholdStatus(status, values, 0.05, levels)).toBe(expected);
    }),
    { numRuns: runs(1000) },
  );
});
