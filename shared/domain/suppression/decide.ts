import { defined } from '../defined.ts';
import { day } from '../durations.ts';
import type { Metric, RecipientEvent } from '../feedback/recipient-event.ts';
import type { SenderFault } from '../reputation/sender-faults.ts';
import { countingHorizonMs, idRetentionMs } from '../retention.ts';
import { shortHash } from '../short-hash.ts';
import { withAddressVariant } from './address-variants.ts';
import { addCauses, causesOf, withSecondHardBounce } from './causes.ts';
import { derive } from './derive.ts';
import { addEvidence } from './evidence.ts';
import type { ListPolicy } from './list-policy.ts';
import { emptyRecord, isExpired, maxSeen, type Seen, type SuppressionRecord } from './record.ts';
import { addDomainStrike, addStrike } from './strikes.ts';

/** One event to add to a counter. */
export type Count = {
  /** The counter. */
  readonly metric: Metric;
  /** The scope that the event is counted in: `account`, `identity:example.com`. */
  readonly scope: string;
  /** When SES accepted the email, epoch milliseconds. Events are counted at this time. */
  readonly sentAt: number;
  /** What the event may have in common with others, counted with the account to find the top contributors to a rate. */
  readonly contributors?: readonly string[];
  /** The sender's fault that the event shows, counted with the account. */
  readonly senderFault?: SenderFault;
  /** Whether the address that bounced is a known one, counted with the account. Missing without the memory of deliveries. */
  readonly knownBounce?: KnownBounce;
};

/** A hard bounce of an address of which is known whether it had email before. */
export type KnownBounce = {
  /** Whether an email was delivered to the address lately. */
  readonly hadDelivery: boolean;
  /** The provider that answered, such as `google`, or `other`. */
  readonly provider: string;
  /** When the bounce arrived, epoch milliseconds. */
  readonly at: number;
};

/** What one event changes. */
export type Decision = {
  /** The record to write. It is the given object if the event changes nothing, and `undefined` if no record is needed. */
  readonly record: SuppressionRecord | undefined;
  /** What to add to the counters, in the same transaction as the record. Empty if the event does not count. */
  readonly counts: readonly Count[];
  /** Whether no copy of the event was known. A known event can still have counts, if the copy names more scopes. */
  readonly isNew: boolean;
};

/**
 * Decides what one event changes: the record of its address and the counts. Pure.
 *
 * Duplicates end here: an event that the record remembers changes nothing, with two exceptions. A copy that names more scopes is counted in
 * these scopes, and a new variant of the address is added. The order of events does not change the resulting record.
 *
 * @param stored the current record, or `undefined` if there is none
 * @param now epoch milliseconds
 * @example
 * for (const recipientEvent of classify(event, defaultPolicy)) {
 *   const { record, counts } = decide(undefined, recipientEvent, defaultPolicy, Date.now());
 * }
 */
export function decide(
  stored: SuppressionRecord | undefined,
  event: RecipientEvent,
  policy: ListPolicy,
  now: number,
): Decision {
  if (event.effect === 'none') return { record: stored, counts: [], isNew: true };
  const record = stored === undefined || isExpired(stored, now) ? undefined : stored;
  const before = record ?? emptyRecord(event.address);
  const isRecent = event.sentAt > now - countingHorizonMs;
  const known = before.seen[event.id] ?? before.overflow[event.id];
  const { seen, counts } = isRecent ? count(event, known) : { seen: known, counts: [] };
  // Stryker disable next-line ConditionalExpression: the second condition includes the first, but the type checker needs both
  const remembered = seen === undefined || seen === known ? before : remember(before, event.id, seen, now);
  const after = takesEffect(event, known)
    ? applyEvent(remembered, event, policy, { isRecent, isStronger: known !== undefined, now })
    : withAddressVariant(remembered, event.originalAddress);
  if (after === record) return { record: stored, counts: [], isNew: false };
  const derived = derive(after, policy);
  // The feedback is so old that its effect has ended, at SES too. A record of it would be written again with each delivery.
  if (isExpired(derived, now)) return { record: stored, counts: [], isNew: true };
  return { record: derived, counts, isNew: known === undefined };
}

/** Returns the counts of the scopes in which no copy of the event was counted yet, and what to remember of it. */
function count(event: RecipientEvent, known: Seen | undefined): { seen: Seen; counts: readonly Count[] } {
  const { metric, sentAt } = event;
  const countedScopes = known?.scopes ?? [];
  // If the first copy was not counted, no other copy is, even if the policy has changed since.
  const isCounted = metric !== null && (known === undefined || countedScopes.length > 0);
  const added = isCounted ? event.scopes.filter((scope) => !countedScopes.includes(scopeHash(scope))) : [];
  const isOnlyWatched = event.effect === 'watch' && (known === undefined || known.isOnlyWatched === true);
  if (known !== undefined && added.length === 0 && isOnlyWatched === (known.isOnlyWatched ?? false))
    return { seen: known, counts: [] };
  return {
    seen: {
      sentAt,
      scopes: [...countedScopes, ...added.map(scopeHash)],
      ...(isOnlyWatched && { isOnlyWatched }),
    },
    counts: countsOf(event, added),
  };
}

/** Returns whether the event does more than the copies of it that are known. */
function takesEffect({ effect }: RecipientEvent, known: Seen | undefined): boolean {
  return known === undefined || (known.isOnlyWatched === true && effect !== 'watch');
}

/** Returns one count for each of the scopes; for all scopes of the event, these are the most that {@link decide} can return for it. */
export function countsOf(event: RecipientEvent, scopes: readonly string[] = event.scopes): readonly Count[] {
  const { metric, sentAt } = event;
  if (metric === null) return [];
  return scopes.map((scope) => ({
    metric,
    scope,
    sentAt,
    ...(scope === 'account' && {
      ...contributorsOf(event),
      ...defined({ senderFault: senderFaultOf(event), knownBounce: knownBounceOf(event) }),
    }),
  }));
}

/** Returns the contributors of an event that raises the bounce rate or the complaint rate. */
function contributorsOf({ metric, contributors }: RecipientEvent): Pick<Count, 'contributors'> {
  return metric === 'hard' || metric === 'complaints' ? { contributors } : {};
}

/** Returns the fault that a notice to the sender counts, or `undefined` if the sender has nothing to repair. */
function senderFaultOf({ faultCause, provider, sentFrom, at }: RecipientEvent): SenderFault | undefined {
  if (faultCause === undefined || faultCause === 'no-domain') return undefined;
  return { cause: faultCause, provider: provider ?? 'other', at, ...defined({ sentFrom }) };
}

function knownBounceOf({ metric, hadDelivery, provider = 'other', at }: RecipientEvent): KnownBounce | undefined {
  return metric === 'hard' && hadDelivery !== undefined ? { hadDelivery, provider, at } : undefined;
}

const scopeHashes = new Map<string, string>();

/** Returns 30 bits, enough to distinguish the eight scopes of one event. Cached, because the same few scopes occur again and again. */
export function scopeHash(scope: string): string {
  const hash = scopeHashes.get(scope) ?? shortHash(scope, 5);
  // Stryker disable next-line all: it limits the memory and does not change the result
  if (scopeHashes.size >= 1000) scopeHashes.clear();
  scopeHashes.set(scope, hash);
  return hash;
}

/** Returns the record with the event id added, in the record itself or in its overflow, and expired ids removed. */
function remember(record: SuppressionRecord, id: string, seen: Seen, now: number): SuppressionRecord {
  const newestSentAt = Math.max(record.newestSentAt, seen.sentAt);
  const unexpired = Object.fromEntries(
    Object.entries(record.seen).filter(([, { sentAt }]) => sentAt > now - idRetentionMs),
  );
  const isInOverflow = record.overflow[id] !== undefined;
  if (!isInOverflow && (unexpired[id] !== undefined || Object.keys(unexpired).length < maxSeen)) {
    return { ...record, newestSentAt, seen: { ...unexpired, [id]: seen } };
  }
  const overflowUntil = Math.max(record.overflowUntil ?? 0, seen.sentAt + idRetentionMs);
  return { ...record, newestSentAt, seen: unexpired, overflow: { ...record.overflow, [id]: seen }, overflowUntil };
}

/** Returns the record with everything but the id of a new event. It is the given object if the event adds nothing, as old feedback may. */
function applyEvent(
  record: SuppressionRecord,
  event: RecipientEvent,
  policy: ListPolicy,
  { isRecent, isStronger, now }: { isRecent: boolean; isStronger: boolean; now: number },
): SuppressionRecord {
  if (event.effect === 'count') return record;
  const evidence = addEvidence(record.evidence, event, isStronger);
  const { addressVariants } = withAddressVariant(record, event.originalAddress);
  const isAfterRelease = record.released === undefined || event.at > record.released.at;
  const isNewStrike = isStrike(event) && isRecent && isAfterRelease && mayStrike(record, event.at, policy, now);
  const strikes = isNewStrike ? addStrike(record.strikes, event.at, policy.soft) : record.strikes;
  const domainStrikes =
    isNewStrike && event.faultCause === 'no-domain'
      ? addDomainStrike(record.domainStrikes ?? [], event.at)
      : record.domainStrikes;
  const mayCause = isAfterRelease && !event.isUnaddressed;
  const causes = mayCause
    ? withSecondHardBounce(
        addCauses(record.causes, causesOf(event, defined({ strikes, domainStrikes }), policy)),
        event,
        policy,
      )
    : record.causes;
  const prevented = record.prevented + (event.class === 'prevented' && isRecent ? 1 : 0);
  const isUnchanged =
    evidence === record.evidence &&
    addressVariants === record.addressVariants &&
    strikes === record.strikes &&
    causes === record.causes &&
    prevented === record.prevented;
  if (isUnchanged) return record;
  const newestSentAt = Math.max(record.newestSentAt, event.sentAt);
  const added = { evidence, addressVariants, strikes, causes, prevented, newestSentAt };
  return { ...record, ...added, ...defined({ domainStrikes }) };
}

/** Returns whether the event counts as a strike, if it is in time. A temporary failure that SES calls permanent does as well. */
export function isStrike({ effect, class: class_ }: RecipientEvent): boolean {
  return effect === 'strike' || (effect === 'suppress' && class_ === 'soft');
}

/**
 * Deliveries are remembered only where there are strikes, because there are a hundred times as many. A soft bounce that is processed late, as
 * after a redrive, may have been followed by a delivery that nobody remembers, so it is no strike.
 */
const maxStrikeDelayMs: number = day;

function mayStrike({ deliveredAt = 0 }: SuppressionRecord, at: number, { soft }: ListPolicy, now: number): boolean {
  if (at <= deliveredAt) return false;
  return !soft.endedByDelivery || now - at <= maxStrikeDelayMs;
}
