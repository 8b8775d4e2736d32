import type { AddressKey } from '../address.ts';
import type { Reason, RecipientEvent } from '../feedback/recipient-event.ts';
import type { Attribution } from './attribution.ts';

// Limits on what a record keeps, so that no amount of feedback about one address exceeds the size of a DynamoDB item.
/** Maximum number of pieces of evidence in a record. */
export const maxEvidence = 10;
/** Maximum number of event ids in the record itself. Further ids are stored as items of their own. */
export const maxSeen = 64;
/** Maximum number of address variants in a record. */
export const maxAddressVariants = 10;
/** Maximum length of a diagnostic code (the receiving server's reply), in characters. */
export const maxDiagnosticLength = 256;

/**
 * One reason to suppress an address. Feedback is merged in any order: the earliest `since`, the latest `last` and the latest `until` win. A
 * manual suppression is not merged: the most recent one wins.
 */
export type Cause = {
  /** Time of the first event, epoch milliseconds. */
  readonly since: number;
  /** Time of the latest event, epoch milliseconds. */
  readonly last: number;
  /** When the cause ends, epoch milliseconds. Missing if it never ends. */
  readonly until?: number;
  /** Set as long as every complaint named several recipients, so that any of them may have sent it. */
  readonly suspected?: true;
  /**
   * When a manual suppression became permanent, epoch milliseconds. Kept if the operator sets an end later, because SES may list the address
   * by then.
   */
  readonly permanentSince?: number;
};

/** What a record keeps of one event, to show why an address is suppressed. */
export type Evidence = Pick<
  RecipientEvent,
  | 'id'
  | 'class'
  | 'rule'
  | 'fault'
  | 'row'
  | 'provider'
  | 'subType'
  | 'status'
  | 'diagnosticCode'
  | 'reportedAs'
  | 'tenant'
  | 'hadDelivery'
  | 'messageId'
  | 'channel'
  | 'at'
>;

/** What a record remembers of an event, so that another copy of the event changes nothing. */
export type Seen = {
  /** When SES accepted the email, epoch milliseconds. */
  readonly sentAt: number;
  /**
   * Short hashes of the scopes the event was counted in. The copy on the identity channel has no tags, and the copy that has them may arrive
   * later.
   */
  readonly scopes: readonly string[];
  /**
   * Set if the address was only watched: a copy with a stronger effect still takes effect. An out-of-office reply and a later bounce of the
   * same email have one id.
   */
  readonly isOnlyWatched?: true;
};

/** What is known of an address on the account suppression list of one Region. */
export type SyncState = {
  /**
   * The desired state last sent to SES, as text. Two more values mean that nothing was sent, but the list was
   * read: `held` if SES lists the address, `absent` if it does not.
   */
  readonly value: string;
  /** When it was sent or read, epoch milliseconds. */
  readonly at: number;
  /** Why SES rejected the change. It is not sent again until the desired state changes. */
  readonly rejected?: string;
};

/** A record's entry in the outbox. It stays until every Region is synced. */
export type PendingSync = {
  /** Regions whose account suppression list is out of date, or `look`: SES still has to be asked which email it listed the address for. */
  readonly regions: readonly string[];
  /** Earliest time to sync, epoch milliseconds. */
  readonly due: number;
};

/** Everything known about one address. Times are epoch milliseconds. */
export type SuppressionRecord = {
  /** The key of the record, with the list. */
  readonly address: AddressKey;
  /**
   * `suppressed`: until `until`. `watched`: there is feedback, but no reason to suppress. `released`: an operator released the address.
   * Derived by `derive`.
   */
  readonly status: 'suppressed' | 'watched' | 'released';
  /** The strongest cause. Derived. */
  readonly reason?: Reason;
  /** When the earliest cause began. Derived. */
  readonly since?: number;
  /** When the longest cause ends; missing if it never ends. Derived. */
  readonly until?: number;
  /** Why the address is or was suppressed. */
  readonly causes: { readonly [reason in Reason]?: Cause };
  /** The newest 10, newest first. */
  readonly evidence: readonly Evidence[];
  /** By event id. At most 64; further ones are in `overflow`. */
  readonly seen: Readonly<Record<string, Seen>>;
  /** By event id, those beyond the 64 in `seen`. Each is stored as an item of its own; only those that were looked up are in memory. */
  readonly overflow: Readonly<Record<string, Seen>>;
  /** When the last id in `overflow` expires. Missing if there is none. */
  readonly overflowUntil?: number;
  /** Times of the soft bounces that count against the address, oldest first. */
  readonly strikes: readonly number[];
  /** The first and the latest of the strikes for which the domain did not exist. Missing if there are none. */
  readonly domainStrikes?: readonly number[];
  /** Latest delivery. Soft bounces up to then are not strikes. */
  readonly deliveredAt?: number;
  /** The address as SES wrote it, where that differs from the key. */
  readonly addressVariants: readonly string[];
  /** Number of emails SES did not send because the address was on its suppression list. */
  readonly prevented: number;
  /** The latest release. Feedback up to `at` never suppresses again. */
  readonly released?: {
    /** When the address was released. */
    readonly at: number;
  } & Attribution;
  /** The latest manual suppression. Missing if there was none, or if the address was released since. */
  readonly suppressedManually?: {
    /** When the address was suppressed. */
    readonly at: number;
  } & Attribution;
  /** By Region. A Region is missing if its list was neither changed nor read. */
  readonly syncStates?: Readonly<Record<string, SyncState>>;
  /** Missing if every list is up to date. Derived. */
  readonly pendingSync?: PendingSync;
  /** When SES accepted the newest email there was feedback about; 0 if there was none. */
  readonly newestSentAt: number;
  /** When the record may be deleted. Missing if it is kept permanently. Derived. */
  readonly expiresAt?: number;
};

/** Returns the record of an address that nothing is known about. */
export function emptyRecord(address: AddressKey): SuppressionRecord {
  return {
    address,
    // Stryker disable next-line StringLiteral: derived from the other fields before it is read
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

/**
 * Returns whether the address must not receive email at time `now`. Every reader has to ask, because DynamoDB deletes expired records late.
 *
 * @param now epoch milliseconds
 * @example isSuppressedAt({ status: 'suppressed', until: Date.UTC(2026, 11, 1) }, Date.UTC(2026, 10, 20)) // true
 */
export function isSuppressedAt(record: Pick<SuppressionRecord, 'status' | 'until'> | undefined, now: number): boolean {
  return record?.status === 'suppressed' && (record.until === undefined || record.until > now);
}

/** Returns whether the record has expired at time `now` (epoch milliseconds), even if DynamoDB has not deleted it yet. */
export function isExpired({ expiresAt }: SuppressionRecord, now: number): boolean {
  return (expiresAt ?? Number.POSITIVE_INFINITY) <= now;
}
