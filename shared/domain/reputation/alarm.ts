import { day, minute } from '../durations.ts';
import { type AlarmStatus, type CusumState, initialCusum } from './cusum.ts';
import type { Notice, NoticeKind } from './notice.ts';
import type { RateName } from './rate-name.ts';
import { type Peak, worsePeak } from './rolling-rates.ts';

/** What an alarm watches. `excess`: is the sending bad now? `headroom`, `enforcement`: what does SES say? `loop`: do we hear of it at all? */
export type AlarmRule = 'rate-exceeded' | 'near-threshold' | 'account-status' | 'missing-feedback';

/** One alarm of one scope. */
export type AlarmName = { readonly scope: string; readonly rule: AlarmRule; readonly metric?: RateName };

/** How an alarm stands, as it is stored. Times in epoch milliseconds. */
export type Alarm = {
  readonly status: AlarmStatus;
  /** What the last notice said. Where it is not the status, a notice is due, or another alarm speaks for this one. */
  readonly announced: AlarmStatus;
  /** One more at each change. With the alarm's name it is a notice's id, the same however often it is published. */
  readonly version: number;
  /** Where the excess rule starts from. */
  readonly cusum: Pick<CusumState, 'from' | 'raisedAt'>;
  /** When it left `ok`. */
  readonly since?: number;
  /** The worst that was seen of the incident. */
  readonly peak?: Peak;
  /** When a notice last went out. */
  readonly notifiedAt?: number;
  /** When another alarm last spoke for a step up of this one. */
  readonly inhibitedAt?: number;
  /** A notice that may not be published yet. Until it is, the alarm is not judged: no change goes untold. */
  readonly pending?: PendingNotice;
  /** Sending of the configuration set is to be paused, or has been. */
  readonly autoPause?: AutoPauseState;
};

/** What became of the order to pause. It is given once an incident. */
export type AutoPauseState =
  | { readonly kind: 'due' }
  | { readonly kind: 'done'; readonly at: number }
  | { readonly kind: 'failed'; readonly reason: string };

export type PendingNotice = {
  readonly notice: Notice;
  /** When another run may publish it: whoever wrote it publishes it at once. */
  readonly retryAt: number;
};

export const initialAlarm: Alarm = {
  status: 'ok',
  announced: 'ok',
  version: 0,
  cusum: { from: initialCusum.from, raisedAt: initialCusum.raisedAt },
};

/** What the rules make of the moment. */
export type RuleResult = {
  /** `undefined`: there is nothing to judge by. The state is held. */
  readonly status: AlarmStatus | undefined;
  readonly cusum?: Pick<CusumState, 'from' | 'raisedAt'>;
  readonly peak?: Peak;
  /** Another alarm, of the whole account or a worse one, speaks for this one while it is raised. */
  readonly isInhibited: boolean;
  /** Mail goes out. Where none does, there is nothing to be reminded of. */
  readonly isSending: boolean;
  /** A critical state requestsPause the sending, which is told in any case. */
  readonly requestsPause: boolean;
  /** It is to be written down from when on the alarm is watched. */
  readonly startsWatching?: boolean;
};

/** A changed alarm, and the notice that has to be written with it, if one is due. */
export type AlarmChange = { readonly alarm: Alarm; readonly notice?: NoticeKind };

/** How long the run that wrote a notice has to publish it: less than the minute until the next run. */
export const publishTimeoutMs = 50_000;

const reminderAfter = day;

/** What another alarm has spoken for was told with it. Only where it outlasts that by so long does it speak for itself. */
const speaksAfter = day;

const severity: Record<AlarmStatus, number> = { ok: 0, approaching: 1, critical: 2 };

/**
 * What a result makes of an alarm: one notice for each step people have not heard of, one when it is over, and a reminder a day.
 * @returns `undefined` where nothing changes, and nothing is to be told
 */
export function advanceAlarm(alarm: Alarm, result: RuleResult, now: number): AlarmChange | undefined {
  if (alarm.pending !== undefined) return undefined;
  const status = result.status ?? alarm.status;
  const pausesNow = result.requestsPause && status === 'critical' && alarm.autoPause === undefined;
  const isInhibited = result.isInhibited && !pausesNow;
  const { since = now, peak, autoPause, notifiedAt, inhibitedAt: before, ...rest } = alarm;
  const isStepUp = severity[status] > severity[alarm.status];
  // A step that nobody speaks for is told, whatever was before.
  const inhibitedAt = isStepUp ? (isInhibited ? now : undefined) : before;
  const due = noticeDue({ ...alarm, status, inhibitedAt }, { ...result, isInhibited }, now);
  const notice = pausesNow ? 'raised' : due;
  if (status === alarm.status && notice === undefined && !result.startsWatching) return undefined;
  const worst = worsePeak(peak, result.peak);
  const lasting =
    status === 'ok'
      ? {}
      : {
          since,
          ...(worst && { peak: worst }),
          ...(autoPause && { autoPause }),
          // What is written without a notice is a step that another alarm speaks for.
          ...(notice === undefined && { inhibitedAt: now }),
        };
  return {
    alarm: {
      ...rest,
      status,
      version: alarm.version + 1,
      ...lasting,
      ...(pausesNow && { autoPause: { kind: 'due' } }),
      ...(result.cusum && { cusum: result.cusum }),
      ...(notice === undefined ? notifiedAt !== undefined && { notifiedAt } : { announced: status, notifiedAt: now }),
    },
    ...(notice && { notice }),
  };
}

function noticeDue(
  alarm: Omit<Alarm, 'inhibitedAt'> & { readonly inhibitedAt: number | undefined },
  { isInhibited, isSending }: RuleResult,
  now: number,
): NoticeKind | undefined {
  if (alarm.status === 'ok') return alarm.announced === 'ok' ? undefined : 'resolved';
  if (isInhibited) return undefined;
  // A clock that was set back leaves a stamp ahead of us, which would silence the alarm until then.
  const age = (stamp = now) => Math.abs(now - stamp);
  if (severity[alarm.status] > severity[alarm.announced]) {
    if (alarm.inhibitedAt === undefined) return 'raised';
    return isSending && age(alarm.inhibitedAt) >= speaksAfter ? 'raised' : undefined;
  }
  return isSending && age(alarm.notifiedAt) >= reminderAfter ? 'reminder' : undefined;
}

/** Whether a run that did not write the notice should publish it: its writer has failed. Holds where the clock was set back, too. */
export function isOverdue({ retryAt }: PendingNotice, now: number): boolean {
  return now >= retryAt || retryAt - now > publishTimeoutMs + minute;
}

/**
 * Whether one alarm speaks for another of the same rate: the account's for the same one of its parts; and of one scope the worse for
 * the lesser.
 */
export function inhibits(
  speaker: AlarmName & Pick<Alarm, 'status'>,
  other: AlarmName & Pick<Alarm, 'status'>,
): boolean {
  if (speaker.metric === undefined || speaker.metric !== other.metric || speaker.status === 'ok') return false;
  if (speaker.scope === other.scope) return severity[speaker.status] > severity[other.status];
  return speaker.scope === 'account' && speaker.rule === other.rule;
}

/** `account/excess/bounceRate#3`: the same for every copy of a notice. */
export function noticeId({ scope, rule, metric }: AlarmName, version: number): string {
  return `${[scope, rule, ...(metric ? [metric] : [])].join('/')}#${version}`;
}
