import { shortHash } from '../feedback/event-id.ts';
import { isSimulator } from '../feedback/rate-exempt.ts';
import type { Policy } from '../policy/policy.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { Cause, SuppressionRecord } from './record.ts';

/** The Region of the stack, whose SES sends us feedback; further ones go by their names. */
export const homeRegion = 'home';

/** Stands among the Regions that are still to be told for a question: for which mail has SES listed the address? */
export const messageLookup = 'look';

/** The rule of evidence that was read off SES's own list. */
export const adoptedRule = 'ses-account-list';

/** SES's list knows two reasons: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutSuppressedDestination.html */
export type SesReason = 'BOUNCE' | 'COMPLAINT';

/** What SES's list ought to say of an address. */
export type DesiredState =
  | { readonly kind: 'listed'; readonly reason: SesReason }
  /** From that moment on it must not stand there. Epoch milliseconds. */
  | { readonly kind: 'unlisted'; readonly from: number };

/** What the list of one Region was told last. */
export type SyncState = {
  /** The wish as text; `held`: nothing was told, but SES was seen to hold the address; `absent`: …not to hold it. */
  readonly value: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** SES's answer, where it will not take it. It is not asked again until the wish changes. */
  readonly rejected?: string;
};

/** The outbox of a record: it stays until every one of these has been told. */
export type PendingSync = {
  readonly regions: readonly string[];
  /** Not to be told before. Epoch milliseconds. */
  readonly due: number;
};

type Settings = Policy['accountList'];
/** What is known of an address apart from SES's own list. */
type Known = Pick<SuppressionRecord, 'address' | 'causes' | 'released'>;

/**
 * @returns `undefined` where SES's list is none of our business: for soft bounces, what was said by hand and has an end (SES knows no end),
 *   the simulator, and what SES listed for reasons of its own
 */
export function desiredStateOf({ address, causes, released }: Known): DesiredState | undefined {
  if (isSimulator(address)) return undefined;
  if (isLasting(causes.complaint)) return { kind: 'listed', reason: 'COMPLAINT' };
  if (isLasting(causes.hard)) return { kind: 'listed', reason: 'BOUNCE' };
  const { 'policy-block': block, soft, manual } = causes;
  // That somebody does not want the mail is nearer to a complaint than to a bounce, and SES knows no third word.
  if (isLasting(manual)) return { kind: 'listed', reason: 'COMPLAINT' };
  // SES lists a permanent bounce for good, also where the sender was blocked and the block ends; and what we have told it for good as well.
  if (block?.until !== undefined || isListedByUs(causes))
    return { kind: 'unlisted', from: Math.max(block?.until ?? 0, manual?.until ?? 0, soft?.until ?? 0) };
  return released && { kind: 'unlisted', from: released.at };
}

/**
 * SES may hold the address because it was to be suppressed for good by hand: it may have been told so by now, whatever is noted of it. What
 * SES held before that it holds for a reason of its own.
 */
function isListedByUs({ manual, 'ses-list': listed }: SuppressionRecord['causes']): boolean {
  if (manual?.permanentSince === undefined) return false;
  return listed === undefined || listed.since >= manual.permanentSince;
}

/**
 * A wish as {@link SyncState} remembers it. Late feedback can show another spelling, under which SES holds the address all the same: so what
 * was deleted is part of it.
 */
export function encodeDesiredState(wish: DesiredState, spellings: readonly string[] = []): string {
  if (wish.kind === 'listed') return wish.reason;
  const others = spellings.length === 0 ? '' : `, as ${spellings.length} others (${shortHash(spellings.join(), 5)})`;
  return `none from ${formatTimestamp(wish.from)}${others}`;
}

/** Whom SES's list still has to be told of this record; `undefined`: nobody. */
export function pendingSyncOf(record: SuppressionRecord, { mode, regions }: Settings): PendingSync | undefined {
  if (mode === 'off') return undefined;
  const wish = desiredStateOf(record);
  if (wish === undefined) return isUnexplained(record) ? { regions: [messageLookup], due: dueOf(record) } : undefined;
  // In an order of its own: that of the policy may change, and the key of the index must not.
  const pending = [homeRegion, ...[...regions].sort()].filter((region) => isOwed(record, wish, region, mode));
  if (pending.length === 0) return undefined;
  // What was seen on SES's list, or missed there, is owed since then.
  // Stryker disable next-line ArrayDeclaration: what says nothing is no sight
  const seen = pending.flatMap((region) => record.syncStates?.[region] ?? []).filter(({ value }) => isSight(value));
  const due = wish.kind === 'unlisted' ? wish.from : dueOf(record);
  return { regions: pending, due: Math.max(due, ...seen.map(({ at }) => at)) };
}

function isOwed(record: SuppressionRecord, wish: DesiredState, region: string, mode: Settings['mode']): boolean {
  const told = record.syncStates?.[region];
  const isHome = region === homeRegion;
  // What was told before a release says nothing: a delete has come since, or is under way.
  if (wish.kind === 'listed' && record.released !== undefined && (told?.at ?? 0) <= record.released.at) return true;
  if (told !== undefined && told.value !== 'held')
    return told.value !== encodeDesiredState(wish, record.addressVariants);
  if (told !== undefined && wish.kind === 'listed') return false;
  const { complaint, manual } = record.causes;
  // Elsewhere stands only what we have put there (by hand perhaps just now), and what an operator has let go.
  if (wish.kind === 'unlisted') return isHome || record.released !== undefined || manual?.permanentSince !== undefined;
  if (!isHome || mode === 'always') return true;
  // Whom SES itself lists of several that one complaint names is not documented; what was said by hand it cannot know.
  return wish.reason === 'COMPLAINT' && (!isLasting(complaint) || complaint.suspected === true);
}

function isSight(says: string): boolean {
  return says === 'held' || says === 'absent';
}

/** SES was seen to list the address, and we do not know for which mail. */
function isUnexplained({ causes, evidence, syncStates }: SuppressionRecord): boolean {
  const isUnknown = evidence.some(({ rule, messageId }) => rule === adoptedRule && messageId === '');
  return causes['ses-list'] !== undefined && syncStates?.[homeRegion] === undefined && isUnknown;
}

function dueOf({ causes }: SuppressionRecord): number {
  const { complaint, hard, manual } = causes;
  // What was said by hand waits since it was said, however long something else is known.
  if (isLasting(manual) && !isLasting(complaint) && !isLasting(hard)) return manual.last;
  return Math.min(...Object.values(causes).map(({ since }) => since));
}

/**
 * Since when an address that stands on SES's list stands there for another reason than those we know: what SES does between the end
 * of a suppression and our delete is only late. `Infinity`: it has still to be deleted.
 */
export function explainedUntil(record: SuppressionRecord, { mode }: Settings): number {
  const { manual: _, ...others } = record.causes;
  // What was said by hand SES knows from nobody but us.
  const wish = desiredStateOf(mode === 'off' ? { ...record, causes: others } : record);
  if (wish === undefined) return Number.NEGATIVE_INFINITY;
  if (wish.kind === 'listed') return Number.POSITIVE_INFINITY;
  const told = record.syncStates?.[homeRegion];
  if (told?.value === encodeDesiredState(wish, record.addressVariants)) return told.at + syncGracePeriod;
  return mode === 'off' ? wish.from : Number.POSITIVE_INFINITY;
}

/** SES's sending may go by a deleted entry for a while, and the feedback on that comes later still. */
export const syncGracePeriod: number = 60 * 60 * 1000;

/** Notes what a Region was told. The caller derives the record anew. */
export function withSyncState(record: SuppressionRecord, region: string, told: SyncState): SuppressionRecord {
  return { ...record, syncStates: { ...record.syncStates, [region]: told } };
}

/** How the address may stand on SES's list, which is case-exact: all of it is to be deleted. */
export function addressVariantsOf({ address, addressVariants }: SuppressionRecord): readonly string[] {
  return [...new Set([...addressVariants, address])];
}

/** How it is put there: as SES itself wrote it, so that it does not stand there twice. */
export function addressForSes({ address, addressVariants }: SuppressionRecord): string {
  return addressVariants.find((spelling) => /^[\x21-\x7e]+$/.test(spelling)) ?? address;
}

/** An index key is one partition, which takes a thousand writes a second: so many of them do for a flood. */
const shards = [0, 1, 2, 3];

/** Under which key of the index a record is to be found. Whoever looks for one Region's finds no record that waits for others only. */
export function outboxKey(address: string, pending: readonly string[]): string {
  return `${pending.join('+')}#${shortHash(address, 1).charCodeAt(0) % shards.length}`;
}

/** All keys under which records that wait for exactly one of these sets of Regions are to be found. */
export function outboxKeys(sets: readonly (readonly string[])[]): string[] {
  return sets.flatMap((pending) => shards.map((shard) => `${pending.join('+')}#${shard}`));
}

function isLasting(cause: Cause | undefined): cause is Cause & { readonly until?: never } {
  return cause !== undefined && cause.until === undefined;
}
