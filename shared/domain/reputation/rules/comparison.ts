import { day, hour } from '../../durations.ts';
import { type Alarm, initialAlarm } from '../alarm.ts';
import type { CusumMarks } from '../cusum.ts';
import type { Datapoint } from '../ses-metrics.ts';

/**
 * What SES counted before the stack was deployed is not missing here. The first evaluation of a rule that compares counts therefore only
 * stores its time, in the alarm.
 */
export function watchSince(before: Alarm, now: number): { isFirstEvaluation: boolean; cusum: CusumMarks } {
  return { isFirstEvaluation: before.version === 0, cusum: { ...initialAlarm.cusum, from: now } };
}

/**
 * Returns the full hour at which both counts begin, or `undefined` until they can cover a day.
 *
 * @param watchedSince the time of the first evaluation, epoch milliseconds
 */
export function startOfComparison(now: number, windowMs: number, watchedSince: number): number | undefined {
  const thisHour = Math.floor(now / hour) * hour;
  if (watchedSince > thisHour - day) return undefined;
  return Math.max(thisHour - windowMs, Math.ceil(watchedSince / hour) * hour);
}

/** Returns the sum of the values from one time to before another. */
export function sumBetween(points: readonly Datapoint[], from: number, until: number): number {
  return points.reduce((sum, { at, value }) => sum + (at >= from && at < until ? value : 0), 0);
}
