import { StoreError } from './suppression/store.ts';

/** What a retry needs from outside. Tests pass values they control. */
export type RetryContext = {
  /** Returns a random number: 0 ≤ n < 1. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Returns the milliseconds left to work in. No attempt starts after they have passed. */
  readonly remaining: () => number;
  /**
   * The longest wait before an attempt. Milliseconds.
   * @default 2000
   */
  readonly maxBackOffMs?: number;
};

const defaultMaxBackOffMs = 2000;

/**
 * Waits before an attempt: not at all before attempt 0, up to 50 ms before attempt 1, up to twice as long before each
 * further one, and never longer than `maxBackOffMs`. The time is random (full jitter), so that writers that collided do not collide again.
 *
 * @returns false, without having waited, if there is no time left for the attempt
 */
export async function backOff(attempt: number, context: RetryContext): Promise<boolean> {
  const { random, sleep, remaining, maxBackOffMs = defaultMaxBackOffMs } = context;
  if (attempt === 0) return remaining() > 0;
  const milliseconds = random() * Math.min(maxBackOffMs, 25 * 2 ** attempt);
  if (milliseconds >= remaining()) return false;
  await sleep(milliseconds);
  return true;
}

/**
 * Does the work, and repeats it after a back-off as long as it fails with a transient {@link StoreError}.
 *
 * @throws StoreError with the message `out of time` if the time is up; any other error of the work
 */
export async function retryTransient<Result>(work: () => Promise<Result>, context: RetryContext): Promise<Result> {
  for (let attempt = 0; await backOff(attempt, context); attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError && error.scope === 'transient')) throw error;
    }
  }
  throw new StoreError('out of time', { scope: 'transient' });
}
