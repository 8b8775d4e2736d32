import { hour } from '../durations.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { EvaluatedAlarm } from './evaluate-scope.ts';

/** An outage of a mailbox provider, as the rule `provider-outage` has seen it. Times are in epoch milliseconds. */
export type ProviderIncident = {
  /** The hour in which it began: `2026-11-20T11`. */
  readonly id: string;
  /** As its servers are named: `google`. */
  readonly provider: string;
  /** From when on addresses may have been suppressed because of it. */
  readonly from: number;
  /** Missing while it lasts. */
  readonly to?: number;
  /** The most bounces of two hours. */
  readonly bounces: number;
};

/** Returns when the first emails of an outage may have bounced: its alarm counts those of its hour and the one before. */
export function startOfIncident(raisedAt: number): number {
  return Math.floor(raisedAt / hour) * hour - hour;
}

/** Returns the id of the incident that an alarm was raised for. */
export function incidentId(raisedAt: number): string {
  return formatTimestamp(startOfIncident(raisedAt)).slice(0, 13);
}

/** Returns the incident that an evaluated alarm is about, as it is now, or `undefined` if it is about none. */
export function incidentOf(
  { name, before, change, figures: { providerOutage } }: EvaluatedAlarm,
  now: number,
): ProviderIncident | undefined {
  const status = (change?.alarm ?? before).status;
  const isOver = status === 'ok' && before.status !== 'ok';
  if (name.rule !== 'provider-outage' || providerOutage === undefined || (status === 'ok' && !isOver)) return undefined;
  const raisedAt = before.since ?? change?.alarm.since ?? now;
  return {
    id: incidentId(raisedAt),
    provider: providerOutage.provider,
    from: startOfIncident(raisedAt),
    ...(isOver && { to: now }),
    bounces: providerOutage.bounces,
  };
}
