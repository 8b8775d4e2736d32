import { intervals, type Measure, type Scenario, seeds } from './scenarios.ts';
import { watch } from './sender.ts';

/** A measure over all seeds: at each interval, and of the plain rate of 24 hours at a quarter of an hour. */
export type Result = {
  readonly scenario: Scenario;
  readonly measure: Measure;
  readonly alarm: readonly number[];
  readonly raw?: number;
};

/** Runs a scenario with every seed. */
export function study(scenario: Scenario): Result[] {
  const seen = intervals.map((interval) =>
    seeds.map((seed) => watch(scenario.sender, { ...scenario.watching, seed, interval })),
  );
  const [, quarterly = []] = seen;
  return scenario.measures.map((measure) => ({
    scenario,
    measure,
    alarm: seen.map((runs) => over(runs.map(measure.alarm), measure.by)),
    ...(measure.raw && { raw: over(quarterly.map(measure.raw), measure.by) }),
  }));
}

function over(values: readonly number[], by: Measure['by']): number {
  if (by === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}
