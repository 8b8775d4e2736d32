/** SES's API is documented at one call a second, per account and Region: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const shortest = 1000;
const longest = 16_000;

/** Keeps the calls to one Region apart. */
export type RateLimiter = {
  /** Makes the call when it is its turn; `undefined`: there is no time left for it. */
  run<Result extends { readonly kind: string }>(call: () => Promise<Result>): Promise<Result | undefined>;
};

export type RateLimiterOptions = {
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds left to work in. */
  readonly remaining: () => number;
};

/**
 * A second between the end of a call and the beginning of the next. Where SES still finds it too much (others call it, too), the pause
 * doubles; with each call that goes through it comes nearer to a second again.
 */
export function createRateLimiter({ clock, sleep, remaining }: RateLimiterOptions): RateLimiter {
  let pause = shortest;
  let next = Number.NEGATIVE_INFINITY;
  return {
    async run(call) {
      const wait = Math.max(0, next - clock());
      if (wait >= remaining()) return undefined;
      if (wait > 0) await sleep(wait);
      const result = await call();
      pause = result.kind === 'throttled' ? Math.min(longest, pause * 2) : Math.max(shortest, pause * 0.9);
      next = clock() + pause;
      return result;
    },
  };
}
