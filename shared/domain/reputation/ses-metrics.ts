import type { RateName } from './rate-name.ts';

/** A value of a CloudWatch metric. `at` is in epoch milliseconds. */
export type Datapoint = { readonly at: number; readonly value: number };

/** The figures that SES publishes about the account. A figure that could not be read is missing. */
export type SesMetrics = {
  /**
   * `Reputation.BounceRate` and `Reputation.ComplaintRate` of the last day, oldest first: 0.05 is 5 %. Empty if SES has not published any.
   */
  readonly reputation?: Readonly<Record<RateName, readonly Datapoint[]>>;
  /** `EnforcementStatus` of `GetAccount`: `HEALTHY`, `PROBATION` (under review) or `SHUTDOWN` (paused). */
  readonly enforcementStatus?: string;
  /** Bounces and complaints that SES has counted since the start of the hour a day ago. */
  readonly feedbackCount?: number;
  /** Sends in each slot of five minutes. */
  readonly sends?: readonly Datapoint[];
  /** Age of the oldest message in the volume queue, in milliseconds. */
  readonly volumeDelayMs?: number;
};
