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
   * Selects what an outage of the provider may have suppressed: not the addresses to which no email was ever delivered, as far as is known.
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
  const records: SelectedRecords['records'][number][] = [];
  const counts: Partial<Record<Reason, number>> = {};
  const leftOut: Partial<Record<Reason, number>> = {};
  for await (const page of pages) {
    for (const { record, list } of page) {
      const { address, addressVariants, reason } = record;
      if (reason === undefined || !isSuppressedAt(record, now) || !matches(record, selection)) continue;
      const isSelected = selection.reasons.includes(reason);
      const counter = isSelected ? counts : leftOut;
      counter[reason] = (counter[reason] ?? 0) + 1;
      if (isSelected) records.push({ address, addressVariants, reason, ...defined({ list }) });
    }
  }
  return { records, counts, leftOut };
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
  if (selection.isOutage && wasNeverDelivered(record)) return false;
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
