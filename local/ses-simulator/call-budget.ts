/**
 * Limits the calls that share one budget: after each call, the next is allowed 1 / `callsPerSecond` seconds later. A
 * rejected call uses nothing of the budget.
 *
 * @returns a function that returns whether a call is allowed now, and counts it if it is
 */
export function createCallBudget(callsPerSecond: number, clock: () => number): () => boolean {
  let nextAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock();
    if (now < nextAt) return false;
    nextAt = now + 1000 / callsPerSecond;
    return true;
  };
}
