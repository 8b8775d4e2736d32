import { hour } from '../../shared/domain/durations.ts';
import type { Simulation } from './simulate.ts';

/** A figure of a simulation, and its budget. */
export type Measure = {
  readonly of: string;
  readonly atMost: number;
  readonly atLeast?: number;
  /** How the figures of all seeds are summarized. */
  readonly by: 'mean' | 'median';
  readonly alarm: (simulation: Simulation) => number;
  /** The same figure for the plain 24-hour rate. Left out if the comparison has no meaning. */
  readonly plainRate?: (simulation: Simulation) => number;
};

const raisedAlarms = ({ transitions }: Simulation) => transitions.filter(({ from }) => from === 'ok');

/** Measures the number of alarms. */
export const alarmCount = (
  of: string,
  atMost: number,
  options: { atLeast?: number; by?: Measure['by'] } = {},
): Measure => ({
  of,
  atMost,
  by: 'mean',
  ...options,
  alarm: (simulation) => raisedAlarms(simulation).length,
  plainRate: ({ plainRateAlarms }) => plainRateAlarms.length,
});

/** Measures how often an alarm was resolved before the incident was over. */
export const earlyResolutions = (end: number): Measure => ({
  of: 'resolved while it goes on',
  atMost: 0,
  by: 'mean',
  alarm: ({ transitions }) => transitions.filter(({ at, to }) => to === 'ok' && at < end).length,
});

/** Measures the hours from `since` until the first alarm after `after`. */
export const hoursUntilRaised = (of: string, atMost: number, since: number, after = since): Measure => ({
  of,
  atMost,
  by: 'median',
  alarm: (simulation) => hoursSince(since, raisedAlarms(simulation).find(({ at }) => at > after)?.at),
  plainRate: ({ plainRateAlarms }) =>
    hoursSince(
      since,
      plainRateAlarms.find((at) => at > after),
    ),
});

/** Measures the hours from the end of an incident until its alarm is resolved. */
export const hoursUntilResolved = (end: number, atMost: number): Measure => ({
  of: 'hours from its end until resolved',
  atMost,
  by: 'median',
  alarm: ({ transitions }) => hoursSince(end, transitions.find(({ at, to }) => at > end && to === 'ok')?.at),
});

const hoursSince = (start: number, at: number | undefined) =>
  at === undefined ? Number.POSITIVE_INFINITY : (at - start) / hour;
