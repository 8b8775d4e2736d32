import type { FaultCause } from '../verdict/fault.ts';
import type { RateName } from './rate-name.ts';

/**
 * The rule that raises an alarm.
 *
 * - `rate-exceeded`: the rate of recent emails is significantly above the review threshold.
 * - `near-threshold`: the rate that SES itself measures is close to the review threshold.
 * - `account-status`: AWS has put the account under review or paused it.
 * - `sending-status`: SES has paused a tenant, or has a finding about its reputation.
 * - `missing-feedback`: SES counts bounces, or complaints, that ses-feedback does not receive. The metric is missing for bounces.
 * - `missing-sends`: the Send events, without which no rate can be evaluated, do not arrive.
 * - `sender-fault`: receiving servers refuse emails for a fault of the sender, such as failing authentication. One alarm for each cause.
 * - `provider-outage`: a mailbox provider refuses many more emails than usual, and may refuse addresses that exist.
 */
export type AlarmRule =
  | 'rate-exceeded'
  | 'near-threshold'
  | 'account-status'
  | 'sending-status'
  | 'missing-feedback'
  | 'missing-sends'
  | 'sender-fault'
  | 'provider-outage';

/** Identifies an alarm: one rule, on one scope, for one rate or one cause. Rules that evaluate no rate have no metric. */
export type AlarmName = {
  readonly scope: string;
  readonly rule: AlarmRule;
  readonly metric?: RateName;
  readonly cause?: FaultCause;
};

/**
 * Returns the id of a notice. Every copy of the notice has the same id, however often it is published.
 *
 * @example noticeId({ scope: 'account', rule: 'rate-exceeded', metric: 'bounceRate' }, 3) // 'account/rate-exceeded/bounceRate#3'
 */
export function noticeId({ scope, rule, metric, cause }: AlarmName, version: number): string {
  const which = metric ?? cause;
  return `${[scope, rule, ...(which ? [which] : [])].join('/')}#${version}`;
}
