import { day, hour } from '../durations.ts';
import { exactInterval } from './confidence-interval.ts';
import type { Tally } from './cusum.ts';

/** The windows people look at. The alarms need none. */
export const windows = { '1h': hour, '6h': 6 * hour, '24h': day, '7d': 7 * day } as const;
export type WindowName = keyof typeof windows;

/** A rate never stands without what it is a share of. */
export type RollingRate = {
  readonly b: number;
  readonly n: number;
  /** `b` of `n`, 0.05 is 5 %; missing where nothing was sent. More than 1 where sends are not all known. */
  readonly rate?: number;
  /** Its exact 95 % interval, where it is shown: {@link withIntervals}. */
  readonly low?: number;
  readonly high?: number;
};

/** The rates of the tallies that start before `until`, over each window. Oldest first. */
export function rollingRates(tallies: readonly Tally[], until: number): Record<WindowName, RollingRate> {
  return {
    '1h': rateOf(tallies, until - windows['1h'], until),
    '6h': rateOf(tallies, until - windows['6h'], until),
    '24h': rateOf(tallies, until - windows['24h'], until),
    '7d': rateOf(tallies, until - windows['7d'], until),
  };
}

/** The rate of the tallies that start at or after `from` and before `until`. */
export function rateOf(tallies: readonly Tally[], from: number, until: number): RollingRate {
  const { b, n } = sumOf(tallies, from, until);
  return n === 0 ? { b, n } : { b, n, rate: b / n };
}

/** The same with the range the true rate is in: for whoever shows them. Judging needs none. */
export function withIntervals(rates: Readonly<Record<WindowName, RollingRate>>): Record<WindowName, RollingRate> {
  const add = (one: RollingRate) => (one.n === 0 ? one : { ...one, ...exactInterval(one.b, one.n) });
  return { '1h': add(rates['1h']), '6h': add(rates['6h']), '24h': add(rates['24h']), '7d': add(rates['7d']) };
}

/** A rate at its worst. Of SES's own rate nobody knows what it is made of. */
export type Peak = { readonly rate: number; readonly b?: number; readonly n?: number };

/** The worse of two, where there are two. */
export function worsePeak(one: Peak | undefined, other: Peak | undefined): Peak | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.rate > one.rate ? other : one;
}

/** The highest rate over 24 hours that end with one of the tallies from `from` on; missing where nothing was sent. */
export function peakRate(tallies: readonly Tally[], from: number, until: number): Peak | undefined {
  let peak: Peak | undefined;
  let [oldest, b, n] = [0, 0, 0];
  for (const tally of tallies) {
    if (tally.start >= until) break;
    b += tally.b;
    n += tally.n;
    for (; (tallies[oldest] as Tally).start <= tally.start - day; oldest++) {
      b -= (tallies[oldest] as Tally).b;
      n -= (tallies[oldest] as Tally).n;
    }
    if (tally.start >= from && n > 0 && b / n > (peak?.rate ?? -1)) peak = { b, n, rate: b / n };
  }
  return peak;
}

function sumOf(tallies: readonly Tally[], from: number, until: number): { b: number; n: number } {
  const inside = tallies.filter(({ start }) => start >= from && start < until);
  return inside.reduce((sum, tally) => ({ b: sum.b + tally.b, n: sum.n + tally.n }), { b: 0, n: 0 });
}
