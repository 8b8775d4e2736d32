import { defined } from '../defined.ts';
import { minute } from '../durations.ts';
import { formatTimestamp } from '../timestamp.ts';
import { noticeId } from './alarm-name.ts';
import type { EvaluatedAlarm } from './evaluate-scope.ts';
import type { Notice } from './notice.ts';
import { actionsFor, commandFor, type StackLocation } from './notice-actions.ts';
import { withIntervals, worsePeak } from './rolling-rates.ts';
import type { Contributor } from './top-contributors.ts';

type NoticeOptions = {
  readonly contributors: readonly Contributor[];
  readonly now: number;
  /** For the commands in the notice. */
  readonly location: StackLocation;
};

/** Builds the notice about the change of an alarm, or returns `undefined` if the change needs none. */
export function buildNotice(
  { name, before, figures, change, result }: EvaluatedAlarm,
  { contributors, now, location }: NoticeOptions,
): Notice | undefined {
  if (change?.notice === undefined) return undefined;
  const { alarm, notice: kind } = change;
  const { elevatedSince, rates, ...otherFigures } = figures;
  const since = before.since ?? now;
  const startOfRise = elevatedSince === undefined ? undefined : formatTimestamp(elevatedSince);
  const actions = actionsFor(name, { status: alarm.status, elevatedSince: startOfRise }, location);
  const configurationSet = name.scope.slice('configuration-set:'.length);
  return {
    ...name,
    id: noticeId(name, alarm.version),
    kind,
    from: before.announced,
    to: alarm.status,
    at: formatTimestamp(now),
    since: formatTimestamp(since),
    ...otherFigures,
    ...(rates && { rates: withIntervals(rates) }),
    ...defined({ elevatedSince: startOfRise }),
    contributors,
    ...(kind === 'resolved' && {
      // After the clock was set back, `since` can be in the future.
      durationMinutes: Math.max(0, Math.round((now - since) / minute)),
      ...defined({ peak: worsePeak(before.peak, result.peak) }),
    }),
    ...(alarm.autoPause?.kind === 'due' && { pausedConfigurationSet: configurationSet }),
    ...(kind === 'resolved' && before.autoPause?.kind === 'done' && { resumedConfigurationSet: configurationSet }),
    command: commandFor(name, figures, location),
    ...(actions.length > 0 && { actions }),
  };
}
