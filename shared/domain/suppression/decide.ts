import { day } from '../durations.ts';
import { shortHash } from '../feedback/event-id.ts';
import type { Metric, Reason, RecipientEvent } from '../feedback/recipient-event.ts';
import type { Policy } from '../policy/policy.ts';
import {
  type Cause,
  countingHorizon,
  derive,
  type Evidence,
  emptyRecord,
  idRetention,
  isExpired,
  maxAddressVariants,
  maxDiagnosticLength,
  maxEvidence,
  maxSeen,
  type Seen,
  type SuppressionRecord,
} from './record.ts';
import { addStrike, softBounceCause } from './strikes.ts';

/** One to be added to a counter. */
export type Count = {
  readonly metric: Metric;
  readonly scope: string;
  readonly sentAt: number;
  /** Counted with the account, for the share of each cause. */
  readonly contributors?: readonly string[];
};

/** What one event makes of a record. */
export type Decision = {
  /** The very record given, where the event changes nothing. `undefined`: there was none, and none is needed. */
  readonly record: SuppressionRecord | undefined;
  readonly counts: readonly Count[];
  /** Whether the event tells something that was not known. A richer copy of a known one may still be counted. */
  readonly isNew: boolean;
};

/**
 * What one event makes of a record. Pure, and the place where duplicates end: an event the record remembers changes nothing,
 * except that a copy from the richer channel is counted in the scopes the first one did not know, and that another spelling of the
 * address is kept. Events may come in any order; the record they leave is the same.
 */
export function decide(
  held: SuppressionRecord | undefined,
  event: RecipientEvent,
  policy: Policy,
  now: number,
): Decision {
  if (event.effect === 'none') return { record: held, counts: [], isNew: true };
  const record = held === undefined || isExpired(held, now) ? undefined : held;
  const before = record ?? emptyRecord(event.address);
  const isFresh = event.sentAt > now - countingHorizon;
  const known = before.seen[event.id] ?? before.overflow[event.id];
  const { seen, counts } = isFresh ? count(event, known) : { seen: known, counts: [] };
  // Stryker disable next-line ConditionalExpression: where the first is true so is the second, but the type checker cannot know
  const remembered = seen === undefined || seen === known ? before : remember(before, event.id, seen, now);
  const after =
    known === undefined
      ? apply(remembered, event, policy, isFresh)
      : withAddressVariant(remembered, event.originalAddress);
  if (after === record) return { record: held, counts: [], isNew: false };
  const derived = derive(after, policy);
  // Feedback so old that what it says has ended, at SES as well: a record of it would be written anew by every delivery.
  if (isExpired(derived, now)) return { record: held, counts: [], isNew: true };
  return { record: derived, counts, isNew: known === undefined };
}

/** Counts the event where no copy of it has been counted yet. */
function count(event: RecipientEvent, known: Seen | undefined): { seen: Seen; counts: readonly Count[] } {
  const { metric, sentAt } = event;
  const already = known?.scopes ?? [];
  // What was not to be counted then (the policy may have changed since) is not to be counted now.
  const isCounted = metric !== null && (known === undefined || already.length > 0);
  if (!isCounted) return { seen: known ?? { sentAt, scopes: [] }, counts: [] };
  const added = event.scopes.filter((scope) => !already.includes(scopeHash(scope)));
  if (known !== undefined && added.length === 0) return { seen: known, counts: [] };
  return {
    seen: { sentAt, scopes: [...already, ...added.map(scopeHash)] },
    counts: added.map((scope) => ({ metric, scope, sentAt, ...(scope === 'account' && causesOf(event)) })),
  };
}

/** Only what makes a rate go bad has causes. */
function causesOf({ metric, contributors }: RecipientEvent): Pick<Count, 'contributors'> {
  return metric === 'hard' || metric === 'complaints' ? { contributors } : {};
}

const scopeHashes = new Map<string, string>();

/** 30 bits: enough to tell the eight scopes of one event apart. Kept, as the same few scopes come again and again. */
function scopeHash(scope: string): string {
  const hash = scopeHashes.get(scope) ?? shortHash(scope, 5);
  // Stryker disable next-line all: it bounds the memory, not the result
  if (scopeHashes.size >= 1000) scopeHashes.clear();
  scopeHashes.set(scope, hash);
  return hash;
}

function remember(record: SuppressionRecord, id: string, seen: Seen, now: number): SuppressionRecord {
  const newestSentAt = Math.max(record.newestSentAt, seen.sentAt);
  const alive = Object.fromEntries(Object.entries(record.seen).filter(([, { sentAt }]) => sentAt > now - idRetention));
  const isSpilled = record.overflow[id] !== undefined;
  if (!isSpilled && (alive[id] !== undefined || Object.keys(alive).length < maxSeen)) {
    return { ...record, newestSentAt, seen: { ...alive, [id]: seen } };
  }
  const overflowUntil = Math.max(record.overflowUntil ?? 0, seen.sentAt + idRetention);
  return { ...record, newestSentAt, seen: alive, overflow: { ...record.overflow, [id]: seen }, overflowUntil };
}

/** SES's list is case-exact, and the two channels may write an address differently: a known event's copy can tell as much. */
export function withAddressVariant(record: SuppressionRecord, spelling: string): SuppressionRecord {
  const addressVariants = addSpelling(record, spelling);
  return addressVariants === record.addressVariants ? record : { ...record, addressVariants };
}

/** What a new event adds beside its id. Returns the record itself where that is nothing, as with feedback long since known. */
function apply(record: SuppressionRecord, event: RecipientEvent, policy: Policy, isFresh: boolean): SuppressionRecord {
  const evidence = addEvidence(record.evidence, event);
  const addressVariants = addSpelling(record, event.originalAddress);
  const isNews = record.released === undefined || event.at > record.released.at;
  const strikes =
    event.effect === 'strike' && isFresh && isNews && event.at > (record.deliveredAt ?? 0)
      ? addStrike(record.strikes, event.at, policy.soft)
      : record.strikes;
  const causes = isNews ? addCause(record.causes, causeOf(event, strikes, policy)) : record.causes;
  const prevented = record.prevented + (event.class === 'prevented' && isFresh ? 1 : 0);
  const isSame =
    evidence === record.evidence &&
    addressVariants === record.addressVariants &&
    strikes === record.strikes &&
    causes === record.causes &&
    prevented === record.prevented;
  if (isSame) return record;
  const newestSentAt = Math.max(record.newestSentAt, event.sentAt);
  return { ...record, evidence, addressVariants, strikes, causes, prevented, newestSentAt };
}

/** The reason to suppress that this event is, or that the strikes have become with it. */
function causeOf(event: RecipientEvent, strikes: readonly number[], policy: Policy): { [reason in Reason]?: Cause } {
  const once = { since: event.at, last: event.at };
  const ends = event.maxDurationMs === undefined ? {} : { until: event.at + event.maxDurationMs };
  switch (event.class) {
    case 'hard':
      return { hard: { ...once, ...ends } };
    case 'complaint':
      return { complaint: { ...once, ...ends, ...(event.suspected && { suspected: true as const }) } };
    case 'policy-block':
      return { 'policy-block': { ...once, until: event.at + policy.policyBlockDays * day, ...ends } };
    case 'prevented':
    case 'listed':
      return { 'ses-list': { ...once, ...ends } };
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
    // Stryker disable next-line ConditionalExpression: never reached; it makes the type checker ask for new classes
    default:
      return event.class satisfies never;
  }
}

/** Merges by first and last stamp and latest end: any order gives the same. */
function addCause(
  causes: SuppressionRecord['causes'],
  added: SuppressionRecord['causes'],
): SuppressionRecord['causes'] {
  const [entry] = Object.entries(added) as [Reason, Cause][];
  if (entry === undefined) return causes;
  const [reason, cause] = entry;
  const held = causes[reason];
  if (held === undefined) return { ...causes, [reason]: cause };
  const until = held.until === undefined || cause.until === undefined ? undefined : Math.max(held.until, cause.until);
  const merged: Cause = {
    since: Math.min(held.since, cause.since),
    last: Math.max(held.last, cause.last),
    ...(until !== undefined && { until }),
    ...(held.suspected && cause.suspected && { suspected: true as const }),
  };
  const isSame =
    merged.since === held.since &&
    merged.last === held.last &&
    merged.until === held.until &&
    merged.suspected === held.suspected;
  return isSame ? causes : { ...causes, [reason]: merged };
}

function addEvidence(evidence: readonly Evidence[], event: RecipientEvent): readonly Evidence[] {
  if (evidence.some(({ id }) => id === event.id)) return evidence;
  // Stryker disable next-line EqualityOperator: no two have one id, so < and <= are the same
  const newestFirst = [...evidence, evidenceOf(event)].sort((a, b) => b.at - a.at || (a.id < b.id ? -1 : 1));
  const kept = newestFirst.slice(0, maxEvidence);
  return kept.some(({ id }) => id === event.id) ? kept : evidence;
}

function evidenceOf(event: RecipientEvent): Evidence {
  const { id, class: class_, rule, subType, status, diagnosticCode, messageId, channel, at } = event;
  return {
    id,
    class: class_,
    rule,
    ...(subType !== undefined && { subType: cut(subType, 64) }),
    ...(status !== undefined && { status: cut(status, 16) }),
    ...(diagnosticCode !== undefined && { diagnosticCode: cut(diagnosticCode, maxDiagnosticLength) }),
    messageId: cut(messageId, 128),
    channel,
    at,
  };
}

/** Half a character, cut or sent, is nothing DynamoDB would store. */
function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}

function addSpelling({ addressVariants, address }: SuppressionRecord, spelling: string): readonly string[] {
  if (spelling === address || addressVariants.includes(spelling)) return addressVariants;
  const kept = [...addressVariants, spelling].sort().slice(0, maxAddressVariants);
  return kept.includes(spelling) ? kept : addressVariants;
}
