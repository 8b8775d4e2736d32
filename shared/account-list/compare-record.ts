import { desiredStateOf, encodeDesiredState, withSyncState } from '../domain/suppression/account-list-state.ts';
import { withAddressVariant } from '../domain/suppression/address-variants.ts';
import { adoptedEvent, type ListedAddress } from '../domain/suppression/adopted-event.ts';
import { decide } from '../domain/suppression/decide.ts';
import { derive } from '../domain/suppression/derive.ts';
import { driftOf } from '../domain/suppression/drift.ts';
import type { ListPolicy } from '../domain/suppression/list-policy.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import type { ReportedDrift } from './reconcile-report.ts';

/** The entries of one Region's list for the address of a record. */
export type RegionEntries = {
  readonly region: string;
  /** When the listing started. Epoch milliseconds. */
  readonly startedAt: number;
  readonly entries: readonly ListedAddress[];
};

export type CompareOptions = {
  readonly policy: ListPolicy;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether the listing of every Region is complete. */
  readonly isEveryListKnown: boolean;
};

export type RecordComparison = {
  /** The drift to report, by Region. Regions without drift are missing. */
  readonly drift: ReadonlyMap<string, ReportedDrift>;
  /** Entries to adopt into the table. */
  readonly adopted: readonly ListedAddress[];
  /** The record to save; missing if it has not changed. */
  readonly changed?: SuppressionRecord;
};

/** Compares one record with the lists, and returns how they differ and which changes remove the difference. */
export function compareRecord(
  stored: SuppressionRecord,
  regions: readonly RegionEntries[],
  { policy, now, isEveryListKnown }: CompareOptions,
): RecordComparison {
  const reported = new Map<string, ReportedDrift>();
  const adopted: ListedAddress[] = [];
  let record = stored;
  for (const { region, startedAt, entries } of regions) {
    const drift = driftOf(stored, entries, { region, startedAt, policy, now });
    if (drift === 'missing-here') {
      const news = entries.filter((entry) => decide(stored, adoptedEvent(entry), policy, now).record !== stored);
      if (news.length > 0) reported.set(region, drift);
      adopted.push(...news);
      continue;
    }
    // An entry that has to be deleted, now or later, may still be listed because this address variant was unknown.
    for (const { address } of entries) record = withAddressVariant(record, address.original);
    if (drift === 'none') continue;
    if (drift === 'unrecorded') {
      const desired = desiredStateOf(record);
      const isUnlisted = desired?.kind === 'unlisted';
      const value = isUnlisted ? encodeDesiredState(desired, record.addressVariants) : 'held';
      record = withSyncState(record, region, { value, at: now });
      continue;
    }
    // The address may be suppressed because another Region lists it.
    if (drift === 'removed-at-ses' && regions.some((other) => other.entries.length > 0)) continue;
    reported.set(region, drift);
    if (drift === 'missing-at-ses') record = withSyncState(record, region, { value: 'absent', at: now });
    if (drift === 'still-at-ses') record = withSyncState(record, region, { value: 'held', at: now });
  }
  const derived = derive(record, policy);
  // The pending Regions also differ if the policy has changed since the record was written. A Region whose list is
  // unknown stays as it is.
  const isOutdated = JSON.stringify(derived.pendingSync) !== JSON.stringify(stored.pendingSync);
  const hasChanged = record !== stored || (isOutdated && isEveryListKnown);
  return { drift: reported, adopted, ...(hasChanged && { changed: derived }) };
}
