/**
 * Is the sending itself bad now? A one-sided CUSUM: like looking at every window at once, with no window, minimum count or hold
 * time to tune. Why this and not a rolling rate: docs/alarms.md.
 */
import { day } from '../durations.ts';

export type Status = 'ok' | 'approaching' | 'critical';

/** Some sends and how many of them went bad, by the mails' send time. */
export type Tally = {
  /** Start of its stretch, epoch milliseconds. */
  readonly start: number;
  /** Recipients that were sent to and are on the rate's lower side. */
  readonly n: number;
  /** Of them bounced, or complained. Can exceed `n` where sends are reported late or not at all. */
  readonly b: number;
};

/** How an alarm stands, and the marks its folds start from. */
export type Watch = {
  readonly status: Status;
  /** Tallies before this are of an earlier incident, or too old. Epoch milliseconds. */
  readonly from: number;
  /** Recovery is looked for in tallies from here on: the last step up. */
  readonly raisedAt: number;
};

export const quiet: Watch = { status: 'ok', from: Number.NEGATIVE_INFINITY, raisedAt: Number.POSITIVE_INFINITY };

/** What the tallies up to some point add up to. The three levels are in {@link parts} of a bounce, so that sums are exact. */
export type Fold = {
  /** More than 0.8 of the line allows: raises `approaching`. */
  readonly u: number;
  /** More than the line itself allows: raises `critical`. */
  readonly c: number;
  /** Less than half the line allows, since the alarm was raised: clears it. */
  readonly d: number;
  /** Start of the tally at which `u` left 0; what has come since is `b` of `n`. */
  readonly since: number;
  readonly b: number;
  readonly n: number;
};

const parts = 10_000_000;
export const nothing: Fold = { u: 0, c: 0, d: 0, since: Number.POSITIVE_INFINITY, b: 0, n: 0 };

/** No fold looks back further. */
export const excessMemory = 30 * day;

/** Adds a tally. One without sends has nothing to say of a rate. */
export function step(fold: Fold, { start, n, b }: Tally, line: number, { raisedAt }: Watch): Fold {
  if (n === 0) return fold;
  const u = fold.u + b * parts - n * Math.round(0.8 * line * parts);
  const c = Math.max(0, fold.c + b * parts - n * Math.round(line * parts));
  const d = start < raisedAt ? 0 : Math.max(0, fold.d + n * Math.round(0.5 * line * parts) - b * parts);
  if (u <= 0) return { ...nothing, d };
  return fold.u === 0 ? { u, c, d, since: start, b, n } : { u, c, d, since: fold.since, b: fold.b + b, n: fold.n + n };
}

/**
 * How high a level has to be, in bounces. The share of the day's sends keeps a large sender's chance the same as a small one's;
 * where several scopes are watched each stands a little higher, so that all together raise no more false alarms than one.
 */
export function excessLimit(line: number, sendsOfLastDay: number, scopes = 1): number {
  return 6 + Math.ceil(Math.log(scopes) / falseAlarmExponent) + 0.01 * line * sendsOfLastDay;
}

/** Each bounce more on the limit divides the false alarms of a sender at half the lower line by e to this: e^x − 1 = 2x. */
const falseAlarmExponent = 1.256;

/** Takes at most one step, and never one down: from `critical` the way is to `ok`. */
export function judge(watch: Watch, fold: Fold, limit: number, until: number): Watch {
  const height = limit * parts;
  if (watch.status === 'ok') {
    if (fold.u < height) return watch;
    return { ...watch, status: fold.c >= height ? 'critical' : 'approaching', raisedAt: until };
  }
  if (watch.status === 'approaching' && fold.c >= height) return { ...watch, status: 'critical', raisedAt: until };
  return fold.d >= height ? { ...quiet, from: until } : watch;
}

/** What the tallies make of an alarm, and what there was to it. */
export type ExcessVerdict = { readonly watch: Watch; readonly fold: Fold };

/**
 * Judges all tallies anew, as they are known now: a bounce that came late stands where its mail was sent.
 * @param tallies oldest first; those that start at or after `until` are not judged yet
 */
export function judgeTallies(
  watch: Watch,
  tallies: readonly Tally[],
  { line, until, scopes = 1 }: { readonly line: number; readonly until: number; readonly scopes?: number },
): ExcessVerdict {
  const settled = tallies.filter(({ start }) => start < until);
  const from = Math.max(watch.from, until - excessMemory);
  const fold = settled.reduce((before, tally) => {
    const after = step(before, tally, line, watch);
    // What is over, or too old, weighs no more. Recovery has its own mark to start from.
    return tally.start < from ? { ...nothing, d: after.d } : after;
  }, nothing);
  const sendsOfLastDay = settled.filter(({ start }) => start >= until - day).reduce((sum, { n }) => sum + n, 0);
  return { watch: judge(watch, fold, excessLimit(line, sendsOfLastDay, scopes), until), fold };
}
