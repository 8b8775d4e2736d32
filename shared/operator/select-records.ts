import { domainOf } from '../domain/address.ts';
import { type Reason, reasons } from '../domain/feedback/recipient-event.ts';
import { isSuppressedAt, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { StoredRecord } from '../domain/suppression/store.ts';

/** Which suppressions are meant. What is left out restricts nothing. */
export type Selection = {
  /** As keys hold it; subdomains are others. */
  readonly domain?: string;
  /** Suppressed from then on, and before then. Epoch milliseconds. */
  readonly since?: number;
  readonly until?: number;
  /** Of one of these reasons. */
  readonly reasons: readonly Reason[];
};

/**
 * What became of mails, and not what somebody wants. The rest is left out where nobody asks for it: who reports a mail as spam does not
 * want the next one, and what was said by hand is taken back by hand.
 */
export const defaultReleaseReasons = reasons.filter((reason) => reason !== 'complaint' && reason !== 'manual');

export type Selected = {
  readonly records: readonly Pick<SuppressionRecord, 'address' | 'addressVariants' | 'reason'>[];
  /** How many have each reason. */
  readonly counts: Readonly<Partial<Record<Reason, number>>>;
  /** Others that would be meant, but for their reason. */
  readonly leftOut: Readonly<Partial<Record<Reason, number>>>;
};

/** Goes through all records of the table, and keeps the addresses of those that are meant. */
export async function selectRecords(
  pages: AsyncIterable<readonly StoredRecord[]>,
  selection: Selection,
  now: number,
): Promise<Selected> {
  const records: Selected['records'][number][] = [];
  const counts: Partial<Record<Reason, number>> = {};
  const leftOut: Partial<Record<Reason, number>> = {};
  for await (const page of pages) {
    for (const { record } of page) {
      const { address, addressVariants, reason } = record;
      if (reason === undefined || !isSuppressedAt(record, now) || !isMeant(record, selection)) continue;
      const isOfReason = selection.reasons.includes(reason);
      const tally = isOfReason ? counts : leftOut;
      tally[reason] = (tally[reason] ?? 0) + 1;
      if (isOfReason) records.push({ address, addressVariants, reason });
    }
  }
  return { records, counts, leftOut };
}

function isMeant({ address, since = 0 }: SuppressionRecord, selection: Selection): boolean {
  const { domain, since: from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = selection;
  return (domain === undefined || domainOf(address) === domain) && since >= from && since < until;
}
