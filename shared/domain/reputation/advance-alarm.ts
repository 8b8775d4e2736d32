import { defined } from '../defined.ts';
import { day, hour } from '../durations.ts';
import type { Alarm } from './alarm.ts';
import { type AlarmStatus, isWorse } from './alarm-status.ts';
import type { NoticeKind } from './notice.ts';
import { worsePeak } from './rolling-rates.ts';
import type { RuleResult } from './rule-result.ts';

/** The input of a transition: the result of the rule, and whether another alarm inhibits this one. */
export type AlarmInput = RuleResult & { readonly isInhibited: boolean };

/** A changed alarm, and the kind of notice that must be written together with it, if any. */
export type AlarmChange = { readonly alarm: Alarm; readonly notice?: NoticeKind };

/** The statuses that a row of the table starts from. */
const origins = {
  any: ['ok', 'approaching', 'critical'],
  ok: ['ok'],
  raised: ['approaching', 'critical'],
} as const satisfies Record<string, readonly AlarmStatus[]>;

type Transition = {
  readonly from: keyof typeof origins;
  readonly to: 'worse' | 'same' | 'less severe' | 'ok' | 'critical';
  /** All conditions must hold. */
  readonly when: readonly ((situation: Situation) => boolean)[];
  /** The kind of notice to write. Missing if the change is stored without one. */
  readonly notice?: NoticeKind;
  /** Whether the notice also pauses the configuration set. */
  readonly pauses?: true;
};

/** The values that the conditions are evaluated on. */
type Situation = { readonly alarm: Alarm; readonly to: AlarmStatus; readonly input: AlarmInput; readonly now: number };

/**
 * The state machine of an alarm. The first row that fits applies. If none fits, the alarm does not change.
 *
 * The ways out of each state:
 *
 * - `ok`: a worse result. The alarm is then announced, or inhibited.
 * - Raised and announced: a worse result (announced again), a request to pause (announced again), or the result `ok` (resolved). Until
 *   then, a reminder follows every day.
 * - Raised and inhibited, so that `announced` is less severe than `status`: as above, but the result `ok` ends the alarm silently if
 *   nothing was announced. If the alarm outlasts the inhibition, it is announced a day after it was inhibited.
 * - Pending notice: no row applies until the notice is published. If the run that wrote it crashes, another run publishes it
 *   (`isOverdue` in alarm.ts).
 *
 * Only `account-status` goes from critical to approaching: AWS resumes a paused account and keeps it under review. The other rules report
 * `critical` until they report `ok`.
 */
const transitions: readonly Transition[] = [
  { from: 'any', to: 'critical', when: [isPauseRequested], notice: 'raised', pauses: true },
  { from: 'any', to: 'worse', when: [isInhibited] },
  { from: 'any', to: 'worse', when: [], notice: 'raised' },
  { from: 'raised', to: 'same', when: [isUnannounced, outlastsInhibition], notice: 'raised' },
  { from: 'raised', to: 'same', when: [isFullyAnnounced, isReminderDue], notice: 'reminder' },
  { from: 'raised', to: 'less severe', when: [wasAnnouncedWorse], notice: 'eased' },
  { from: 'raised', to: 'less severe', when: [] },
  { from: 'raised', to: 'ok', when: [wasAnnounced], notice: 'resolved' },
  { from: 'raised', to: 'ok', when: [] },
  { from: 'ok', to: 'same', when: [isFirstEvaluation] },
];

/**
 * The result asks for a pause, and the incident has not requested one before, or that one failed an hour ago. Inhibition does not apply to
 * this notice.
 */
function isPauseRequested({ alarm: { autoPause, notifiedAt = 0 }, input, now }: Situation): boolean {
  if (!input.requestsPause) return false;
  return autoPause === undefined || (autoPause.kind === 'failed' && Math.abs(now - notifiedAt) >= pauseRetryMs);
}

/** A failed pause is tried again after this time, with another notice. */
const pauseRetryMs = hour;

function isInhibited({ input }: Situation): boolean {
  return input.isInhibited;
}

/** The newest notice reported a less severe status, or none was ever sent. */
function isUnannounced({ alarm, to }: Situation): boolean {
  return isWorse(to, alarm.announced);
}

function isFullyAnnounced(situation: Situation): boolean {
  return !isUnannounced(situation);
}

/**
 * Another alarm no longer inhibits this one. A raised alarm is announced only a day after it was inhibited: the account usually recovers
 * shortly before its scopes do, and without the delay each of these scopes would be announced at that moment.
 */
function outlastsInhibition({ alarm: { inhibitedAt }, input, now }: Situation): boolean {
  if (input.isInhibited) return false;
  return inhibitedAt === undefined || (input.isSending && isDayApart(inhibitedAt, now));
}

function isReminderDue({ alarm: { notifiedAt }, input, now }: Situation): boolean {
  return !input.isInhibited && input.isSending && isDayApart(notifiedAt ?? now, now);
}

/** The newest notice reported a more severe status than the alarm has now. */
function wasAnnouncedWorse({ alarm, to }: Situation): boolean {
  return isWorse(alarm.announced, to);
}

function wasAnnounced({ alarm }: Situation): boolean {
  return alarm.announced !== 'ok';
}

function isFirstEvaluation({ input }: Situation): boolean {
  return input.isFirstEvaluation === true;
}

/** Counts in both directions: after the clock was set back, a time in the future must not silence the alarm until then. */
function isDayApart(time: number, now: number): boolean {
  return Math.abs(now - time) >= day;
}

/**
 * Returns the alarm after an evaluation, with a notice for each step up or down, a reminder every day, and a notice when it is resolved.
 * Notices that another alarm inhibits are left out.
 *
 * @returns `undefined` if nothing changes
 */
export function advanceAlarm(alarm: Alarm, input: AlarmInput, now: number): AlarmChange | undefined {
  if (alarm.pending !== undefined) return undefined;
  const situation = { alarm, to: input.status ?? alarm.status, input, now };
  const transition = transitions.find((row) => fits(row, situation));
  if (transition === undefined) return undefined;
  return { alarm: changeAlarm(situation, transition), ...defined({ notice: transition.notice }) };
}

function fits({ from, to, when }: Transition, situation: Situation): boolean {
  const fitsFrom = origins[from].some((status) => status === situation.alarm.status);
  return fitsFrom && fitsTo(to, situation) && when.every((condition) => condition(situation));
}

function fitsTo(expected: Transition['to'], { alarm, to }: Situation): boolean {
  if (expected === 'worse') return isWorse(to, alarm.status);
  if (expected === 'same') return to === alarm.status;
  if (expected === 'less severe') return to !== 'ok' && isWorse(alarm.status, to);
  return to === expected;
}

function changeAlarm({ alarm, to, input, now }: Situation, { notice, pauses }: Transition): Alarm {
  const { since = now, peak, autoPause, notifiedAt, inhibitedAt: _, ...rest } = alarm;
  const history = {
    ...rest,
    version: alarm.version + 1,
    ...defined({ cusum: input.cusum }),
    ...(notice === undefined ? defined({ notifiedAt }) : { announced: to, notifiedAt: now }),
  };
  if (to === 'ok') return { ...history, status: to };
  const incident = {
    since,
    peak: worsePeak(peak, input.peak),
    autoPause: pauses ? ({ kind: 'due' } as const) : autoPause,
    // A raised alarm is stored without a notice only if another alarm inhibits it.
    inhibitedAt: notice === undefined ? now : undefined,
  };
  return { ...history, status: to, ...defined(incident) };
}
