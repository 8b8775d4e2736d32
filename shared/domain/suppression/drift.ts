import type { Policy } from '../policy/policy.ts';
import {
  type DesiredState,
  desiredStateOf,
  encodeDesiredState,
  homeRegion,
  pendingSyncOf,
  type SyncState,
  syncGracePeriod,
} from './account-list-state.ts';
import type { ListedAddress } from './adopted-event.ts';
import { isSuppressedAt, type SuppressionRecord } from './record.ts';

/** How our record of an address and one Region's list differ. */
export type Drift =
  /** They do not, or the outbox will see to it. */
  | 'none'
  /** They do not, but the record does not know: it is from before there was an outbox, or the Region is new. It is noted. */
  | 'unrecorded'
  /** SES holds it, and we do not, or not in that spelling: it is adopted. */
  | 'missing-here'
  /** We suppress it for good, and SES does not hold it: it is told again. */
  | 'missing-at-ses'
  /** It was to be deleted, was, and is there all the same, as old as it was: it is told again. */
  | 'still-at-ses'
  /** We hold it only because SES did, and SES does no more: that is for an operator to say. */
  | 'removed-at-ses';

/** SES's clock and ours. */
const tolerance = 60_000;

/**
 * @param entries what the list holds of the address, in whatever spellings; none: it does not
 * @param startedAt when the listing began: what was told later may or may not be in it
 */
export function driftOf(
  record: SuppressionRecord | undefined,
  entries: readonly ListedAddress[],
  { region, startedAt, policy, now }: { region: string; startedAt: number; policy: Policy; now: number },
): Drift {
  if (record === undefined) return entries.length === 0 ? 'none' : 'missing-here';
  const told = record.syncStates?.[region];
  // The outbox sees to it, or has while the list was read.
  if (record.pendingSync?.regions.includes(region) || (told?.at ?? 0) > startedAt - tolerance) return 'none';
  const wish = desiredStateOf(record);
  const isOwed = pendingSyncOf(record, policy.accountList)?.regions.includes(region) === true;
  if (entries.length > 0) {
    const newest = Math.max(...entries.map(({ updatedAt }) => updatedAt));
    const deletedAt = wish?.kind === 'unlisted' ? deleteOf(record, wish, told, isOwed) : undefined;
    // Not due yet.
    if (deletedAt !== undefined && deletedAt > now) return 'none';
    // What SES lists shortly after is only late, as long as no feedback says that it is news.
    if (deletedAt !== undefined && newest <= deletedAt + syncGracePeriod) return 'still-at-ses';
    // What was let go stays so, unless SES has listed it since.
    if (newest <= (record.released?.at ?? 0)) return 'none';
    const isKnown = entries.every(({ address }) =>
      [record.address, ...record.addressVariants].includes(address.original),
    );
    if (!isSuppressedAt(record, now) || !isKnown) return 'missing-here';
    return wish?.kind === 'listed' && isOwed ? 'unrecorded' : 'none';
  }
  if (wish?.kind === 'unlisted' && isOwed && wish.from <= now) return 'unrecorded';
  // Later than that SES itself may have put it behind the page it would stand on.
  if (record.since === undefined || record.since >= startedAt - tolerance) return 'none';
  // What SES has refused it refuses again.
  if (wish?.kind === 'listed' && policy.accountList.mode !== 'off' && told?.rejected === undefined)
    return 'missing-at-ses';
  return region === homeRegion && isHeldForSes(record, wish) ? 'removed-at-ses' : 'none';
}

/** What SES lists is all that suppresses it for good, beside what may name another reason and ends. */
function isHeldForSes({ causes, until }: SuppressionRecord, wish: DesiredState | undefined): boolean {
  return causes['ses-list'] !== undefined && until === undefined && wish?.kind !== 'listed';
}

/** When the entry was deleted, or would have been. `undefined`: SES has refused to, or it is not ours to delete there. */
function deleteOf(
  { addressVariants }: SuppressionRecord,
  wish: Extract<DesiredState, { kind: 'unlisted' }>,
  told: SyncState | undefined,
  isOwed: boolean,
): number | undefined {
  if (told?.value === encodeDesiredState(wish, addressVariants))
    return told.rejected === undefined ? told.at : undefined;
  return isOwed ? wish.from : undefined;
}
