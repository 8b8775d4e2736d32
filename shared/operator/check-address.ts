import { type AccountList, describeOutcome } from '../account-list/account-list.ts';
import type { RateLimiter } from '../account-list/rate-limiter.ts';
import type { Address } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import type { SesReason } from '../domain/suppression/account-list-state.ts';
import { addressVariantsOf } from '../domain/suppression/address-variants.ts';
import { defaultListName } from '../domain/suppression/list-name.ts';
import type { OperatorChange } from '../domain/suppression/operator-change.ts';
import { type Evidence, isExpired, isSuppressedAt, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { SuppressionStore } from '../domain/suppression/store.ts';
import type { Erasures, KeptSuppression } from './erasures.ts';

export type CheckDependencies = {
  readonly store: SuppressionStore;
  /** The account suppression lists, by Region. */
  readonly lists: ReadonlyMap<string, { readonly list: AccountList; readonly rateLimiter: RateLimiter }>;
  /** What operators changed. */
  readonly history: { ofAddress(address: string): Promise<readonly OperatorChange[]> };
  /** What is kept of addresses whose data was erased. */
  readonly erasures: Pick<Erasures, 'find'>;
  /** Returns the current time in epoch milliseconds. */
  readonly clock: () => number;
};

/** The account suppression list of one Region. */
export type RegionCheck = {
  readonly region: string;
  /** The entries for the address, in every known address variant. */
  readonly entries: readonly { readonly address: string; readonly reason: SesReason; readonly updatedAt: number }[];
  /** Why SES could not be asked about every variant. */
  readonly error?: string;
};

/** One thing that happened to an address. Times are epoch milliseconds. */
export type HistoryEntry = ({ readonly kind: 'feedback' } & Evidence) | ({ readonly kind: 'change' } & OperatorChange);

/** Everything that decides whether email to an address arrives. */
export type AddressCheck = {
  readonly address: string;
  /** `suppressed`: the table or the account suppression list of a Region keeps email from it. */
  readonly verdict: 'deliverable' | 'suppressed';
  /** What the table says. Missing if it does not suppress the address. */
  readonly suppression?: {
    readonly reason: Reason;
    readonly since: number;
    /** Missing if it is permanent. */
    readonly until?: number;
    /** Whether the complaint named several recipients, so that another of them may have made it. */
    readonly isSuspected: boolean;
  };
  /** What suppresses the address although its data was erased. */
  readonly erased?: KeptSuppression;
  readonly regions: readonly RegionCheck[];
  /** Whether a list of SES still has to be changed to what the table says. */
  readonly isSyncPending: boolean;
  /** Newest first: the evidence that the record keeps, and what operators changed. */
  readonly history: readonly HistoryEntry[];
  readonly strikes: readonly number[];
  /** Number of emails that SES did not send because of a suppression list. */
  readonly prevented: number;
};

/**
 * Reads what is known about an address: its record, and its entries on the account suppression lists.
 *
 * @throws StoreError if the table cannot be read; Error if the record is damaged
 */
export async function checkAddress(
  { key, original }: Address,
  { store, lists, history, erasures, clock }: CheckDependencies,
): Promise<AddressCheck> {
  const stored = (await store.read([{ address: key, eventIds: [] }])).get(key);
  if (stored !== undefined && 'unreadable' in stored) throw new Error(stored.unreadable);
  const now = clock();
  const { hash, suppressions } = await erasures.find(key, now);
  const changes = [...(await history.ofAddress(key)), ...(hash === undefined ? [] : await history.ofAddress(hash))];
  const erased = suppressions.find(({ list }) => list === defaultListName);
  const record = stored === undefined || isExpired(stored.record, now) ? undefined : stored.record;
  const variants = [...new Set([...(record ? addressVariantsOf(record) : [key]), original])];
  const regions = await Promise.all(
    [...lists].map(([region, { list, rateLimiter }]) => checkRegion(region, variants, list, rateLimiter)),
  );
  const isSuppressed = isSuppressedAt(record, now);
  const isListed = regions.some(({ entries }) => entries.length > 0);
  const suppression = isSuppressed && record ? suppressionOf(record) : undefined;
  return {
    address: key,
    verdict: isSuppressed || isListed || erased !== undefined ? 'suppressed' : 'deliverable',
    ...defined({ suppression, erased }),
    regions,
    isSyncPending: record?.pendingSync !== undefined,
    history: historyOf(record, changes),
    strikes: record?.strikes ?? [],
    prevented: record?.prevented ?? 0,
  };
}

function suppressionOf({ reason, since, until, causes }: SuppressionRecord): AddressCheck['suppression'] {
  if (reason === undefined || since === undefined) return undefined;
  return { reason, since, ...defined({ until }), isSuspected: causes[reason]?.suspected === true };
}

function historyOf(record: SuppressionRecord | undefined, changes: readonly OperatorChange[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [
    ...(record?.evidence ?? []).map((one) => ({ kind: 'feedback' as const, ...one })),
    ...[...changes, ...unrecordedChanges(record, changes)].map((one) => ({ kind: 'change' as const, ...one })),
  ];
  return entries.sort((a, b) => b.at - a.at);
}

/** Returns the latest release and manual suppression, if a version that kept no history made them. */
function unrecordedChanges(
  record: SuppressionRecord | undefined,
  changes: readonly OperatorChange[],
): OperatorChange[] {
  const { address = '', released, suppressedManually } = record ?? {};
  const known = [
    ...(released ? [{ address, action: 'released' as const, ...released }] : []),
    ...(suppressedManually ? [{ address, action: 'suppressed' as const, ...suppressedManually }] : []),
  ];
  return known.filter(
    ({ action, by, note }) => !changes.some((one) => one.action === action && one.by === by && one.note === note),
  );
}

/** With the waiting times of the rate limiter, this many attempts take about ten seconds. */
const maxAttempts = 4;

async function checkRegion(
  region: string,
  variants: readonly string[],
  list: AccountList,
  rateLimiter: RateLimiter,
): Promise<RegionCheck> {
  const entries: RegionCheck['entries'][number][] = [];
  for (const variant of variants) {
    const found = await getWhileThrottled(variant, list, rateLimiter);
    if (found.kind === 'found') {
      entries.push({ address: found.emailAddress, reason: found.reason, updatedAt: found.updatedAt });
    } else if (found.kind !== 'not-found' && found.kind !== 'rejected') {
      return { region, entries, error: describeOutcome(found) };
    }
  }
  return { region, entries };
}

async function getWhileThrottled(variant: string, list: AccountList, rateLimiter: RateLimiter) {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const result = await rateLimiter.run(() => list.get(variant));
    if (result !== undefined && result.kind !== 'throttled') return result;
  }
  return { kind: 'throttled' } as const;
}
