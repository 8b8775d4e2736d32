import {
  type DesiredState,
  desiredStateOf,
  encodeDesiredState,
  homeRegion,
  pendingSyncOf,
  syncGracePeriodMs,
} from './account-list-state.ts';
import { addressVariantsOf } from './address-variants.ts';
import type { ListedAddress } from './adopted-event.ts';
import type { ListPolicy } from './list-policy.ts';
import { isSuppressedAt, type SuppressionRecord, type SyncState } from './record.ts';

/** How a record differs from the account suppression list of one Region, and what reconciling does about it. */
export type Drift =
  /** Not at all, or the outbox already has the difference. */
  | 'none'
  /** Not at all, but the record does not know the state of the list: it is older than the outbox, or the Region is new. Saves the state. */
  | 'unrecorded'
  /** SES lists the address, but the record does not suppress it or lacks this address variant. Adopts the entry. */
  | 'missing-here'
  /** The record suppresses the address permanently, but SES does not list it. Adds the entry again. */
  | 'missing-at-ses'
  /** The entry was deleted, or has to be, but SES still has one that is no newer. Deletes it again. */
  | 'still-at-ses'
  /** The record suppresses the address only because SES listed it, and SES no longer does. Left to the operator. */
  | 'removed-at-ses';

/** How far the clocks of SES and of the stack may differ, in milliseconds. */
const clockTolerance = 60_000;

/**
 * Compares a record with what the account suppression list of one Region contains for its address.
 *
 * @param entries the entries of the address, in any variants; empty if SES does not list it
 * @param startedAt when reading the list began, epoch milliseconds; the list may or may not show later changes
 */
export function driftOf(
  record: SuppressionRecord | undefined,
  entries: readonly ListedAddress[],
  { region, startedAt, policy, now }: { region: string; startedAt: number; policy: ListPolicy; now: number },
): Drift {
  if (record === undefined) return entries.length === 0 ? 'none' : 'missing-here';
  const state = record.syncStates?.[region];
  // The outbox has the difference, or synced it while the list was read.
  if (record.pendingSync?.regions.includes(region) || (state?.at ?? 0) > startedAt - clockTolerance) return 'none';
  const desired = desiredStateOf(record);
  const isPending = pendingSyncOf(record, policy.accountList)?.regions.includes(region) === true;
  if (entries.length > 0) {
    const newest = Math.max(...entries.map(({ updatedAt }) => updatedAt));
    const deletedAt = desired?.kind === 'unlisted' ? deletionTimeOf(record, desired, state, isPending) : undefined;
    // The deletion is not due yet.
    if (deletedAt !== undefined && deletedAt > now) return 'none';
    // An entry from shortly after the deletion is only late, unless feedback shows that it is new.
    if (deletedAt !== undefined && newest <= deletedAt + syncGracePeriodMs) return 'still-at-ses';
    // A released address stays released unless SES has listed it since.
    if (newest <= (record.released?.at ?? 0)) return 'none';
    const isKnown = entries.every(({ address }) => addressVariantsOf(record).includes(address.original));
    if (!isSuppressedAt(record, now) || !isKnown) return 'missing-here';
    return desired?.kind === 'listed' && isPending ? 'unrecorded' : 'none';
  }
  if (desired?.kind === 'unlisted' && isPending && desired.from <= now) return 'unrecorded';
  // SES may have added a later entry to a page that was already read.
  if (record.since === undefined || record.since >= startedAt - clockTolerance) return 'none';
  // SES would reject again what it rejected before.
  if (desired?.kind === 'listed' && policy.accountList.mode !== 'off' && state?.rejected === undefined)
    return 'missing-at-ses';
  return region === homeRegion && isSuppressedByListAlone(record, desired) ? 'removed-at-ses' : 'none';
}

/** Returns whether the SES list is the only permanent cause. Other causes may determine the reason, but they end. */
function isSuppressedByListAlone({ causes, until }: SuppressionRecord, desired: DesiredState | undefined): boolean {
  return causes['ses-list'] !== undefined && until === undefined && desired?.kind !== 'listed';
}

/**
 * Returns when the entry was deleted or should have been, in epoch milliseconds. Returns `undefined` if SES rejected the deletion, or if the
 * entry in this Region is not managed.
 */
function deletionTimeOf(
  { addressVariants }: SuppressionRecord,
  desired: Extract<DesiredState, { kind: 'unlisted' }>,
  state: SyncState | undefined,
  isPending: boolean,
): number | undefined {
  if (state?.value === encodeDesiredState(desired, addressVariants))
    return state.rejected === undefined ? state.at : undefined;
  return isPending ? desired.from : undefined;
}
