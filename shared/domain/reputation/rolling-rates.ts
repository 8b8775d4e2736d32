import { day, hour } from '../durations.ts';
import { confidenceInterval } from './confidence-interval.ts';
import type { RateBucket } from './cusum.ts';

/** The windows people look at. The alarms need none. */
export const rateWindows = { '1h': hour, '6h': 6 * hour, '24h': day, '7d': 7 * day } as const;
export type WindowName = keyof typeof rateWindows;

/** A rate never stands without what it is a share of. */
export type RollingRate = {
  readonly bad: number;
  readonly total: number;
  /** `b` of `n`, 0.05 is 5 %; missing where nothing was sent. More than 1 where sends are not all known. */
  readonly rate?: number;
  /** Its exact 95 % interval, where it is shown: {@link withIntervals}. */
  readonly low?: number;
  readonly high?: number;
};

/** The rates of the tallies that start before `until`, over each window. Oldest first. */
export function rollingRates(tallies: readonly RateBucket[], until: number): Record<WindowName, RollingRate> {
  return {
    '1h': rateBetween(tallies, until - rateWindows['1h'], until),
    '6h': rateBetween(tallies, until - rateWindows['6h'], until),
    '24h': rateBetween(tallies, until - rateWindows['24h'], until),
    '7d': rateBetween(tallies, until - rateWindows['7d'], until),
  };
}

/** The rate of the tallies that start at or after `from` and before `until`. */
export function rateBetween(tallies: readonly RateBucket[], from: number, until: number): RollingRate {
  const { bad, total } = sumOf(tallies, from, until);
  return total === 0 ? { bad, total } : { bad, total, rate: bad / total };
}

/** The same with the range the true rate is in: for whoever shows them. Judging needs none. */
export function withIntervals(rates: Readonly<Record<WindowName, RollingRate>>): Record<WindowName, RollingRate> {
  const add = (one: RollingRate) => (one.total === 0 ? one : { ...one, ...confidenceInterval(one.bad, one.total) });
  return { '1h': add(rates['1h']), '6h': add(rates['6h']), '24h': add(rates['24h']), '7d': add(rates['7d']) };
}

/** A rate at its worst. Of SES's own rate nobody knows what it is made of. */
export type Peak = { readonly rate: number; readonly bad?: number; readonly total?: number };

/** The worse of two, where there are two. */
export function worsePeak(one: Peak | undefined, other: Peak | undefined): Peak | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.rate > one.rate ? other : one;
}

/** The highest rate over 24 hours that end with one of the tallies from `from` on; missing where nothing was sent. */
export function peakRate(tallies: readonly RateBucket[], from: number, until: number): Peak | undefined {
  let peak: Peak | undefined;
  let [oldest, bad, total] = [0, 0, 0];
  for (const tally of tallies) {
    if (tally.start >= until) break;
    bad += tally.bad;
    total += tally.total;
    for (; (tallies[oldest] as RateBucket).start <= tally.start - day; oldest++) {
      bad -= (tallies[oldest] as RateBucket).bad;
      total -= (tallies[oldest] as RateBucket).total;
    }
    if (tally.start >= from && total > 0 && bad / total > (peak?.rate ?? -1)) peak = { bad, total, rate: bad / total };
  }
  return peak;
}

function sumOf(tallies: readonly RateBucket[], from: number, until: number): { bad: number; total: number } {
  const inside = tallies.filter(({ start }) => start >= from && start < until);
  return inside.reduce((sum, tally) => ({ bad: sum.bad + tally.bad, total: sum.total + tally.total }), {
    bad: 0,
    total: 0,
  });
}
