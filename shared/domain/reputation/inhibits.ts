import type { AlarmName } from './alarm-name.ts';
import { type AlarmStatus, isWorse } from './alarm-status.ts';

/** An alarm with its current status. */
export type CurrentAlarm = AlarmName & {
  readonly status: AlarmStatus;
  /** Whether the rate of the newest emails is low again. The alarm then waits for late feedback before it is resolved. */
  readonly isRecovering?: boolean;
};

/**
 * Returns whether an alarm inhibits the notices of another one, because they would report the same incident. Both must be about the same
 * rate. Within a scope, the more severe alarm inhibits the less severe one. Across scopes, an alarm of the account inhibits the alarms of
 * the same rule in all other scopes, however severe those are. While it recovers, it does not inhibit a step up of another scope: that is
 * a new incident.
 *
 * @param isStepUp whether the other alarm gets worse
 */
export function inhibits(inhibitor: CurrentAlarm, other: CurrentAlarm, isStepUp: boolean): boolean {
  // Feedback that is missing is another problem than a rate.
  if ([inhibitor.rule, other.rule].includes('missing-feedback')) return false;
  if (inhibitor.metric === undefined || inhibitor.metric !== other.metric || inhibitor.status === 'ok') return false;
  if (inhibitor.scope === other.scope) return isWorse(inhibitor.status, other.status);
  return inhibitor.scope === 'account' && inhibitor.rule === other.rule && !(isStepUp && inhibitor.isRecovering);
}
