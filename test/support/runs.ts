/**
 * Returns the number of runs of a property: `PROPERTY_RUNS` if set, otherwise the test's own number. Set a
 * higher number for a longer search. Mutation testing sets a lower one.
 */
export function runs(defaultRuns: number): number {
  return Number(process.env.PROPERTY_RUNS ?? defaultRuns);
}
