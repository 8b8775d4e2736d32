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
  /** Bounces of the last day in periods of 15 minutes, and complaints of the last week in hours, as SES has counted them. */
  readonly feedback?: Readonly<Record<RateName, readonly Datapoint[]>>;
  /** Sends of the last day in each slot of five minutes, as SES has counted them. */
  readonly sends?: readonly Datapoint[];
  /** Age of the oldest message in the volume queue, in milliseconds. */
  readonly volumeDelayMs?: number;
  /** Number of messages in the dead-letter queue of the volume queue. Read only if it matters: for auto-pause. */
  readonly volumeDeadLetters?: number;
};
