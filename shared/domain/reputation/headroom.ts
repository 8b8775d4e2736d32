import { hour } from '../durations.ts';
import type { AlarmStatus } from './cusum.ts';

/** How far a rate is from a line, in what people can act on. */
export type Headroom = {
  /** How many more mails may go bad, one after the other, until the line is reached. 0: it is reached. */
  readonly remaining: number;
  /** At the present rate and pace. Missing where the line is reached, or where the rate moves away from it. */
  readonly hoursToThreshold?: number;
};

type Share = { readonly bad: number; readonly total: number };

/**
 * @param present what the rate is made of now
 * @param recent the newest mails: the rate the next ones will have; over so many hours
 */
export function headroomOf(present: Share, line: number, recent: Share & { readonly hours: number }): Headroom {
  const allowed = line * present.total - present.bad;
  // A hair's breadth of floating point must not take a whole bounce away.
  const remaining = Math.max(0, Math.floor(allowed / (1 - line) + 1e-9));
  const excess = recent.bad - line * recent.total;
  if (remaining === 0 || excess <= 0) return { remaining };
  return { remaining, hoursToThreshold: (allowed / excess) * recent.hours };
}

/** A value of SES's own metric. */
export type Datapoint = { readonly at: number; readonly value: number };

/** Shares of the review line. */
export type NearThresholdLevels = { readonly approaching: number; readonly critical: number };

/**
 * How near is SES's own number to its line? Looks at the metric's values alone, so it does not matter when, or how often, it is asked.
 * In alarm it is cleared when the values have been a tenth below the lower level for an hour.
 * @param series oldest first; of how long ago it may be is up to the caller
 * @returns `undefined` where there is no value: the state is held, and shown as unknown
 */
export function evaluateNearThreshold(
  status: AlarmStatus,
  series: readonly Datapoint[],
  line: number,
  levels: NearThresholdLevels,
): AlarmStatus | undefined {
  const newest = series.at(-1);
  if (newest === undefined) return undefined;
  if (newest.value >= levels.critical * line) return 'critical';
  if (status === 'ok') return newest.value >= levels.approaching * line ? 'approaching' : 'ok';
  const isHigh = ({ value }: Datapoint) => value >= 0.9 * levels.approaching * line;
  const calm = series.slice(series.findLastIndex(isHigh) + 1);
  const heldFor = newest.at - (calm[0]?.at ?? newest.at);
  return heldFor >= hour ? 'ok' : status;
}
