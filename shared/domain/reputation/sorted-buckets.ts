import type { RateBucket } from './rate-bucket.ts';

/** Returns the index of the first bucket that starts at or after a time. The buckets are sorted by their start. */
export function indexAt(buckets: readonly RateBucket[], time: number): number {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((buckets[middle] as RateBucket).start < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds to the bucket with the same start, or inserts a new one. Returns its index. */
export function addToBuckets(buckets: RateBucket[], { start, total, bad }: RateBucket): number {
  const index = indexAt(buckets, start);
  const existing = buckets[index];
  if (existing?.start === start) buckets[index] = { start, total: existing.total + total, bad: existing.bad + bad };
  else buckets.splice(index, 0, { start, total, bad });
  return index;
}

/** Sums over ranges of a list of sorted buckets. */
export type RangeSum<Sum> = {
  /** Returns `before` plus the buckets that start in the range. Computes again only what has changed since the last call. */
  over(from: number, end: number, before: Sum): Sum;
  /** Forgets the sums that include the bucket at this index. */
  invalidate(index: number): void;
};

/** Creates sums over a list of sorted buckets, which the caller changes. A range with the same beginning as before costs least. */
export function createRangeSum<Sum>(
  buckets: readonly RateBucket[],
  add: (sum: Sum, bucket: RateBucket) => Sum,
): RangeSum<Sum> {
  let first = 0;
  let initial: Sum | undefined;
  /** `sums[i]` is the sum over the buckets from index `first` up to and including `first + i`. */
  // Stryker disable next-line ArrayDeclaration: the first call replaces it
  let sums: Sum[] = [];
  return {
    over(from, end, before) {
      const start = indexAt(buckets, from);
      const stop = indexAt(buckets, end);
      // Stryker disable next-line ConditionalExpression: computing the same sums again is only slower
      if (start !== first || before !== initial) [first, initial, sums] = [start, before, []];
      for (let i = first + sums.length; i < stop; i++) sums.push(add(sums.at(-1) ?? before, buckets[i] as RateBucket));
      return sums[stop - first - 1] ?? before;
    },
    invalidate(index) {
      sums.length = Math.min(sums.length, Math.max(0, index - first));
    },
  };
}
