import type { AddressKey } from '../address.ts';
import { day } from '../durations.ts';
import { type Reason, type RecipientEvent, reasons } from '../feedback/recipient-event.ts';
import type { Policy } from '../policy/policy.ts';
import { explainedUntil, type PendingSync, pendingSyncOf, type SyncState } from './account-list-state.ts';
import { strikeMemory } from './strikes.ts';

/** Feedback on older mail suppresses, but is counted no more. SNS retries for 23 days, a queue keeps 14. */
export const countingHorizon: number = 30 * day;

/** How long an id is remembered: the horizon, and a day for clocks that disagree. */
export const idRetention: number = 31 * day;

/** Bounds on what a record keeps, so that no flood of feedback on one address outgrows an item. */
export const maxEvidence = 10;
/** Event ids; further ones are items of their own. */
export const maxSeen = 64;
/** Of an address, as SES has written it. */
export const maxAddressVariants = 10;
/** Characters of what a receiving server said. */
export const maxDiagnosticLength = 256;

/**
 * One reason to suppress. Merged from any number of events in any order: first and last stamp, longest end. What somebody says by hand is
 * not merged: the last word counts. See {@link suppress}.
 */
export type Cause = {
  /** Event times, epoch milliseconds. */
  readonly since: number;
  readonly last: number;
  /** When it ends; missing: never. */
  readonly until?: number;
  /** Every complaint so far named several recipients. */
  readonly suspected?: true;
  /** By hand alone: since when it was to last for ever. Kept where it has got an end after that, as SES may have been told. */
  readonly permanentSince?: number;
};

export type Evidence = Pick<
  RecipientEvent,
  'id' | 'class' | 'rule' | 'subType' | 'status' | 'diagnosticCode' | 'messageId' | 'channel' | 'at'
>;

/** What is remembered of an event, so that its next copy changes nothing. */
export type Seen = {
  readonly sentAt: number;
  /** Where it was counted, as short hashes: the identity channel's copy knows no tags, and the richer one may come later. */
  readonly scopes: readonly string[];
};

/** All we hold of one address. Times in epoch milliseconds. */
export type SuppressionRecord = {
  readonly address: AddressKey;
  /** `suppressed` until `until`; `watched`: soft bounces only; `released`: an operator let it go. Derived from the rest. */
  readonly status: 'suppressed' | 'watched' | 'released';
  readonly reason?: Reason;
  readonly since?: number;
  readonly until?: number;
  readonly causes: { readonly [reason in Reason]?: Cause };
  /** Newest {@link maxEvidence}, newest first. */
  readonly evidence: readonly Evidence[];
  /** By event id. At most {@link maxSeen}: further ones are `overflow`. */
  readonly seen: Readonly<Record<string, Seen>>;
  /** Ids beyond {@link maxSeen}, each stored as an item of its own; in memory only those that the events at hand may meet. */
  readonly overflow: Readonly<Record<string, Seen>>;
  /** Until when `overflow` may matter; missing: there is none. */
  readonly overflowUntil?: number;
  /** Event times of soft bounces that count against the address, oldest first. */
  readonly strikes: readonly number[];
  /** A mail was delivered: soft bounces up to then are no strikes. */
  readonly deliveredAt?: number;
  /** How SES wrote it, where that is not the key. */
  readonly addressVariants: readonly string[];
  /** Sends SES did not even try. */
  readonly prevented: number;
  /** Feedback up to `at` never suppresses again. */
  readonly released?: { readonly at: number; readonly by: string; readonly note: string };
  /** Who suppressed it by hand last, and why; missing: nobody, or it has been released since. */
  readonly suppressedManually?: { readonly at: number; readonly by: string; readonly note: string };
  /** What SES's own lists were told of it, by Region; missing: nothing yet. */
  readonly syncStates?: Readonly<Record<string, SyncState>>;
  /** What they still have to be told; missing: nothing. Derived from the rest. */
  readonly pendingSync?: PendingSync;
  /** The newest mail we had feedback on. */
  readonly newestSentAt: number;
  /** When the record may be deleted; missing: never. */
  readonly expiresAt?: number;
};

export function emptyRecord(address: AddressKey): SuppressionRecord {
  return {
    address,
    // Stryker disable next-line StringLiteral: derived from the rest before anybody reads it
    status: 'watched',
    causes: {},
    evidence: [],
    seen: {},
    overflow: {},
    strikes: [],
    addressVariants: [],
    prevented: 0,
    newestSentAt: 0,
  };
}

/** Whether the address must not be mailed at this moment. Expired records can linger, so every reader asks this. */
export function isSuppressedAt(record: Pick<SuppressionRecord, 'status' | 'until'> | undefined, now: number): boolean {
  return record?.status === 'suppressed' && (record.until === undefined || record.until > now);
}

/** Whether the record says nothing any more, whether or not DynamoDB has come round to deleting it. */
export function isExpired({ expiresAt }: SuppressionRecord, now: number): boolean {
  return (expiresAt ?? Number.POSITIVE_INFINITY) <= now;
}

/**
 * Works out status, reason and times from the causes, and what SES's list has to be told. Does not look at the clock, so the order of
 * events leaves no trace.
 */
export function derive(
  record: SuppressionRecord,
  { accountList: settings }: Pick<Policy, 'accountList'>,
): SuppressionRecord {
  const { status: _, reason: __, since: ___, until: ____, pendingSync: _____, expiresAt: ______, ...rest } = record;
  const causes = effectiveCauses(record, settings);
  // The strongest is the one shown; how long the suppression lasts is up to the longest.
  const reason = reasons.find((name) => causes[name] !== undefined);
  const status = reason !== undefined ? 'suppressed' : record.released ? 'released' : 'watched';
  const all = Object.values(causes);
  const until = latestEnd(all);
  const pendingSync = pendingSyncOf(record, settings);
  const derived: SuppressionRecord = {
    ...rest,
    status,
    ...(reason !== undefined && { reason, since: Math.min(...all.map(({ since }) => since)) }),
    ...(until !== undefined && { until }),
    ...(pendingSync !== undefined && { pendingSync }),
  };
  // What SES's list still has to be told must not be forgotten.
  const expiresAt = pendingSync === undefined ? expiryOf(derived) : undefined;
  return { ...derived, ...(expiresAt !== undefined && { expiresAt }) };
}

/**
 * SES lists an address for its own reasons, and mostly for one we know: then ours says when it ends. Its list is a cause of
 * its own where we know none, or where SES still refuses after ours have ended.
 */
function effectiveCauses(record: SuppressionRecord, settings: Policy['accountList']): SuppressionRecord['causes'] {
  const { 'ses-list': listed, ...known } = record.causes;
  if (listed === undefined) return known;
  // Soft bounces put nobody on SES's list, so they cannot be what it is there for; nor does what was said by hand, unless we tell SES.
  const { soft: _, manual: __, ...explaining } = known;
  const ends = Object.values(explaining).map(({ until = Number.POSITIVE_INFINITY }) => until);
  const outlived = listed.last > Math.max(...ends, explainedUntil(record, settings));
  return outlived ? { ...known, 'ses-list': listed } : known;
}

/** @returns `undefined` for never */
function latestEnd(causes: readonly Cause[]): number | undefined {
  const ends = causes.map(({ until = Number.POSITIVE_INFINITY }) => until);
  const latest = Math.max(...ends);
  return Number.isFinite(latest) ? latest : undefined;
}

/**
 * Never before its newest mail is past counting, nor before a strike can be needed, nor before feedback can have come on what SES did not
 * send for what was said by hand. Released and lasting ones stay.
 */
function expiryOf({ released, status, until, causes, newestSentAt, strikes }: SuppressionRecord): number | undefined {
  if (released || (status === 'suppressed' && until === undefined)) return undefined;
  const byHand = causes.manual?.until ?? 0;
  return Math.max(until ?? 0, byHand + idRetention, newestSentAt + idRetention, (strikes.at(-1) ?? 0) + strikeMemory);
}
