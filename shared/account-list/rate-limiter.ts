/** SES accepts one call per second, per account and Region: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const minIntervalMs = 1000;
const maxIntervalMs = 16_000;

/** Limits the rate of calls to one Region. */
export type RateLimiter = {
  /**
   * Waits until the next call is allowed and makes it. Returns `undefined`, without a call, if the remaining time is
   * too short.
   */
  run<Result extends { readonly kind: string }>(call: () => Promise<Result>): Promise<Result | undefined>;
};

export type RateLimiterOptions = {
  /** Returns epoch milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
};

/**
 * Creates a rate limiter that leaves one second between the end of a call and the start of the next. The interval
 * doubles with each throttled call, because other callers may use up SES's quota, and shrinks back to one second with
 * each call that is not throttled.
 */
export function createRateLimiter({ clock, sleep, remaining }: RateLimiterOptions): RateLimiter {
  let intervalMs = minIntervalMs;
  let nextCallAt = Number.NEGATIVE_INFINITY;
  return {
    async run(call) {
      const waitMs = Math.max(0, nextCallAt - clock());
      if (waitMs >= remaining()) return undefined;
      if (waitMs > 0) await sleep(waitMs);
      const result = await call();
      intervalMs =
        result.kind === 'throttled'
          ? Math.min(maxIntervalMs, intervalMs * 2)
          : Math.max(minIntervalMs, intervalMs * 0.9);
      nextCallAt = clock() + intervalMs;
      return result;
    },
  };
}
