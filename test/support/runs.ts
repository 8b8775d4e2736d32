/** How often a property is tried: as the test says, or `PROPERTY_RUNS` (more for a night, fewer where mutants run). */
export function runs(usual: number): number {
  return Number(process.env.PROPERTY_RUNS ?? usual);
}
