import fc from 'fast-check';
import { confidenceInterval } from '../../../shared/domain/reputation/confidence-interval.ts';
import type { RateBucket } from '../../../shared/domain/reputation/rate-bucket.ts';
import {
  type Peak,
  peakRate,
  rateBetween,
  rollingRates,
  withIntervals,
  worsePeak,
} from '../../../shared/domain/reputation/rolling-rates.ts';
import { runs } from '../../support/runs.ts';
import { day, hour, noon } from '../../support/ses.ts';

const at = (start: number, total = 100, bad = 1): RateBucket => ({ start, total, bad });

describe('a rate', () => {
  test('counts the buckets that start from one moment on, and before the other', () => {
    const buckets = [at(noon - 1, 1, 1), at(noon, 10, 2), at(noon + hour, 30, 3), at(noon + 2 * hour, 1, 1)];
    expect(rateBetween(buckets, noon, noon + 2 * hour)).toEqual({ bad: 5, total: 40, rate: 0.125 });
  });

  test('is missing without sends, even with bounces, and exceeds 1 if more emails bounced than were sent', () => {
    expect(rateBetween([], noon, noon + 1)).toStrictEqual({ bad: 0, total: 0 });
    expect(rateBetween([at(noon, 0, 3)], noon, noon + 1)).toStrictEqual({ bad: 3, total: 0 });
    expect(rateBetween([at(noon, 1, 3)], noon, noon + 1)).toEqual({ bad: 3, total: 1, rate: 3 });
  });

  test('is computed over 1 hour, 6 hours, 24 hours and 7 days', () => {
    const ages = [1, 6, 24, 7 * 24].flatMap((hours) => [noon - hours * hour, noon - hours * hour - 1]);
    const buckets = ages.toSorted((a, b) => a - b).map((start) => at(start, 1, 0));
    const rates = rollingRates([...buckets, at(noon)], noon);
    expect(Object.entries(rates).map(([window, { total }]) => [window, total])).toEqual([
      ['1h', 1],
      ['6h', 3],
      ['24h', 5],
      ['7d', 7],
    ]);
    expect(rates['1h']).toEqual({ bad: 0, total: 1, rate: 0 });
  });

  test('has its exact confidence interval in each window with sends', () => {
    const rate = (bad: number, total: number) => ({ bad, total, rate: bad / total });
    const rates = { '1h': { bad: 3, total: 0 }, '6h': rate(5, 40), '24h': rate(3, 1), '7d': rate(0, 9) };
    expect(withIntervals(rates)).toStrictEqual({
      '1h': { bad: 3, total: 0 },
      '6h': { ...rates['6h'], ...confidenceInterval(5, 40) },
      '24h': { ...rates['24h'], ...confidenceInterval(3, 1) },
      '7d': { ...rates['7d'], ...confidenceInterval(0, 9) },
    });
  });
});

describe('the peak', () => {
  const buckets = fc
    .array(
      fc.record({
        gap: fc.constantFrom(1, hour, 6 * hour, day - 1, day, day + 1, 3 * day),
        total: fc.integer({ min: 0, max: 5 }),
        bad: fc.integer({ min: 0, max: 7 }),
      }),
      { maxLength: 12 },
    )
    .map((all) => {
      let start = noon;
      return all.map(({ gap, total, bad }) => {
        start += gap;
        return { start, total, bad };
      });
    });

  test('is the highest rate of all 24-hour windows that end with a bucket of the period', () => {
    fc.assert(
      fc.property(buckets, fc.integer({ min: -1, max: 13 }), fc.integer({ min: -1, max: 13 }), (all, first, last) => {
        const from = all[first]?.start ?? noon;
        const until = all[last]?.start ?? noon + 100 * day;
        const ends = all.filter(({ start }) => start >= from && start < until);
        const sums = ends.map(({ start: end }) => {
          const inside = all.filter(({ start }) => start > end - day && start <= end);
          const [bad, total] = [
            inside.reduce((sum, one) => sum + one.bad, 0),
            inside.reduce((sum, one) => sum + one.total, 0),
          ];
          return { bad, total, rate: bad / total };
        });
        const worst = sums.filter(({ total: n }) => n > 0).toSorted((x, y) => y.rate - x.rate)[0];
        expect(peakRate(all, from, until)).toEqual(worst);
      }),
      { numRuns: runs(2000) },
    );
  });

  test('is missing if nothing was sent', () => {
    expect(peakRate([], noon, noon + day)).toBeUndefined();
    expect(peakRate([at(noon, 0, 5)], noon, noon + day)).toBeUndefined();
    expect(peakRate([at(noon, 5, 0)], noon, noon + day)).toEqual({ bad: 0, total: 5, rate: 0 });
  });

  test('is the earliest window if several have the same rate', () => {
    const buckets = [at(noon, 10, 1), at(noon + 2 * day, 20, 2)];
    expect(peakRate(buckets, noon, noon + 3 * day)).toEqual({ bad: 1, total: 10, rate: 0.1 });
  });

  test('of two peaks is the one with the higher rate, or the first if the rates are equal', () => {
    const [lower, higher, equal]: Peak[] = [{ rate: 0.1 }, { rate: 0.2 }, { rate: 0.2, bad: 1, total: 5 }];
    expect([worsePeak(lower, higher), worsePeak(higher, lower), worsePeak(higher, equal)]).toEqual([
      higher,
      higher,
      higher,
    ]);
    expect([worsePeak(lower, undefined), worsePeak(undefined, lower)]).toEqual([lower, lower]);
    expect(worsePeak(undefined, undefined)).toBeUndefined();
  });
});
