/** What waiting takes. Chance and time come from outside, so that tests can hold them. */
export type RetryContext = {
  /** 0 ≤ n < 1. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds left to work in. Below zero nothing new is begun. */
  readonly remaining: () => number;
};

/**
 * Before a further attempt, with full jitter, so that those who collided do not meet again.
 * @returns whether there is time for the attempt
 */
export async function backOff(attempt: number, { random, sleep, remaining }: RetryContext): Promise<boolean> {
  if (attempt === 0) return remaining() > 0;
  const longest = Math.min(2000, 25 * 2 ** Math.min(attempt, 10));
  const milliseconds = random() * longest;
  if (milliseconds >= remaining()) return false;
  await sleep(milliseconds);
  return true;
}
