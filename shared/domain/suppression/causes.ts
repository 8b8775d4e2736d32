import { defined } from '../defined.ts';
import { day } from '../durations.ts';
import { isSimulator } from '../feedback/mailbox-simulator.ts';
import type { Reason, RecipientEvent } from '../feedback/recipient-event.ts';
import type { Policy } from '../policy/policy.ts';
import type { Cause, SuppressionRecord } from './record.ts';
import { strikeCause } from './strikes.ts';

/** Returns the causes that a new event adds to a record. For a soft bounce, that is what the strikes amount to with it. */
export function causesOf(
  event: RecipientEvent,
  // Stryker disable next-line ArrayDeclaration: a text is no day
  { strikes, domainStrikes = [] }: Pick<SuppressionRecord, 'strikes' | 'domainStrikes'>,
  policy: Pick<Policy, 'policyBlockDays' | 'soft'>,
): SuppressionRecord['causes'] {
  if (event.effect === 'watch') return {};
  const once = { since: event.at, last: event.at };
  const end = event.maxDurationMs === undefined ? {} : { until: event.at + event.maxDurationMs };
  switch (event.class) {
    case 'hard':
      return { hard: { ...once, ...end } };
    case 'message-fault':
      return { 'policy-block': { ...once, ...end } };
    case 'complaint':
      return { complaint: { ...once, ...end, ...(event.suspected && { suspected: true as const }) } };
    case 'policy-block':
      return { 'policy-block': { ...once, until: event.at + policy.policyBlockDays * day, ...end } };
    case 'prevented':
    case 'listed':
      return { 'ses-list': { ...once, ...end } };
    case 'soft': {
      const soft = strikeCause(strikes, domainStrikes, policy.soft);
      // SES has listed the address if it calls the bounce permanent, as it does after a block of the sender.
      const block = event.effect === 'suppress' ? { ...once, ...end } : undefined;
      const maxDurationMs = block === undefined ? event.maxDurationMs : undefined;
      return defined({
        soft: soft && { ...soft, ...(maxDurationMs !== undefined && { until: soft.last + maxDurationMs }) },
        'policy-block': block,
      });
    }
    case 'unsubscribed':
    case 'not-spam':
      return {};
    // Stryker disable next-line ConditionalExpression: never reached; it makes the type checker find missing classes
    default:
      return event.class satisfies never;
  }
}

/**
 * Returns the causes with others merged in. Keeps the earliest start, the latest event and the latest end, so the order of events
 * does not matter.
 *
 * @returns the given object if nothing changes
 */
export function addCauses(
  causes: SuppressionRecord['causes'],
  added: SuppressionRecord['causes'],
): SuppressionRecord['causes'] {
  return (Object.entries(added) as [Reason, Cause][]).reduce(addCause, causes);
}

function addCause(causes: SuppressionRecord['causes'], [reason, cause]: [Reason, Cause]): SuppressionRecord['causes'] {
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

/**
 * Returns the causes with a permanent suppression if hard bounces lie further apart than the first one suppressed: the mailbox was tried again
 * and still does not exist. The mailbox simulator is never suppressed permanently.
 */
export function withSecondHardBounce(
  causes: SuppressionRecord['causes'],
  { address }: Pick<RecipientEvent, 'address'>,
  { hard: { firstDays } }: Pick<Policy, 'hard'>,
): SuppressionRecord['causes'] {
  const { hard } = causes;
  if (hard?.until === undefined || firstDays === 0 || isSimulator(address)) return causes;
  const { until: _, ...permanent } = hard;
  return hard.last - hard.since >= firstDays * day ? { ...causes, hard: permanent } : causes;
}
