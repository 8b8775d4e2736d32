/**
 * Detects a rate that is significantly above its threshold, with three one-sided CUSUMs (cumulative sums).
 *
 * For the buckets i = 1, 2, … in order of send time, with nᵢ emails of which bᵢ bounced (or were complained about), and threshold p:
 *
 *     approaching   Aᵢ = max(0, Aᵢ₋₁ + bᵢ − 0.8·p·nᵢ)
 *     critical      Cᵢ = max(0, Cᵢ₋₁ + bᵢ − p·nᵢ)
 *     recovery      Rᵢ = max(0, Rᵢ₋₁ + 0.5·p·nᵢ − bᵢ)     only from the last step up on
 *
 * A is the largest excess, over the bounces that a rate of 0.8·p would cause, of any run of buckets that ends now. The test therefore
 * equals looking at the windows of every length at once, and has no window length, minimum count or hold time to tune. The alarm is
 * raised when A or C reaches the limit h of {@link cusumLimit}, and cleared when R reaches h.
 *
 * docs/alarms.md compares this test with a rolling rate.
 *
 * @see https://en.wikipedia.org/wiki/CUSUM
 */
import { day } from '../durations.ts';
import type { AlarmStatus } from './alarm-status.ts';

/** A number of emails, and how many of them bounced or were complained about, by the send time of the emails. */
export type RateBucket = {
  /** Start of the bucket, epoch milliseconds. */
  readonly start: number;
  /** Recipients that count in the denominator of the rate. */
  readonly total: number;
  /** How many of them bounced or complained. Can exceed `total` if sends are reported late or not at all. */
  readonly bad: number;
};

/** The state that the CUSUM carries from one evaluation to the next. */
export type CusumState = {
  readonly status: AlarmStatus;
  /** Earlier buckets belong to a previous incident and add nothing to A and C. Epoch milliseconds. */
  readonly from: number;
  /** When the alarm was last raised a step. Earlier buckets add nothing to the recovery sum R. Epoch milliseconds. */
  readonly raisedAt: number;
};

/** The times of a {@link CusumState}, without its status. */
export type CusumMarks = Pick<CusumState, 'from' | 'raisedAt'>;

export const initialCusum: CusumState = {
  status: 'ok',
  from: Number.NEGATIVE_INFINITY,
  raisedAt: Number.POSITIVE_INFINITY,
};

/** The sums after some bucket. `approaching`, `critical` and `recovery` are integers, {@link unitsPerBounce} to a bounce. */
export type CusumSums = {
  /** A: the excess over 0.8 times the threshold. */
  readonly approaching: number;
  /** C: the excess over the threshold. */
  readonly critical: number;
  /** R: how far recent buckets have stayed below half the threshold. */
  readonly recovery: number;
  /** Start of the bucket at which A left 0; infinite while A is 0. */
  readonly since: number;
  /** Bounces or complaints, and emails, since then. */
  readonly bad: number;
  readonly total: number;
};

/** The sums are kept in integers, so that adding up millions of emails causes no rounding error. */
const unitsPerBounce = 10_000_000;

export const zeroSums: CusumSums = {
  approaching: 0,
  critical: 0,
  recovery: 0,
  since: Number.POSITIVE_INFINITY,
  bad: 0,
  total: 0,
};

/** Buckets older than this add nothing. Milliseconds. */
export const cusumWindowMs = 30 * day;

/** Returns the sums after one more bucket. A bucket without sends changes nothing, because it has no rate. */
export function addToSums(
  sums: CusumSums,
  { start, total, bad }: RateBucket,
  threshold: number,
  { raisedAt }: CusumState,
): CusumSums {
  if (total === 0) return sums;
  const excessOver = (share: number) => bad * unitsPerBounce - total * Math.round(share * threshold * unitsPerBounce);
  const approaching = sums.approaching + excessOver(0.8);
  const critical = Math.max(0, sums.critical + excessOver(1));
  const recovery = start < raisedAt ? 0 : Math.max(0, sums.recovery - excessOver(0.5));
  if (approaching <= 0) return { ...zeroSums, recovery };
  return sums.approaching === 0
    ? { approaching, critical, recovery, since: start, bad, total }
    : { approaching, critical, recovery, since: sums.since, bad: sums.bad + bad, total: sums.total + total };
}

/**
 * Returns the limit h of the sums, in bounces: h = 6 + ⌈ln(scopes) / 1.256⌉ + 0.01·p·n, where n is the sends of the last day.
 *
 * - 6 bounces suffice for a small sender.
 * - The third term grows with the volume, so that a large sender is as likely to raise a false alarm as a small one.
 * - The logarithm makes up for multiple testing: all scopes together raise no more false alarms than one scope would.
 */
export function cusumLimit(threshold: number, sendsOfLastDay: number, scopeCount = 1): number {
  return 6 + Math.ceil(Math.log(scopeCount) / falseAlarmExponent) + 0.01 * threshold * sendsOfLastDay;
}

/**
 * Each additional bounce in the limit divides the frequency of false alarms by e to this power, for a sender whose rate is half of
 * 0.8·p. It is the positive root of e^x − 1 = 2x, the Lundberg exponent of such a sum of Poisson-distributed bounces.
 */
const falseAlarmExponent = 1.256;

/** Returns the next state. It is at most one change away, and never a step from `critical` down to `approaching`: only to `ok`. */
export function nextCusumState(state: CusumState, sums: CusumSums, limit: number, until: number): CusumState {
  const height = limit * unitsPerBounce;
  if (state.status === 'ok') {
    if (sums.approaching < height) return state;
    return { ...state, status: sums.critical >= height ? 'critical' : 'approaching', raisedAt: until };
  }
  if (state.status === 'approaching' && sums.critical >= height)
    return { ...state, status: 'critical', raisedAt: until };
  return sums.recovery >= height ? { ...initialCusum, from: until } : state;
}

/** The state after an evaluation, and the sums that led to it. */
export type CusumEvaluation = { readonly state: CusumState; readonly sums: CusumSums };

/**
 * Evaluates all buckets again, as they are known now, so that a bounce that arrived late counts at the send time of its email.
 *
 * @param buckets oldest first; those that start at or after `until` are not evaluated yet
 * @param options.scopeCount number of scopes tested at the same time. @default 1
 */
export function evaluateCusum(
  state: CusumState,
  buckets: readonly RateBucket[],
  options: { readonly threshold: number; readonly until: number; readonly scopeCount?: number },
): CusumEvaluation {
  const { threshold, until, scopeCount = 1 } = options;
  const settled = buckets.filter(({ start }) => start < until);
  const from = Math.max(state.from, until - cusumWindowMs);
  const sums = settled.reduce((before, bucket) => {
    const after = addToSums(before, bucket, threshold, state);
    // Buckets of a previous incident, and those before the window, add nothing to A and C. R has its own start, `raisedAt`.
    return bucket.start < from ? { ...zeroSums, recovery: after.recovery } : after;
  }, zeroSums);
  const sendsOfLastDay = settled.filter(({ start }) => start >= until - day).reduce((sum, { total }) => sum + total, 0);
  const limit = cusumLimit(threshold, sendsOfLastDay, scopeCount);
  return { state: nextCusumState(state, sums, limit, until), sums };
}
