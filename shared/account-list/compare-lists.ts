import type { AddressKey } from '../domain/address.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { StoredRecord } from '../domain/suppression/store.ts';
import { type ChangeBatch, changeBatchSize } from './change-batch.ts';
import { compareRecord } from './compare-record.ts';
import { isInPart, type Part } from './load-entries.ts';
import type { PackedEntries } from './packed-entries.ts';
import type { DriftCounts } from './reconcile-report.ts';

/** One part of the list of a Region. */
export type LoadedRegion = {
  readonly region: string;
  /** When the listing started. Epoch milliseconds. */
  readonly startedAt: number;
  /** Emptied by the comparison. */
  readonly entries: PackedEntries;
  /** Increased by the comparison. */
  readonly drift: DriftCounts;
};

export type ComparisonDependencies = {
  /** Returns the records of the table whose address is wanted, page by page. */
  readonly records: (isWanted: (address: AddressKey) => boolean) => AsyncIterable<readonly StoredRecord[]>;
  readonly batch: ChangeBatch;
  readonly policy: Policy;
  /** Whether the list of every Region is compared. */
  readonly isEveryListKnown: boolean;
  /** Returns epoch milliseconds. */
  readonly clock: () => number;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
};

/** `isCutShort`: time ran out. The changes that were not saved yet are found again. */
export type Comparison = { readonly recordCount: number; readonly isCutShort: boolean };

/** Compares every record of a part, then adopts the entries that no record accounts for. */
export async function compareLists(
  part: Part,
  regions: readonly LoadedRegion[],
  { records, batch, policy, isEveryListKnown, clock, remaining }: ComparisonDependencies,
): Promise<Comparison> {
  let recordCount = 0;
  for await (const page of records((address) => isInPart(address, part))) {
    recordCount += page.length;
    for (const stored of page) {
      if (remaining() <= 0) return { recordCount, isCutShort: true };
      const listed = regions.map(({ region, startedAt, entries }) => ({
        region,
        startedAt,
        entries: entries.take(stored.record.address),
      }));
      const { drift, adopted, changed } = compareRecord(stored.record, listed, {
        policy,
        now: clock(),
        isEveryListKnown,
      });
      for (const one of regions) {
        const kind = drift.get(one.region);
        if (kind !== undefined) one.drift[kind]++;
      }
      batch.adopt(adopted);
      if (changed !== undefined) batch.update(changed, stored);
      await batch.flush(changeBatchSize);
    }
  }
  // Only after the whole table has been read is it certain that the remaining entries are in no record.
  for (const { entries, drift } of regions) {
    for (const unknown of entries.takeRest()) {
      if (remaining() <= 0) return { recordCount, isCutShort: true };
      drift['missing-here']++;
      batch.adopt(unknown);
      await batch.flush(changeBatchSize);
    }
  }
  await batch.flush();
  return { recordCount, isCutShort: false };
}
