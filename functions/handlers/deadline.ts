import type { Context } from 'aws-lambda';

export type DeadlineOptions = {
  /** Time kept back for the end of the invocation: requests that are still running, and the response. Milliseconds. */
  readonly reserveMs: number;
  /** The time limit of an invocation without one, such as that of `sls invoke local`. Milliseconds. */
  readonly defaultTimeLimitMs: number;
  /** @default Date.now */
  readonly clock?: () => number;
};

/** The time in which an invocation has to finish its work. */
export type Deadline = {
  /** The time until Lambda ends the invocation, from its start. Milliseconds. */
  readonly timeLimitMs: number;
  /** Returns the milliseconds left to work in: without the reserve. Negative after the deadline. */
  remaining(): number;
  /** Returns a signal that aborts running requests at the deadline. */
  createSignal(): AbortSignal;
};

/** Starts the deadline of one invocation. */
export function startDeadline(
  context: Partial<Context>,
  { reserveMs, defaultTimeLimitMs, clock = Date.now }: DeadlineOptions,
): Deadline {
  const timeLimitMs = context.getRemainingTimeInMillis?.() ?? defaultTimeLimitMs;
  const end = clock() + timeLimitMs - reserveMs;
  const remaining = () => end - clock();
  return { timeLimitMs, remaining, createSignal: () => AbortSignal.timeout(Math.max(0, remaining())) };
}
