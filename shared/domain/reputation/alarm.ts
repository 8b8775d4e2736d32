import { minute } from '../durations.ts';
import type { AlarmStatus } from './alarm-status.ts';
import { type CusumMarks, initialCusum } from './cusum.ts';
import type { Notice } from './notice.ts';
import type { Peak } from './rolling-rates.ts';

/**
 * The state of an alarm, as stored between evaluations: `ok`, or raised by an incident. Times are in epoch milliseconds. advance-alarm.ts
 * changes it.
 */
export type Alarm = RaisedAlarm | (AlarmHistory & NoIncident);

/** The state of an alarm that is not `ok`. */
export type RaisedAlarm = AlarmHistory & Incident;

/** The part of an alarm that outlasts its incidents. */
type AlarmHistory = {
  /** The status in the newest notice. Differs from `status` only while another alarm inhibits the notice, or shortly after. */
  readonly announced: AlarmStatus;
  /** Increases by one with each change. Together with the alarm's name it identifies a notice. */
  readonly version: number;
  /** The times from which the CUSUM adds up buckets. `missing-feedback` and `missing-sends` store in `from` since when they compare counts. */
  readonly cusum: CusumMarks;
  /** When the newest notice was written. */
  readonly notifiedAt?: number;
  /** A notice that may not be published yet. The alarm does not change until it is, so that no change goes unannounced. */
  readonly pending?: PendingNotice;
};

/** The part of an alarm that begins when the alarm leaves `ok` and ends when it is `ok` again. */
type Incident = {
  readonly status: 'approaching' | 'critical';
  /** When the alarm left `ok`. */
  readonly since: number;
  /** The worst figure seen when a change of this incident was written. */
  readonly peak?: Peak;
  /** When the alarm got worse without a notice, because another alarm inhibited it. */
  readonly inhibitedAt?: number;
  /** The automatic pause of the configuration set, if this incident requested one. */
  readonly autoPause?: AutoPauseState;
};

type NoIncident = { readonly status: 'ok' } & { readonly [field in Exclude<keyof Incident, 'status'>]?: never };

/** The progress of an automatic pause. Each incident requests at most one that succeeds. */
export type AutoPauseState =
  /** `triedAt`: when a process was about to pause. It may have paused and then crashed. */
  | { readonly kind: 'due'; readonly triedAt?: number }
  | { readonly kind: 'done'; readonly at: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** A notice that was written together with the change it reports, and is to be published. */
export type PendingNotice = {
  readonly notice: Notice;
  /** When another run may publish the notice. Until then, the run that wrote it is expected to. Epoch milliseconds. */
  readonly retryAt: number;
};

/** The state of an alarm that was never raised. */
export const initialAlarm: Alarm = {
  status: 'ok',
  announced: 'ok',
  version: 0,
  cusum: { from: initialCusum.from, raisedAt: initialCusum.raisedAt },
};

/** How long the run that wrote a notice has to publish it. Shorter than the minute between two runs. */
export const publishTimeoutMs = 50_000;

/**
 * Returns whether the run that wrote a notice has failed to publish it in time. A `retryAt` further ahead than any run can have written
 * means that the clock was set back: such a notice is overdue, too.
 */
export function isOverdue({ retryAt }: PendingNotice, now: number): boolean {
  return now >= retryAt || retryAt - now > publishTimeoutMs + minute;
}
