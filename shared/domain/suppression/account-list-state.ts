import { hour } from '../durations.ts';
import { isSimulator } from '../feedback/mailbox-simulator.ts';
import { shortHash } from '../short-hash.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { SyncSettings } from './list-policy.ts';
import type { Cause, PendingSync, SuppressionRecord, SyncState } from './record.ts';

/** Identifies the Region of the stack, where SES publishes the feedback. Other Regions are identified by their names. */
export const homeRegion = 'home';

/** Pseudo-Region of a pending lookup: SES still has to be asked which email it listed the address for. */
export const messageLookup = 'look';

/** Rule of the evidence that comes from an entry of the account suppression list. */
export const adoptedRule = 'ses-account-list';

/** Reason of an entry: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutSuppressedDestination.html */
export type SesReason = 'BOUNCE' | 'COMPLAINT';

/** What the account suppression list should contain for an address. */
export type DesiredState =
  | { readonly kind: 'listed'; readonly reason: SesReason }
  /** No entry, starting at `from`. Epoch milliseconds. */
  | { readonly kind: 'unlisted'; readonly from: number };

/** How long after a deletion SES may still act on the deleted entry, and feedback about that may arrive. Milliseconds. */
export const syncGracePeriodMs: number = hour;

/**
 * Returns what the account suppression list should contain for the address.
 *
 * @returns `undefined` if its entry is not managed: for soft bounces, for manual suppressions with an end (entries at SES have none), for the
 *   mailbox simulator, and for an entry that SES created for a reason of its own
 */
export function desiredStateOf({
  address,
  causes,
  released,
}: Pick<SuppressionRecord, 'address' | 'causes' | 'released'>): DesiredState | undefined {
  if (isSimulator(address)) return undefined;
  if (isPermanent(causes.complaint)) return { kind: 'listed', reason: 'COMPLAINT' };
  if (isPermanent(causes.hard)) return { kind: 'listed', reason: 'BOUNCE' };
  const { soft, manual } = causes;
  // SES has two reasons. A recipient who does not want the email is closer to a complaint than to a bounce.
  if (isPermanent(manual)) return { kind: 'listed', reason: 'COMPLAINT' };
  // SES lists an address permanently for a permanent bounce and for a complaint, even if the suppression ends here. An entry for a manual
  // suppression that was permanent at first does not end by itself either.
  const ends = [causes.complaint, causes.hard, causes['policy-block']].flatMap((cause) => cause?.until ?? []);
  if (ends.length > 0 || mayBeListedForManual(causes))
    return { kind: 'unlisted', from: Math.max(...ends, manual?.until ?? 0, soft?.until ?? 0) };
  return released && { kind: 'unlisted', from: released.at };
}

/**
 * Returns whether SES may list the address because of a manual suppression that was permanent at some time. A sync may be under way that the
 * record does not show yet. An entry that is older than that has a reason of its own.
 */
function mayBeListedForManual({ manual, 'ses-list': listed }: SuppressionRecord['causes']): boolean {
  if (manual?.permanentSince === undefined) return false;
  return listed === undefined || listed.since >= manual.permanentSince;
}

/**
 * Returns the desired state as text, as {@link SyncState} stores it. Late feedback can add an address variant under which SES still lists the
 * address, so the text of a deletion depends on the variants that were deleted.
 */
export function encodeDesiredState(desired: DesiredState, addressVariants: readonly string[] = []): string {
  if (desired.kind === 'listed') return desired.reason;
  const count = addressVariants.length;
  const others = count === 0 ? '' : `, as ${count} others (${shortHash(addressVariants.join(), 5)})`;
  return `none from ${formatTimestamp(desired.from)}${others}`;
}

/** Returns the Regions whose account suppression list is out of date for this record, or `undefined` if there are none. */
export function pendingSyncOf(record: SuppressionRecord, settings: SyncSettings): PendingSync | undefined {
  const { mode, regions } = settings;
  if (mode === 'off') return undefined;
  const desired = desiredStateOf(record);
  if (desired?.kind === 'listed' && mode === 'deletions') return undefined;
  if (desired === undefined)
    return needsMessageLookup(record) ? { regions: [messageLookup], due: listingDueOf(record) } : undefined;
  // Sorted, because the Regions are part of a key of the index, and the order in the policy may change.
  const pending = [homeRegion, ...[...regions].sort()].filter((region) => isPending(record, desired, region, settings));
  if (pending.length === 0) return undefined;
  // If the list was read and differs, the sync is due since then.
  // Stryker disable next-line ArrayDeclaration: a missing state was not read from a list
  const readStates = pending.flatMap((region) => record.syncStates?.[region] ?? []).filter(wasReadFromList);
  const due = desired.kind === 'unlisted' ? desired.from : listingDueOf(record);
  return { regions: pending, due: Math.max(due, ...readStates.map(({ at }) => at)) };
}

function isPending(record: SuppressionRecord, desired: DesiredState, region: string, settings: SyncSettings): boolean {
  const state = record.syncStates?.[region];
  const isHome = region === homeRegion;
  // A state from before a release is out of date: the entry was deleted since, or is about to be.
  if (desired.kind === 'listed' && record.released !== undefined && (state?.at ?? 0) <= record.released.at) return true;
  if (state !== undefined && state.value !== 'held')
    return state.value !== encodeDesiredState(desired, record.addressVariants);
  if (state !== undefined && desired.kind === 'listed') return false;
  const { manual } = record.causes;
  // Another Region lists only addresses that a sync put there (for a manual suppression perhaps just now). A release deletes everywhere.
  if (desired.kind === 'unlisted')
    return isHome || record.released !== undefined || manual?.permanentSince !== undefined;
  return !isHome || settings.mode === 'always' || !isListedBySes(record, desired.reason, settings);
}

/**
 * Returns whether SES has listed the address by itself, because of feedback that it published. It knows neither what was imported nor manual
 * suppressions, and it lists the address of a tenant's email on that tenant's list. It does not document which recipient it lists if a
 * complaint names several.
 */
function isListedBySes(
  { causes: { complaint }, evidence }: SuppressionRecord,
  reason: SesReason,
  { isTenantList = false }: SyncSettings,
): boolean {
  if (reason === 'COMPLAINT' && (!isPermanent(complaint) || complaint.suspected === true)) return false;
  const class_ = reason === 'COMPLAINT' ? 'complaint' : 'hard';
  const seen = evidence.filter((one) => one.class === class_);
  // Only the newest evidence is kept. Without any, what SES does by itself is assumed.
  return (
    seen.length === 0 ||
    seen.some(({ channel, tenant }) => channel !== 'import' && (isTenantList || tenant === undefined))
  );
}

/** Returns whether the state was read from the list, and not sent to it. */
function wasReadFromList({ value }: SyncState): boolean {
  return value === 'held' || value === 'absent';
}

/** Returns whether SES lists the address for an email that is not known. */
function needsMessageLookup({ causes, evidence, syncStates }: SuppressionRecord): boolean {
  const isUnknown = evidence.some(({ rule, messageId }) => rule === adoptedRule && messageId === '');
  return causes['ses-list'] !== undefined && syncStates?.[homeRegion] === undefined && isUnknown;
}

/** Returns since when an entry is due. Epoch milliseconds. */
function listingDueOf({ causes }: SuppressionRecord): number {
  const { complaint, hard, manual } = causes;
  // If only the manual suppression needs an entry, it is due since the operator's call, however old other causes are.
  if (isPermanent(manual) && !isPermanent(complaint) && !isPermanent(hard)) return manual.last;
  return Math.min(...Object.values(causes).map(({ since }) => since));
}

/**
 * Returns until when known causes explain that SES prevents sends to the address. A send that SES prevents later has a reason of its own. SES
 * also prevents sends between the end of a suppression and the deletion of its entry, and for up to {@link syncGracePeriodMs} after that.
 *
 * @returns epoch milliseconds; `Infinity` if the address has to be listed, or its entry still has to be deleted; `-Infinity` if no known
 *   cause explains it
 */
export function explainedUntil(record: SuppressionRecord, { mode }: SyncSettings): number {
  const { manual: _, ...others } = record.causes;
  // SES knows about manual suppressions only through a sync.
  const isTold = mode === 'always' || mode === 'missing';
  const desired = desiredStateOf(isTold ? record : { ...record, causes: others });
  if (desired === undefined) return Number.NEGATIVE_INFINITY;
  if (desired.kind === 'listed') return Number.POSITIVE_INFINITY;
  const state = record.syncStates?.[homeRegion];
  if (state?.value === encodeDesiredState(desired, record.addressVariants)) return state.at + syncGracePeriodMs;
  // Without a sync, an operator's command deletes the entry, with retries.
  return mode === 'off' ? desired.from + syncGracePeriodMs : Number.POSITIVE_INFINITY;
}

/** Returns the record with the state of one Region replaced. The caller has to {@link derive} the record afterwards. */
export function withSyncState(record: SuppressionRecord, region: string, state: SyncState): SuppressionRecord {
  return { ...record, syncStates: { ...record.syncStates, [region]: state } };
}

function isPermanent(cause: Cause | undefined): cause is Cause & { readonly until?: never } {
  return cause !== undefined && cause.until === undefined;
}
