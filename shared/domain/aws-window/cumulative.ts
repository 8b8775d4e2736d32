import type { SendingBucket } from '../reputation/backtest.ts';

/** Running totals of a sending history, with linear steps inside a bucket. */
export type Cumulative = {
  /** Epoch milliseconds: the start of the first bucket and the end of the last one. */
  readonly from: number;
  readonly to: number;
  /** Totals from the start of the history to a time. */
  sends(time: number): number;
  hardBounces(time: number): number;
  complaints(time: number): number;
  /** Returns the time at which this many emails were sent, at most `to`. */
  timeOfSends(count: number): number;
};

/** What was sent in a bucket that may have a length of its own, in milliseconds. */
export type HistoryBucket = SendingBucket & { readonly lengthMs?: number };

/**
 * Adds up a history.
 *
 * @param buckets in ascending order, without overlap
 * @param lengthMs length of the buckets that have none of their own. A bucket ends where the next one starts, if that is earlier.
 */
export function accumulate(buckets: readonly HistoryBucket[], lengthMs: number): Cumulative {
  const times = new Float64Array(2 * buckets.length);
  const totals = {
    sends: new Float64Array(times.length),
    hardBounces: new Float64Array(times.length),
    complaints: new Float64Array(times.length),
  };
  for (const [index, bucket] of buckets.entries()) {
    const next = buckets[index + 1]?.start ?? Number.POSITIVE_INFINITY;
    times[2 * index] = bucket.start;
    times[2 * index + 1] = Math.min(bucket.start + (bucket.lengthMs ?? lengthMs), next);
    for (const column of ['sends', 'hardBounces', 'complaints'] as const) {
      const before = index === 0 ? 0 : (totals[column][2 * index - 1] ?? 0);
      totals[column][2 * index] = before;
      totals[column][2 * index + 1] = before + bucket[column];
    }
  }
  return {
    from: times[0] ?? 0,
    to: times.at(-1) ?? 0,
    sends: (time) => interpolate(times, totals.sends, time),
    hardBounces: (time) => interpolate(times, totals.hardBounces, time),
    complaints: (time) => interpolate(times, totals.complaints, time),
    timeOfSends: (count) => interpolate(totals.sends, times, count),
  };
}

/** Returns the value of a rising line at a place. Outside of the line, the first or the last value. */
function interpolate(places: Float64Array, values: Float64Array, place: number): number {
  let [low, high] = [0, places.length - 1];
  if (place <= (places[low] ?? 0)) return values[low] ?? 0;
  if (place >= (places[high] ?? 0)) return values[high] ?? 0;
  // The last place at or before the one that is asked for.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) <= place) low = middle;
    else high = middle;
  }
  const [left = 0, right = 0] = [places[low], places[high]];
  const [from = 0, to = 0] = [values[low], values[high]];
  return right === left ? from : from + ((to - from) * (place - left)) / (right - left);
}
