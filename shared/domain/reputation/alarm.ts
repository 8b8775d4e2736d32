import { day, minute } from '../durations.ts';
import { quiet, type Status, type Watch } from './cusum.ts';
import type { Notice, NoticeKind } from './notice.ts';
import type { RateName } from './rate-name.ts';
import { type Peak, worsePeak } from './rolling-rates.ts';

/** What an alarm watches. `excess`: is the sending bad now? `headroom`, `enforcement`: what does SES say? `loop`: do we hear of it at all? */
export type AlarmRule = 'excess' | 'headroom' | 'enforcement' | 'loop';

/** One alarm of one scope. */
export type AlarmName = { readonly scope: string; readonly rule: AlarmRule; readonly metric?: RateName };

/** How an alarm stands, as it is stored. Times in epoch milliseconds. */
export type Alarm = {
  readonly status: Status;
  /** What the last notice said. Where it is not the status, a notice is due, or another alarm speaks for this one. */
  readonly announced: Status;
  /** One more at each change. With the alarm's name it is a notice's id, the same however often it is published. */
  readonly version: number;
  /** Where the excess rule starts from. */
  readonly watch: Pick<Watch, 'from' | 'raisedAt'>;
  /** When it left `ok`. */
  readonly since?: number;
  /** The worst that was seen of the incident. */
  readonly peak?: Peak;
  /** When a notice last went out. */
  readonly toldAt?: number;
  /** When another alarm last spoke for a step up of this one. */
  readonly spokenForAt?: number;
  /** A notice that may not be published yet. Until it is, the alarm is not judged: no change goes untold. */
  readonly pending?: Pending;
  /** Sending of the configuration set is to be paused, or has been. */
  readonly brake?: Brake;
};

/** What became of the order to pause. It is given once an incident. */
export type Brake =
  | { readonly kind: 'due' }
  | { readonly kind: 'done'; readonly at: number }
  | { readonly kind: 'failed'; readonly reason: string };

export type Pending = {
  readonly notice: Notice;
  /** When another run may publish it: whoever wrote it publishes it at once. */
  readonly retryAt: number;
};

export const calm: Alarm = {
  status: 'ok',
  announced: 'ok',
  version: 0,
  watch: { from: quiet.from, raisedAt: quiet.raisedAt },
};

/** What the rules make of the moment. */
export type Judgement = {
  /** `undefined`: there is nothing to judge by. The state is held. */
  readonly status: Status | undefined;
  readonly watch?: Pick<Watch, 'from' | 'raisedAt'>;
  readonly peak?: Peak;
  /** Another alarm, of the whole account or a worse one, speaks for this one while it is raised. */
  readonly isInhibited: boolean;
  /** Mail goes out. Where none does, there is nothing to be reminded of. */
  readonly isSending: boolean;
  /** A critical state pauses the sending, which is told in any case. */
  readonly pauses: boolean;
  /** It is to be written down from when on the alarm is watched. */
  readonly starts?: boolean;
};

/** A changed alarm, and the notice that has to be written with it, if one is due. */
export type Change = { readonly alarm: Alarm; readonly notice?: NoticeKind };

/** How long the run that wrote a notice has to publish it: less than the minute until the next run. */
export const publishTime = 50_000;

const reminderAfter = day;

/** What another alarm has spoken for was told with it. Only where it outlasts that by so long does it speak for itself. */
const speaksAfter = day;

const severity: Record<Status, number> = { ok: 0, approaching: 1, critical: 2 };

/**
 * What a judgement makes of an alarm: one notice for each step people have not heard of, one when it is over, and a reminder a day.
 * @returns `undefined` where nothing changes, and nothing is to be told
 */
export function advance(alarm: Alarm, judgement: Judgement, now: number): Change | undefined {
  if (alarm.pending !== undefined) return undefined;
  const status = judgement.status ?? alarm.status;
  const pausesNow = judgement.pauses && status === 'critical' && alarm.brake === undefined;
  const isInhibited = judgement.isInhibited && !pausesNow;
  const { since = now, peak, brake, toldAt, spokenForAt: before, ...rest } = alarm;
  const isStepUp = severity[status] > severity[alarm.status];
  // A step that nobody speaks for is told, whatever was before.
  const spokenForAt = isStepUp ? (isInhibited ? now : undefined) : before;
  const due = noticeDue({ ...alarm, status, spokenForAt }, { ...judgement, isInhibited }, now);
  const notice = pausesNow ? 'raised' : due;
  if (status === alarm.status && notice === undefined && !judgement.starts) return undefined;
  const worst = worsePeak(peak, judgement.peak);
  const lasting =
    status === 'ok'
      ? {}
      : {
          since,
          ...(worst && { peak: worst }),
          ...(brake && { brake }),
          // What is written without a notice is a step that another alarm speaks for.
          ...(notice === undefined && { spokenForAt: now }),
        };
  return {
    alarm: {
      ...rest,
      status,
      version: alarm.version + 1,
      ...lasting,
      ...(pausesNow && { brake: { kind: 'due' } }),
      ...(judgement.watch && { watch: judgement.watch }),
      ...(notice === undefined ? toldAt !== undefined && { toldAt } : { announced: status, toldAt: now }),
    },
    ...(notice && { notice }),
  };
}

function noticeDue(
  alarm: Omit<Alarm, 'spokenForAt'> & { readonly spokenForAt: number | undefined },
  { isInhibited, isSending }: Judgement,
  now: number,
): NoticeKind | undefined {
  if (alarm.status === 'ok') return alarm.announced === 'ok' ? undefined : 'resolved';
  if (isInhibited) return undefined;
  // A clock that was set back leaves a stamp ahead of us, which would silence the alarm until then.
  const age = (stamp = now) => Math.abs(now - stamp);
  if (severity[alarm.status] > severity[alarm.announced]) {
    if (alarm.spokenForAt === undefined) return 'raised';
    return isSending && age(alarm.spokenForAt) >= speaksAfter ? 'raised' : undefined;
  }
  return isSending && age(alarm.toldAt) >= reminderAfter ? 'reminder' : undefined;
}

/** Whether a run that did not write the notice should publish it: its writer has failed. Holds where the clock was set back, too. */
export function isOverdue({ retryAt }: Pending, now: number): boolean {
  return now >= retryAt || retryAt - now > publishTime + minute;
}

/**
 * Whether one alarm speaks for another of the same rate: the account's for the same one of its parts; and of one scope the worse for
 * the lesser.
 */
export function speaksFor(
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
