/**
 * Detects a rate that is significantly above its threshold, with three one-sided CUSUMs (cumulative sums).
 *
 * For the buckets i = 1, 2, … in order of send time, with nᵢ emails of which bᵢ bounced (or were complained about), and threshold p:
 *
 *     approaching   Aᵢ = max(0, Aᵢ₋₁ + bᵢ − 0.8·p·nᵢ)
 *     critical      Cᵢ = max(0, Cᵢ₋₁ + bᵢ − p·nᵢ)
 *     recovery      Rᵢ = max(0, Rᵢ₋₁ + 0.5·p·nᵢ − bᵢ)     only mature buckets, from the last step up on
 *
 * A is the largest excess, over the bounces that a rate of 0.8·p would cause, of any run of buckets that ends now. The test therefore
 * equals looking at the windows of every length at once, and has no window length, minimum count or hold time to tune. The alarm is
 * raised when A or C reaches the limit h of {@link cusumLimit}.
 *
 * Feedback arrives late, so an email says nothing good until its feedback has had time to arrive. The alarm is therefore cleared by mature
 * buckets only ({@link maturityMs}): when R reaches h, or when nothing is left of the excess that raised it. The sums then start again at
 * the first bucket that is not mature, so that feedback on newer emails still counts.
 *
 * docs/alarms.md compares this test with a rolling rate.
 *
 * @see https://en.wikipedia.org/wiki/CUSUM
 */
import { day, hour } from '../durations.ts';
import type { AlarmStatus } from './alarm-status.ts';
import { type Excess, unitsPerBounce } from './cusum-sums.ts';
import type { RateName } from './rate-name.ts';

/** The state that the CUSUM carries from one evaluation to the next. */
export type CusumState = {
  readonly status: AlarmStatus;
  /** Earlier buckets belong to a previous incident and add nothing to A and C. The start of an hour, epoch milliseconds. */
  readonly from: number;
  /** The first hour after the alarm was last raised a step. Earlier buckets add nothing to R. Epoch milliseconds. */
  readonly raisedAt: number;
};

/** The times of a {@link CusumState}, without its status. Full hours, because older buckets are counted by the hour. */
export type CusumMarks = Pick<CusumState, 'from' | 'raisedAt'>;

export const initialCusum: CusumState = {
  status: 'ok',
  from: Number.NEGATIVE_INFINITY,
  raisedAt: Number.POSITIVE_INFINITY,
};

/** The sums over the buckets of a scope that an evaluation needs. Ranges include their start and exclude their end. */
export type CusumHistory = {
  /** Returns A and C over the buckets that start in the range. */
  excess(from: number, end: number): Excess;
  /** Returns R over the buckets that start in the range, in the units of {@link Excess}. */
  recovery(from: number, end: number): number;
  /** Returns the number of emails in the buckets that start in the range. */
  sends(from: number, end: number): number;
};

export type CusumOptions = {
  readonly threshold: number;
  /** The age from which an email counts as good if nothing bad is known of it, see {@link maturityMs}. Milliseconds. */
  readonly maturityMs: number;
  /** Number of scopes tested at the same time. @default 1 */
  readonly scopeCount?: number;
};

/**
 * How long the feedback on an email can take. Most bounces arrive within minutes, and those of a server that is down for hours. A recipient
 * may read an email, and complain, on the next day. Milliseconds.
 */
export const maturityMs: Readonly<Record<RateName, number>> = { bounceRate: 12 * hour, complaintRate: 30 * hour };

/** Buckets older than this add nothing. Milliseconds. */
export const cusumWindowMs = 30 * day;

/** An alarm is raised for at least this long before it ends because nothing is left of its excess. Milliseconds. */
const minIncidentMs = 7 * day;

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

/** The state after an evaluation. */
export type CusumEvaluation = {
  readonly state: CusumState;
  /** The excess that led to the state. */
  readonly excess: Excess;
  /** Whether the alarm is raised and would be cleared if no more feedback arrived. */
  readonly isRecovering: boolean;
};

/**
 * Evaluates the buckets that start before `until`. The next state is at most one change away, and never a step from `critical` down to
 * `approaching`: only to `ok`.
 */
export function advanceCusum(
  state: CusumState,
  history: CusumHistory,
  until: number,
  { threshold, maturityMs: maturity, scopeCount = 1 }: CusumOptions,
): CusumEvaluation {
  const limit = unitsPerBounce * cusumLimit(threshold, history.sends(until - day, until), scopeCount);
  const windowStart = until - cusumWindowMs;
  const from = Math.max(state.from, windowStart);
  const excess = history.excess(from, until);
  const recovery = (end: number) => history.recovery(Math.max(state.raisedAt, windowStart), end);
  const evaluation = (next: CusumState) => ({
    state: next,
    excess,
    isRecovering: next.status !== 'ok' && next === state && recovery(until) >= limit,
  });
  const raise = (status: AlarmStatus) => evaluation({ ...state, status, raisedAt: hourFrom(until) });
  if (state.status !== 'critical' && excess.critical >= limit) return raise('critical');
  if (state.status === 'ok') return excess.approaching >= limit ? raise('approaching') : evaluation(state);

  const matureUntil = hourOf(until - maturity);
  const isOver = () =>
    until - state.raisedAt >= minIncidentMs && history.excess(from, matureUntil).since >= state.raisedAt;
  // Without the last condition, newer emails could raise the alarm again at once.
  const isCleared =
    (recovery(matureUntil) >= limit || isOver()) && history.excess(matureUntil, until).approaching < limit;
  return evaluation(isCleared ? { ...initialCusum, from: matureUntil } : state);
}

/** Returns the start of the hour that contains a time. */
const hourOf = (time: number) => Math.floor(time / hour) * hour;

/** Returns the first full hour at or after a time. */
export const hourFrom = (time: number) => Math.ceil(time / hour) * hour;
