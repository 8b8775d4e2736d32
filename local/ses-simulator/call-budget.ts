/**
 * One budget for all calls that share it: one call, and the next when its share of a second is over. A call that is refused
 * takes nothing of it.
 * @returns whether a call may be made now
 */
export function createPace(callsPerSecond: number, clock: () => number): () => boolean {
  let nextAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock();
    if (now < nextAt) return false;
    nextAt = now + 1000 / callsPerSecond;
    return true;
  };
}
