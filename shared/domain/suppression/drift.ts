import type { Policy } from '../policy/policy.ts';
import { homeRegion, mirrorOf, settling, type Told, textOf, type Wish, wishOf } from './account-list-state.ts';
import type { ListedEntry } from './adopted-event.ts';
import { isSuppressedAt, type SuppressionRecord } from './record.ts';

/** How our record of an address and one Region's list differ. */
export type Drift =
  /** They do not, or the outbox will see to it. */
  | 'none'
  /** They do not, but the record does not know: it is from before there was an outbox, or the Region is new. It is noted. */
  | 'as wished'
  /** SES holds it, and we do not, or not in that spelling: it is adopted. */
  | 'not here'
  /** We suppress it for good, and SES does not hold it: it is told again. */
  | 'not at SES'
  /** It was to be deleted, was, and is there all the same, as old as it was: it is told again. */
  | 'left at SES'
  /** We hold it only because SES did, and SES does no more: that is for an operator to say. */
  | 'gone from SES';

/** SES's clock and ours. */
const tolerance = 60_000;

/**
 * @param entries what the list holds of the address, in whatever spellings; none: it does not
 * @param startedAt when the listing began: what was told later may or may not be in it
 */
export function driftOf(
  record: SuppressionRecord | undefined,
  entries: readonly ListedEntry[],
  { region, startedAt, policy, now }: { region: string; startedAt: number; policy: Policy; now: number },
): Drift {
  if (record === undefined) return entries.length === 0 ? 'none' : 'not here';
  const told = record.mirrored?.[region];
  // The outbox sees to it, or has while the list was read.
  if (record.mirror?.pending.includes(region) || (told?.at ?? 0) > startedAt - tolerance) return 'none';
  const wish = wishOf(record);
  const isOwed = mirrorOf(record, policy.accountList)?.pending.includes(region) === true;
  if (entries.length > 0) {
    const newest = Math.max(...entries.map(({ updatedAt }) => updatedAt));
    const deletedAt = wish?.kind === 'unlisted' ? deleteOf(record, wish, told, isOwed) : undefined;
    // Not due yet.
    if (deletedAt !== undefined && deletedAt > now) return 'none';
    // What SES lists shortly after is only late, as long as no feedback says that it is news.
    if (deletedAt !== undefined && newest <= deletedAt + settling) return 'left at SES';
    // What was let go stays so, unless SES has listed it since.
    if (newest <= (record.released?.at ?? 0)) return 'none';
    const isKnown = entries.every(({ address }) => [record.address, ...record.spellings].includes(address.spelling));
    if (!isSuppressedAt(record, now) || !isKnown) return 'not here';
    return wish?.kind === 'listed' && isOwed ? 'as wished' : 'none';
  }
  if (wish?.kind === 'unlisted' && isOwed && wish.from <= now) return 'as wished';
  // Later than that SES itself may have put it behind the page it would stand on.
  if (record.since === undefined || record.since >= startedAt - tolerance) return 'none';
  // What SES has refused it refuses again.
  if (wish?.kind === 'listed' && policy.accountList.mode !== 'off' && told?.refused === undefined) return 'not at SES';
  return region === homeRegion && isHeldForSes(record, wish) ? 'gone from SES' : 'none';
}

/** What SES lists is all that suppresses it for good, beside what may name another reason and ends. */
function isHeldForSes({ causes, until }: SuppressionRecord, wish: Wish | undefined): boolean {
  return causes['ses-list'] !== undefined && until === undefined && wish?.kind !== 'listed';
}

/** When the entry was deleted, or would have been. `undefined`: SES has refused to, or it is not ours to delete there. */
function deleteOf(
  { spellings }: SuppressionRecord,
  wish: Extract<Wish, { kind: 'unlisted' }>,
  told: Told | undefined,
  isOwed: boolean,
): number | undefined {
  if (told?.says === textOf(wish, spellings)) return told.refused === undefined ? told.at : undefined;
  return isOwed ? wish.from : undefined;
}
