import { type AccountList, describeOutcome } from '../account-list/account-list.ts';
import type { RateLimiter } from '../account-list/rate-limiter.ts';
import type { Address, AddressKey } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import type { SesReason } from '../domain/suppression/account-list-state.ts';
import { addressVariantsOf } from '../domain/suppression/address-variants.ts';
import { defaultListName, listOfTenant } from '../domain/suppression/list-name.ts';
import type { OperatorChange } from '../domain/suppression/operator-change.ts';
import { type Evidence, isExpired, isSuppressedAt, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { SuppressionStore } from '../domain/suppression/store.ts';
import type { Erasures, KeptSuppression } from './erasures.ts';
import type { LimitedList } from './release-everywhere.ts';

export type CheckDependencies = {
  readonly store: SuppressionStore;
  /** The account suppression lists, by Region. */
  readonly lists: ReadonlyMap<string, LimitedList>;
  /** Returns the tenants on whose lists the address has a record. */
  readonly tenantsWithRecordOf: (address: AddressKey) => Promise<readonly string[]>;
  /** The tenant that sends the email. Its list at SES is read as well. */
  readonly tenant?: { readonly name: string; readonly region: string };
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

/** What the table says of an address on a list. */
export type CheckedSuppression = {
  readonly reason: Reason;
  readonly since: number;
  /** Missing if it is permanent. */
  readonly until?: number;
  /** Whether the complaint named several recipients, so that another of them may have made it. */
  readonly isSuspected: boolean;
};

/** What keeps email of one tenant from an address, beside the account's list. */
export type TenantCheck = {
  readonly tenant: string;
  /** Missing if the table does not suppress the address for the tenant. */
  readonly suppression?: CheckedSuppression;
  readonly erased?: KeptSuppression;
  readonly isSyncPending: boolean;
  /** The tenant's list at SES. Missing if it was not read. */
  readonly atSes?: RegionCheck;
};

/** Everything that decides whether email to an address arrives. */
export type AddressCheck = {
  readonly address: string;
  /**
   * `suppressed`: the table or the account suppression list of a Region keeps email from it, or the list of the tenant that was asked about.
   */
  readonly verdict: 'deliverable' | 'suppressed';
  /** What the table says. Missing if it does not suppress the address. */
  readonly suppression?: CheckedSuppression;
  /** What suppresses the address although its data was erased. */
  readonly erased?: KeptSuppression;
  readonly regions: readonly RegionCheck[];
  /** The tenants on whose lists the address has a record, and the tenant that was asked about. */
  readonly tenants: readonly TenantCheck[];
  /** Whether a list of SES still has to be changed to what the table says. */
  readonly isSyncPending: boolean;
  /** Newest first: the evidence that the record keeps, and what operators changed. */
  readonly history: readonly HistoryEntry[];
  readonly strikes: readonly number[];
  /** Number of emails that SES did not send because of a suppression list. */
  readonly prevented: number;
};

/**
 * Reads what is known about an address: its records, and its entries on the suppression lists of SES.
 *
 * @throws StoreError if the table cannot be read; Error if the record is damaged
 */
export async function checkAddress(
  { key, original }: Address,
  { store, lists, history, erasures, clock, tenantsWithRecordOf, tenant }: CheckDependencies,
): Promise<AddressCheck> {
  const now = clock();
  const { hash, suppressions } = await erasures.find(key, now);
  const changes = [...(await history.ofAddress(key)), ...(hash === undefined ? [] : await history.ofAddress(hash))];
  const keptOn = (list: string) => suppressions.find((one) => one.list === list);
  const variantsOf = (record: SuppressionRecord | undefined) => [
    ...new Set([...(record ? addressVariantsOf(record) : [key]), original]),
  ];
  const record = await readRecord(store, key, now);
  const regions = await Promise.all([...lists].map(([region, list]) => checkRegion(region, variantsOf(record), list)));

  const named = tenant === undefined ? await tenantsWithRecordOf(key) : [tenant.name];
  const tenantRecords = await Promise.all(named.map((name) => readRecord(store.ofList(listOfTenant(name)), key, now)));
  const checkAtSes = async (name: string, ofTenant: SuppressionRecord | undefined) => {
    const home = tenant && lists.get(tenant.region);
    return home && checkRegion(tenant.region, variantsOf(ofTenant), { ...home, list: home.list.ofTenant(name) });
  };
  const tenants = await Promise.all(
    named.map(async (name, i): Promise<TenantCheck> => {
      const ofTenant = tenantRecords[i];
      return {
        tenant: name,
        ...defined({
          suppression: suppressionOf(ofTenant, now),
          erased: keptOn(listOfTenant(name)),
          atSes: await checkAtSes(name, ofTenant),
        }),
        isSyncPending: ofTenant?.pendingSync !== undefined,
      };
    }),
  );

  const suppression = suppressionOf(record, now);
  const erased = keptOn(defaultListName);
  const isListed = regions.some(({ entries }) => entries.length > 0);
  const isKeptFromTenant = tenant !== undefined && tenants.some(isSuppressedFor);
  return {
    address: key,
    verdict: suppression || isListed || erased || isKeptFromTenant ? 'suppressed' : 'deliverable',
    ...defined({ suppression, erased }),
    regions,
    tenants,
    isSyncPending: record?.pendingSync !== undefined,
    history: historyOf([record, ...tenantRecords], changes),
    strikes: record?.strikes ?? [],
    prevented: record?.prevented ?? 0,
  };
}

function isSuppressedFor({ suppression, erased, atSes }: TenantCheck): boolean {
  return suppression !== undefined || erased !== undefined || (atSes?.entries.length ?? 0) > 0;
}

async function readRecord(
  store: SuppressionStore,
  address: AddressKey,
  now: number,
): Promise<SuppressionRecord | undefined> {
  const stored = (await store.read([{ address, eventIds: [] }])).get(address);
  if (stored !== undefined && 'unreadable' in stored) throw new Error(stored.unreadable);
  return stored === undefined || isExpired(stored.record, now) ? undefined : stored.record;
}

function suppressionOf(record: SuppressionRecord | undefined, now: number): CheckedSuppression | undefined {
  if (record === undefined || !isSuppressedAt(record, now)) return undefined;
  const { reason, since, until, causes } = record;
  if (reason === undefined || since === undefined) return undefined;
  return { reason, since, ...defined({ until }), isSuspected: causes[reason]?.suspected === true };
}

/** The first record is that of the account's list. Feedback to a tenant is evidence on its list, and counted on the account's. */
function historyOf(
  records: readonly (SuppressionRecord | undefined)[],
  changes: readonly OperatorChange[],
): HistoryEntry[] {
  const evidence = new Map(records.flatMap((record) => record?.evidence ?? []).map((one) => [one.id, one]));
  const entries: HistoryEntry[] = [
    ...[...evidence.values()].map((one) => ({ kind: 'feedback' as const, ...one })),
    ...[...changes, ...unrecordedChanges(records[0], changes)].map((one) => ({ kind: 'change' as const, ...one })),
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
  { list, rateLimiter }: LimitedList,
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
