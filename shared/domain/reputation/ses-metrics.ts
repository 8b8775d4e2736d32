import type { Datapoint } from './headroom.ts';
import type { RateName } from './rate-name.ts';

/** What SES says of itself, as far as it could be had just now. */
export type SesMetrics = {
  /** `Reputation.BounceRate` and `.ComplaintRate` of the last day, oldest first: 0.05 is 5 %. Empty where SES has not published any. */
  readonly reputation?: Readonly<Record<RateName, readonly Datapoint[]>>;
  /** `GetAccount`: `HEALTHY`, `PROBATION`, `SHUTDOWN`. */
  readonly enforcementStatus?: string;
  /** SES's own count of bounces and complaints since the start of the hour a day ago. */
  readonly feedbackCount?: number;
  /** Sends by five minutes. */
  readonly sends?: readonly Datapoint[];
  /** Age of the oldest message that waits in the volume queue, in milliseconds. */
  readonly volumeDelayMs?: number;
};
