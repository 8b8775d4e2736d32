import { day, hour } from '../durations.ts';
import { confidenceInterval } from './confidence-interval.ts';
import type { RateBucket } from './rate-bucket.ts';

/** The windows shown to people, in milliseconds. The alarms do not depend on them. */
export const rateWindows = { '1h': hour, '6h': 6 * hour, '24h': day, '7d': 7 * day } as const;
export type WindowName = keyof typeof rateWindows;

/** A rate together with its numerator and denominator. */
export type RollingRate = {
  readonly bad: number;
  readonly total: number;
  /** `bad` divided by `total`: 0.05 is 5 %. Missing if nothing was sent. Exceeds 1 if not all sends are known. */
  readonly rate?: number;
  /** The exact 95 % confidence interval of the rate, which {@link withIntervals} adds. */
  readonly low?: number;
  readonly high?: number;
};

/**
 * Returns the rate over each window that ends at `until`.
 *
 * @param buckets oldest first; those that start at or after `until` are ignored
 */
export function rollingRates(buckets: readonly RateBucket[], until: number): Record<WindowName, RollingRate> {
  return {
    '1h': rateBetween(buckets, until - rateWindows['1h'], until),
    '6h': rateBetween(buckets, until - rateWindows['6h'], until),
    '24h': rateBetween(buckets, until - rateWindows['24h'], until),
    '7d': rateBetween(buckets, until - rateWindows['7d'], until),
  };
}

/** Returns the rate of the buckets that start at or after `from` and before `until`. */
export function rateBetween(buckets: readonly RateBucket[], from: number, until: number): RollingRate {
  const { bad, total } = sumBetween(buckets, from, until);
  return total === 0 ? { bad, total } : { bad, total, rate: bad / total };
}

/** Returns the rates with their confidence intervals, for display. Evaluating the rules does not need the intervals. */
export function withIntervals(rates: Readonly<Record<WindowName, RollingRate>>): Record<WindowName, RollingRate> {
  const add = (one: RollingRate) => (one.total === 0 ? one : { ...one, ...confidenceInterval(one.bad, one.total) });
  return { '1h': add(rates['1h']), '6h': add(rates['6h']), '24h': add(rates['24h']), '7d': add(rates['7d']) };
}

/** The highest rate of an incident. For the rate that SES measures, numerator and denominator are unknown. */
export type Peak = { readonly rate: number; readonly bad?: number; readonly total?: number };

/** Returns the higher of two peaks, or the only one there is. */
export function worsePeak(one: Peak | undefined, other: Peak | undefined): Peak | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return other.rate > one.rate ? other : one;
}

/**
 * Returns the highest rate over any 24 hours that end with a bucket between `from` and `until`, or `undefined` if nothing was sent.
 *
 * @param buckets oldest first
 */
export function peakRate(buckets: readonly RateBucket[], from: number, until: number): Peak | undefined {
  let peak: Peak | undefined;
  let [oldest, bad, total] = [0, 0, 0];
  for (const bucket of buckets) {
    if (bucket.start >= until) break;
    bad += bucket.bad;
    total += bucket.total;
    for (; (buckets[oldest] as RateBucket).start <= bucket.start - day; oldest++) {
      bad -= (buckets[oldest] as RateBucket).bad;
      total -= (buckets[oldest] as RateBucket).total;
    }
    if (bucket.start >= from && total > 0 && bad / total > (peak?.rate ?? -1)) peak = { bad, total, rate: bad / total };
  }
  return peak;
}

function sumBetween(buckets: readonly RateBucket[], from: number, until: number): { bad: number; total: number } {
  const inside = buckets.filter(({ start }) => start >= from && start < until);
  return inside.reduce((sum, bucket) => ({ bad: sum.bad + bucket.bad, total: sum.total + bucket.total }), {
    bad: 0,
    total: 0,
  });
}
