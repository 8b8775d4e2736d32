import type { Measure } from './measures.ts';
import { intervals, type StudyScenario, seeds } from './scenarios.ts';
import { simulate } from './simulate.ts';

/** One figure of a scenario, over all seeds. */
export type Result = {
  readonly scenario: StudyScenario;
  readonly measure: Measure;
  /** The figure of the alarm, for each interval. */
  readonly alarm: readonly number[];
  /** The figure of the plain 24-hour rate, evaluated every quarter of an hour. */
  readonly plainRate?: number;
};

/** Runs a scenario with every seed and interval. */
export function study(scenario: StudyScenario): Result[] {
  const runsByInterval = intervals.map((interval) =>
    seeds.map((seed) => simulate(scenario.sender, { ...scenario.options, seed, interval })),
  );
  const [, quarterHourly = []] = runsByInterval;
  return scenario.measures.map((measure) => ({
    scenario,
    measure,
    alarm: runsByInterval.map((runs) => summarize(runs.map(measure.alarm), measure.by)),
    ...(measure.plainRate && { plainRate: summarize(quarterHourly.map(measure.plainRate), measure.by) }),
  }));
}

function summarize(values: readonly number[], by: Measure['by']): number {
  if (by === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
