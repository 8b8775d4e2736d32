import { defined } from '../defined.ts';
import { minute } from '../durations.ts';
import { formatTimestamp } from '../timestamp.ts';
import { noticeId } from './alarm-name.ts';
import { sendingEntityOf } from './entity-status.ts';
import type { EvaluatedAlarm } from './evaluate-scope.ts';
import type { Notice } from './notice.ts';
import { actionsFor, commandFor, type StackLocation } from './notice-actions.ts';
import { incidentId } from './provider-incident.ts';
import { withIntervals, worsePeak } from './rolling-rates.ts';
import type { Contributor } from './top-contributors.ts';

type NoticeOptions = {
  /** The open findings of SES about the tenant of the alarm. */
  readonly findings?: readonly string[];
  readonly contributors: readonly Contributor[];
  readonly now: number;
  /** For the commands in the notice. */
  readonly location: StackLocation;
};

/** Builds the notice about the change of an alarm, or returns `undefined` if the change needs none. */
export function buildNotice(
  { name, before, figures, change, result }: EvaluatedAlarm,
  { contributors, findings = [], now, location }: NoticeOptions,
): Notice | undefined {
  if (change?.notice === undefined) return undefined;
  const { alarm, notice: kind } = change;
  const { elevatedSince, rates, ...otherFigures } = figures;
  const since = before.since ?? now;
  const startOfRise = elevatedSince === undefined ? undefined : formatTimestamp(elevatedSince);
  const outage = figures.providerOutage && { incident: incidentId(since) };
  const actions = actionsFor(name, { status: alarm.status, elevatedSince: startOfRise, outage }, location);
  return {
    ...name,
    id: noticeId(name, alarm.version),
    kind,
    from: before.announced,
    to: alarm.status,
    at: formatTimestamp(now),
    since: formatTimestamp(since),
    ...otherFigures,
    ...(findings.length > 0 && { ses: { ...otherFigures.ses, findings } }),
    ...(rates && { rates: withIntervals(rates) }),
    ...defined({ elevatedSince: startOfRise }),
    contributors,
    ...(kind === 'resolved' && {
      // After the clock was set back, `since` can be in the future.
      durationMinutes: Math.max(0, Math.round((now - since) / minute)),
      ...defined({ peak: worsePeak(before.peak, result.peak) }),
    }),
    ...(alarm.autoPause?.kind === 'due' && pausedFields(name.scope)),
    ...(kind === 'resolved' && before.autoPause?.kind === 'done' && resumedFields(name.scope)),
    command: commandFor(name, figures, location),
    ...(actions.length > 0 && { actions }),
  };
}

function pausedFields(scope: string): Pick<Notice, 'pausedConfigurationSet' | 'pausedTenant'> {
  const { kind, name } = sendingEntityOf(scope) ?? {};
  return defined(kind === 'tenant' ? { pausedTenant: name } : { pausedConfigurationSet: name });
}

function resumedFields(scope: string): Pick<Notice, 'resumedConfigurationSet' | 'resumedTenant'> {
  const { kind, name } = sendingEntityOf(scope) ?? {};
  return defined(kind === 'tenant' ? { resumedTenant: name } : { resumedConfigurationSet: name });
}
