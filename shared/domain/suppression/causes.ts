import { defined } from '../defined.ts';
import { day } from '../durations.ts';
import type { Reason, RecipientEvent } from '../feedback/recipient-event.ts';
import type { Policy } from '../policy/policy.ts';
import type { Cause, SuppressionRecord } from './record.ts';
import { softBounceCause } from './strikes.ts';

/** Returns the cause that a new event adds to a record, or none. For a soft bounce, that is what the strikes amount to with it. */
export function causeOf(
  event: RecipientEvent,
  strikes: readonly number[],
  policy: Policy,
): SuppressionRecord['causes'] {
  const once = { since: event.at, last: event.at };
  const end = event.maxDurationMs === undefined ? {} : { until: event.at + event.maxDurationMs };
  switch (event.class) {
    case 'hard':
      return { hard: { ...once, ...end } };
    case 'complaint':
      return { complaint: { ...once, ...end, ...(event.suspected && { suspected: true as const }) } };
    case 'policy-block':
      return { 'policy-block': { ...once, until: event.at + policy.policyBlockDays * day, ...end } };
    case 'prevented':
    case 'listed':
      return { 'ses-list': { ...once, ...end } };
    case 'soft': {
      const soft = softBounceCause(strikes, policy.soft);
      if (soft === undefined) return {};
      return {
        soft: { ...soft, ...(event.maxDurationMs !== undefined && { until: soft.last + event.maxDurationMs }) },
      };
    }
    case 'message-fault':
    case 'unsubscribed':
    case 'not-spam':
      return {};
    // Stryker disable next-line ConditionalExpression: never reached; it makes the type checker find missing classes
    default:
      return event.class satisfies never;
  }
}

/**
 * Returns the causes with at most one more merged in. Keeps the earliest start, the latest event and the latest end, so the order of events
 * does not matter.
 *
 * @returns the given object if nothing changes
 */
export function addCause(
  causes: SuppressionRecord['causes'],
  added: SuppressionRecord['causes'],
): SuppressionRecord['causes'] {
  const [entry] = Object.entries(added) as [Reason, Cause][];
  if (entry === undefined) return causes;
  const [reason, cause] = entry;
  const before = causes[reason];
  if (before === undefined) return { ...causes, [reason]: cause };
  const until =
    before.until === undefined || cause.until === undefined ? undefined : Math.max(before.until, cause.until);
  const merged: Cause = {
    since: Math.min(before.since, cause.since),
    last: Math.max(before.last, cause.last),
    ...defined({ until }),
    ...(before.suspected && cause.suspected && { suspected: true as const }),
  };
  const isUnchanged =
    merged.since === before.since &&
    merged.last === before.last &&
    merged.until === before.until &&
    merged.suspected === before.suspected;
  return isUnchanged ? causes : { ...causes, [reason]: merged };
}
