import type { RateBucket } from './rate-bucket.ts';

/** The sums are kept in integers, so that adding up millions of emails causes no rounding error. */
export const unitsPerBounce = 10_000_000;

/** The excess of bounces (or complaints) after some bucket. The sums are integers, {@link unitsPerBounce} to a bounce. */
export type Excess = {
  /** A: the excess over 0.8 times the threshold. */
  readonly approaching: number;
  /** C: the excess over the threshold. */
  readonly critical: number;
  /** Start of the bucket at which A left 0; infinite while A is 0. */
  readonly since: number;
  /** Bounces or complaints, and emails, since then. */
  readonly bad: number;
  readonly total: number;
};

export const noExcess: Excess = {
  approaching: 0,
  critical: 0,
  since: Number.POSITIVE_INFINITY,
  bad: 0,
  total: 0,
};

/** Returns the excess after one more bucket. A bucket without sends changes nothing, because it has no rate. */
export function addToExcess(excess: Excess, bucket: RateBucket, threshold: number): Excess {
  const { start, total, bad } = bucket;
  if (total === 0) return excess;
  const approaching = excess.approaching + excessOver(0.8 * threshold, bucket);
  if (approaching <= 0) return noExcess;
  const critical = Math.max(0, excess.critical + excessOver(threshold, bucket));
  return excess.approaching === 0
    ? { approaching, critical, since: start, bad, total }
    : { approaching, critical, since: excess.since, bad: excess.bad + bad, total: excess.total + total };
}

/** Returns the recovery sum R after one more bucket, in the same units: how far the rate stays below half of the threshold. */
export function addToRecovery(recovery: number, bucket: RateBucket, threshold: number): number {
  return bucket.total === 0 ? recovery : Math.max(0, recovery - excessOver(0.5 * threshold, bucket));
}

function excessOver(rate: number, { total, bad }: RateBucket): number {
  return bad * unitsPerBounce - total * Math.round(rate * unitsPerBounce);
}
