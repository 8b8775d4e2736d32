import { defined } from '../defined.ts';
import type { RecipientEvent } from '../feedback/recipient-event.ts';
import { type Evidence, maxDiagnosticLength, maxEvidence } from './record.ts';

/**
 * Returns the evidence with a new event added, newest first, limited to {@link maxEvidence}.
 *
 * @param isStronger whether the event replaces a copy with a weaker effect
 * @returns the given array if it has the event already, or only newer ones
 */
export function addEvidence(
  evidence: readonly Evidence[],
  event: RecipientEvent,
  isStronger: boolean,
): readonly Evidence[] {
  const others = evidence.filter(({ id }) => id !== event.id);
  if (others.length < evidence.length && !isStronger) return evidence;
  // Stryker disable next-line EqualityOperator: ids are unique, so < and <= are the same
  const newestFirst = [...others, evidenceOf(event)].sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  const kept = newestFirst.slice(0, maxEvidence);
  return kept.some(({ id }) => id === event.id) ? kept : evidence;
}

function evidenceOf(event: RecipientEvent): Evidence {
  const { id, class: class_, rule, fault, row, provider, messageId, channel, at } = event;
  const { subType, status, diagnosticCode, reportedAs, tenant, hadDelivery } = event;
  return {
    id,
    class: class_,
    rule,
    ...defined({ fault, row, provider, tenant, hadDelivery }),
    ...(subType !== undefined && { subType: truncate(subType, 64) }),
    ...(status !== undefined && { status: truncate(status, 16) }),
    ...(diagnosticCode !== undefined && { diagnosticCode: truncate(diagnosticCode, maxDiagnosticLength) }),
    ...(reportedAs !== undefined && { reportedAs: truncate(reportedAs, maxDiagnosticLength) }),
    messageId: truncate(messageId, 128),
    channel,
    at,
  };
}

/** Returns the start of the text. Replaces lone surrogates, whether sent or left by the cut, because DynamoDB does not store them. */
function truncate(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}
