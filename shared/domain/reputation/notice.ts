import type { AlarmName } from './alarm-name.ts';
import type { AlarmStatus } from './alarm-status.ts';
import type { AwsRate } from './aws-rate.ts';
import type { EntityStatus } from './entity-status.ts';
import type { NextHeadroom, Thresholds } from './headroom.ts';
import type { NoticeAction } from './notice-actions.ts';
import type { ProviderOutageFigures } from './provider-bounces.ts';
import type { Peak, RollingRate, WindowName } from './rolling-rates.ts';
import type { SenderFaultFigures } from './sender-faults.ts';
import type { Contributor } from './top-contributors.ts';

/** Why a notice is sent: the alarm got worse, it got less severe without ending, it ended, or it has lasted another day. */
export type NoticeKind = 'raised' | 'eased' | 'resolved' | 'reminder';

/** The bounces of about a day, or the complaints of about a week: as SES counts them, and as ses-feedback received them. */
export type FeedbackCounts = { readonly ses: number; readonly received: number };

/** The emails of about a day: the Send events and the bounces and complaints that ses-feedback received, and the sends that SES counts. */
export type SendCounts = { readonly received: number; readonly feedback: number; readonly ses?: number };

/** The figures of SES, in notices of the rules that evaluate them. */
export type SesFigures = {
  /** `Reputation.BounceRate` or `Reputation.ComplaintRate`: 0.05 is 5 %. */
  readonly rate?: number;
  /** `EnforcementStatus` of `GetAccount`: `HEALTHY`, `PROBATION` or `SHUTDOWN`. */
  readonly enforcementStatus?: string;
  /** What SES says of the tenant of the alarm. */
  readonly entity?: EntityStatus;
  /** The open findings of SES about it, in the words of SES. */
  readonly findings?: readonly string[];
  readonly feedback?: FeedbackCounts;
  readonly sends?: SendCounts;
};

/**
 * A notice about an alarm. It is stored in this form until it is published, and published in this form to machines. Times are in
 * ISO 8601, rates are shares (0.05 is 5 %). A notice contains no email address.
 */
export type Notice = AlarmName & {
  /** The same in every copy of the notice, so that receivers can drop duplicates. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** The status in the previous notice, and the status now. */
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
  /** When the rules were evaluated. */
  readonly at: string;
  /** When the alarm was first raised. */
  readonly since: string;
  /** The bounces (or complaints) and the emails since the rate rose. For the other rules: those of the last 24 hours, or 0. */
  readonly bad: number;
  readonly total: number;
  /** When the first emails were sent at the elevated rate. Missing if the rate is not elevated now. */
  readonly elevatedSince?: string;
  readonly rates?: Readonly<Record<WindowName, RollingRate>>;
  readonly thresholds?: Thresholds;
  /** The headroom of the 24-hour rate. */
  readonly headroom?: NextHeadroom;
  readonly ses?: SesFigures;
  /** The rate of the account as AWS computes it, as far as that is known. */
  readonly awsRate?: AwsRate;
  /** Only in notices of the rule `sender-fault`. */
  readonly senderFault?: SenderFaultFigures;
  /** Only in notices of the rule `provider-outage`. */
  readonly providerOutage?: ProviderOutageFigures;
  readonly contributors: readonly Contributor[];
  /** How long the alarm lasted, and the worst figure of that time. Only in a notice that resolves an alarm. */
  readonly durationMinutes?: number;
  readonly peak?: Peak;
  /** The configuration set that ses-feedback pauses, or that an operator has resumed. */
  readonly pausedConfigurationSet?: string;
  readonly resumedConfigurationSet?: string;
  /** The tenant that ses-feedback pauses, or that an operator has resumed. */
  readonly pausedTenant?: string;
  readonly resumedTenant?: string;
  /** Why it could not be paused. */
  readonly pauseError?: string;
  /** Why auto-pause does not pause it, although its rate is critical. */
  readonly pauseObstacle?: string;
  /** The command that shows more. Commands that start with `npx ses-feedback` work in the checkout of this project only. */
  readonly command: string;
  /** What an operator can do. Missing in notices of earlier versions, and if there is nothing to do. */
  readonly actions?: readonly NoticeAction[];
};
