import { type AddressKey, domainOf } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import { providerOf } from '../domain/feedback/mailbox-provider.ts';
import { type Reason, reasons } from '../domain/feedback/recipient-event.ts';
import { isSuppressedAt, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { StoredRecord } from '../domain/suppression/store.ts';

/** Which suppressions to select. */
export type RecordSelection = {
  /**
   * Domain of the address, in punycode. Does not include subdomains.
   * @default undefined (every domain)
   */
  readonly domain?: string;
  /**
   * The mailbox provider that answered, or that the domain of the address belongs to.
   * @default undefined (every provider)
   */
  readonly provider?: string;
  /**
   * Selects what was suppressed at this time or later. Epoch milliseconds.
   * @default undefined (no limit)
   */
  readonly since?: number;
  /**
   * Selects what was suppressed before this time. Epoch milliseconds.
   * @default undefined (no limit)
   */
  readonly until?: number;
  /**
   * Selects what an outage of the provider has suppressed: not the addresses to which no email was ever delivered, if there are so many of them
   * that they may be those of a bad list.
   * @default undefined (also those)
   */
  readonly isOutage?: true;
  /** Selects suppressions with one of these reasons. */
  readonly reasons: readonly Reason[];
};

/**
 * Reasons that come from the delivery of an email. A complaint and a manual suppression are decisions of a person, so they are released only
 * on request.
 */
export const defaultReleaseReasons = reasons.filter((reason) => reason !== 'complaint' && reason !== 'manual');

/** A selected suppression. `list` is missing for the account's list. */
export type SelectedRecord = Pick<SuppressionRecord, 'address' | 'addressVariants' | 'reason'> & {
  readonly list?: string;
};

export type SelectedRecords = {
  readonly records: readonly SelectedRecord[];
  /** Number of selected records by reason. */
  readonly counts: Readonly<Partial<Record<Reason, number>>>;
  /** Number of records by reason that were left out only because of their reason. */
  readonly leftOut: Readonly<Partial<Record<Reason, number>>>;
  /** Number of addresses that were left out because they may be those of a bad list. */
  readonly ofBadList: number;
};

/**
 * Selects suppressed addresses from all records of the table.
 *
 * @param now epoch milliseconds
 */
export async function selectRecords(
  pages: AsyncIterable<readonly StoredRecord[]>,
  selection: RecordSelection,
  now: number,
): Promise<SelectedRecords> {
  const records: SelectedRecord[] = [];
  const neverDelivered: SelectedRecord[] = [];
  const leftOut: Partial<Record<Reason, number>> = {};
  for await (const page of pages) {
    for (const { record, list } of page) {
      const { address, addressVariants, reason } = record;
      if (reason === undefined || !isSuppressedAt(record, now) || !matches(record, selection)) continue;
      if (!selection.reasons.includes(reason)) leftOut[reason] = (leftOut[reason] ?? 0) + 1;
      else {
        const isOther = selection.isOutage && wasNeverDelivered(record);
        (isOther ? neverDelivered : records).push({ address, addressVariants, reason, ...defined({ list }) });
      }
    }
  }
  const isBadList = mayBeBadList({ known: records.length, unknown: neverDelivered.length });
  const selected = isBadList ? records : [...records, ...neverDelivered];
  const counts: Partial<Record<Reason, number>> = {};
  for (const { reason } of selected) if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
  return { records: selected, counts, leftOut, ofBadList: isBadList ? neverDelivered.length : 0 };
}

/** In every mailing, some addresses are new. With more of them than this share of the known ones, a bad list may have been mailed. */
const maxShareOfNew = 0.25;

/** Returns whether the addresses that bounced in an outage, and had no email before, may be those of a bad list. */
export function mayBeBadList({ known, unknown }: { readonly known: number; readonly unknown: number }): boolean {
  return unknown > Math.max(1, maxShareOfNew * known);
}

/** Which known addresses to suppress: all that match, except those that are suppressed permanently. */
export type KnownSelection = Pick<RecordSelection, 'domain' | 'provider'> & {
  /**
   * Selects addresses with feedback at this time or later. Epoch milliseconds.
   * @default undefined (no limit)
   */
  readonly since?: number;
  /**
   * Selects addresses that are suppressed for one of these reasons.
   * @default undefined (also those that are not suppressed)
   */
  readonly reasons?: readonly Reason[];
};

/**
 * Yields the addresses that the table knows, suppressed or not, and that a permanent suppression would change.
 *
 * @param now epoch milliseconds
 */
export async function* selectKnown(
  pages: AsyncIterable<readonly StoredRecord[]>,
  { reasons: wanted, since = Number.NEGATIVE_INFINITY, ...where }: KnownSelection,
  now: number,
): AsyncGenerator<AddressKey[]> {
  for await (const page of pages) {
    const found = page.filter(({ record }) => {
      const isSuppressed = isSuppressedAt(record, now);
      if (isSuppressed && record.until === undefined) return false;
      if (wanted !== undefined && !(isSuppressed && record.reason !== undefined && wanted.includes(record.reason)))
        return false;
      const newest = Math.max(record.since ?? Number.NEGATIVE_INFINITY, ...record.evidence.map(({ at }) => at));
      return newest >= since && isAt(record, where);
    });
    yield found.map(({ record }) => record.address);
  }
}

/** Returns whether a record is suppressed now and matches the selection, including the reason. */
export function isSelected(record: SuppressionRecord, selection: RecordSelection, now: number): boolean {
  const { reason } = record;
  const isReason = reason !== undefined && selection.reasons.includes(reason);
  return isReason && isSuppressedAt(record, now) && matches(record, selection);
}

/** Returns the mailbox provider that answered last, or that the domain of the address belongs to. */
export function providerOfRecord({ address, evidence }: SuppressionRecord): string {
  return evidence[0]?.provider ?? providerOf(domainOf(address));
}

/** Returns whether the record matches everything but the reasons. */
function matches(record: SuppressionRecord, selection: RecordSelection): boolean {
  const { since = 0 } = record;
  const { since: from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = selection;
  return isAt(record, selection) && since >= from && since < until;
}

/** Returns whether the memory of deliveries says that the address never had an email, so that it may be one of a bad list. */
export function wasNeverDelivered({ evidence }: Pick<SuppressionRecord, 'evidence'>): boolean {
  return evidence.some((one) => one.hadDelivery === false) && !evidence.some((one) => one.hadDelivery === true);
}

/** Returns whether a record is of the domain and the provider. */
function isAt(record: SuppressionRecord, { domain, provider }: Pick<RecordSelection, 'domain' | 'provider'>): boolean {
  if (provider !== undefined && providerOfRecord(record) !== provider) return false;
  return domain === undefined || domainOf(record.address) === domain;
}
