import type { AlarmName } from './alarm.ts';
import type { AlarmStatus } from './cusum.ts';
import type { Headroom } from './headroom.ts';
import type { Peak, RollingRate, WindowName } from './rolling-rates.ts';
import type { Contributor } from './top-contributors.ts';

export type NoticeKind = 'raised' | 'resolved' | 'reminder';

/** What SES itself says, where the alarm is about that. */
export type SesFigures = {
  /** `Reputation.BounceRate` or `.ComplaintRate`: 0.05 is 5 %. */
  readonly rate?: number;
  /** `GetAccount`: `HEALTHY`, `PROBATION`, `SHUTDOWN`. */
  readonly enforcementStatus?: string;
  /** Bounces and complaints of the last day: what SES counted, and what came in here. */
  readonly feedback?: { readonly ses: number; readonly received: number };
};

/**
 * All that a notice says, as it is stored until it is published, and as machines get it. Times are ISO 8601, rates shares: 0.05 is 5 %.
 * No address is in it.
 */
export type Notice = AlarmName & {
  /** The same for every copy of the notice. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly from: AlarmStatus;
  readonly to: AlarmStatus;
  /** When it was judged so. */
  readonly at: string;
  /** When the alarm was first raised. */
  readonly since: string;
  /** What went bad of how many since the excess began to grow; with the other rules of the last 24 hours. */
  readonly bad: number;
  readonly total: number;
  /** When the excess began to grow: the send time of its first mails. */
  readonly elevatedSince?: string;
  readonly rates?: Readonly<Record<WindowName, RollingRate>>;
  /** Where AWS reviews, and where it may pause. */
  readonly thresholds?: { readonly review: number; readonly pause: number };
  /** To the review line, or to the pause line where that is reached, from the rate of 24 hours. */
  readonly headroom?: Headroom & {
    readonly to: 'review' | 'pause';
    /** The time at the present pace goes by the mails of so many hours: since the excess began, or the last 6. */
    readonly basedOnHours: number;
  };
  readonly ses?: SesFigures;
  readonly contributors: readonly Contributor[];
  /** How long it lasted, and its worst 24 hours, where it is over. */
  readonly durationMinutes?: number;
  readonly peak?: Peak;
  /** The configuration set that was paused, or is paused no more. */
  readonly pausedConfigurationSet?: string;
  readonly resumedConfigurationSet?: string;
  /** Why it could not be paused. */
  readonly pauseError?: string;
  /** What to run next. */
  readonly command: string;
};
