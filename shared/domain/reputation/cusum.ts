/**
 * Is the sending itself bad now? A one-sided CUSUM: like looking at every window at once, with no window, minimum count or hold
 * time to tune. Why this and not a rolling rate: docs/alarms.md.
 */
import { day } from '../durations.ts';

export type AlarmStatus = 'ok' | 'approaching' | 'critical';

/** Some sends and how many of them went bad, by the mails' send time. */
export type RateBucket = {
  /** Start of its stretch, epoch milliseconds. */
  readonly start: number;
  /** Recipients that were sent to and are on the rate's lower side. */
  readonly total: number;
  /** Of them bounced, or complained. Can exceed `n` where sends are reported late or not at all. */
  readonly bad: number;
};

/** How an alarm stands, and the marks its folds start from. */
export type CusumState = {
  readonly status: AlarmStatus;
  /** Tallies before this are of an earlier incident, or too old. Epoch milliseconds. */
  readonly from: number;
  /** Recovery is looked for in tallies from here on: the last step up. */
  readonly raisedAt: number;
};

export const initialCusum: CusumState = {
  status: 'ok',
  from: Number.NEGATIVE_INFINITY,
  raisedAt: Number.POSITIVE_INFINITY,
};

/** What the tallies up to some point add up to. The three levels are in {@link parts} of a bounce, so that sums are exact. */
export type CusumSums = {
  /** More than 0.8 of the line allows: raises `approaching`. */
  readonly approaching: number;
  /** More than the line itself allows: raises `critical`. */
  readonly critical: number;
  /** Less than half the line allows, since the alarm was raised: clears it. */
  readonly recovery: number;
  /** Start of the tally at which `u` left 0; what has come since is `b` of `n`. */
  readonly since: number;
  readonly bad: number;
  readonly total: number;
};

const parts = 10_000_000;
export const zeroSums: CusumSums = {
  approaching: 0,
  critical: 0,
  recovery: 0,
  since: Number.POSITIVE_INFINITY,
  bad: 0,
  total: 0,
};

/** No fold looks back further. */
export const cusumWindow = 30 * day;

/** Adds a tally. One without sends has nothing to say of a rate. */
export function addToSums(
  fold: CusumSums,
  { start, total, bad }: RateBucket,
  line: number,
  { raisedAt }: CusumState,
): CusumSums {
  if (total === 0) return fold;
  const approaching = fold.approaching + bad * parts - total * Math.round(0.8 * line * parts);
  const critical = Math.max(0, fold.critical + bad * parts - total * Math.round(line * parts));
  const recovery =
    start < raisedAt ? 0 : Math.max(0, fold.recovery + total * Math.round(0.5 * line * parts) - bad * parts);
  if (approaching <= 0) return { ...zeroSums, recovery };
  return fold.approaching === 0
    ? { approaching, critical, recovery, since: start, bad, total }
    : { approaching, critical, recovery, since: fold.since, bad: fold.bad + bad, total: fold.total + total };
}

/**
 * How high a level has to be, in bounces. The share of the day's sends keeps a large sender's chance the same as a small one's;
 * where several scopes are watched each stands a little higher, so that all together raise no more false alarms than one.
 */
export function cusumLimit(line: number, sendsOfLastDay: number, scopes = 1): number {
  return 6 + Math.ceil(Math.log(scopes) / falseAlarmExponent) + 0.01 * line * sendsOfLastDay;
}

/** Each bounce more on the limit divides the false alarms of a sender at half the lower line by e to this: e^x − 1 = 2x. */
const falseAlarmExponent = 1.256;

/** Takes at most one step, and never one down: from `critical` the way is to `ok`. */
export function nextCusumState(watch: CusumState, fold: CusumSums, limit: number, until: number): CusumState {
  const height = limit * parts;
  if (watch.status === 'ok') {
    if (fold.approaching < height) return watch;
    return { ...watch, status: fold.critical >= height ? 'critical' : 'approaching', raisedAt: until };
  }
  if (watch.status === 'approaching' && fold.critical >= height)
    return { ...watch, status: 'critical', raisedAt: until };
  return fold.recovery >= height ? { ...initialCusum, from: until } : watch;
}

/** What the tallies make of an alarm, and what there was to it. */
export type CusumEvaluation = { readonly state: CusumState; readonly sums: CusumSums };

/**
 * Judges all tallies anew, as they are known now: a bounce that came late stands where its mail was sent.
 * @param tallies oldest first; those that start at or after `until` are not judged yet
 */
export function evaluateCusum(
  watch: CusumState,
  tallies: readonly RateBucket[],
  { line, until, scopes = 1 }: { readonly line: number; readonly until: number; readonly scopes?: number },
): CusumEvaluation {
  const settled = tallies.filter(({ start }) => start < until);
  const from = Math.max(watch.from, until - cusumWindow);
  const sums = settled.reduce((before, tally) => {
    const after = addToSums(before, tally, line, watch);
    // What is over, or too old, weighs no more. Recovery has its own mark to start from.
    return tally.start < from ? { ...zeroSums, recovery: after.recovery } : after;
  }, zeroSums);
  const sendsOfLastDay = settled.filter(({ start }) => start >= until - day).reduce((sum, { total }) => sum + total, 0);
  return { state: nextCusumState(watch, sums, cusumLimit(line, sendsOfLastDay, scopes), until), sums };
}
