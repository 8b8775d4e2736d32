import type { Address } from '../domain/address.ts';
import { minute } from '../domain/durations.ts';
import { addressVariantsOf } from '../domain/suppression/address-variants.ts';
import { type Attribution, assertAttribution } from '../domain/suppression/attribution.ts';
import { erasureKeyMaxAgeMs } from '../domain/suppression/erased-address.ts';
import { listOfTenant } from '../domain/suppression/list-name.ts';
import type { SuppressionStore } from '../domain/suppression/store.ts';
import type { Erased, Erasures, KeptSuppression } from './erasures.ts';
import {
  deleteFromLists,
  listsOfTenant,
  type ReleaseEverywhereDependencies,
  type RemovalReport,
} from './release-everywhere.ts';

export type EraseDependencies = Pick<
  ReleaseEverywhereDependencies,
  'store' | 'lists' | 'outbox' | 'clock' | 'tenantsWithRecordOf'
> & {
  readonly erasures: Erasures;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Called while the first erasure of a stack waits for the applications to notice it. */
  readonly onWait?: (remainingMs: number) => void;
};

/** What was erased of an address, and what is kept. */
export type EraseReport = {
  readonly address: string;
  /** When. Epoch milliseconds. */
  readonly at: number;
  /** Missing if the table had nothing, or if nothing was deleted yet because SES could not be changed. */
  readonly erased?: Erased;
  readonly regions: readonly RemovalReport[];
  /** The suppressions that remain, under the keyed hash. */
  readonly kept: readonly KeptSuppression[];
  readonly hash: string;
  /** Whether SES refused a change, so that nothing was deleted in the table. */
  readonly isIncomplete: boolean;
};

/** A record whose state is still on its way to SES. Erased now, its address would appear on the list of SES again. */
export class SyncPendingError extends Error {
  override readonly name = 'SyncPendingError';
}

/** Reads that were under way when the key was created, with their retries, and reads of a replica that lags. */
const marginMs = minute;

/** How often a wait shows how long it still takes. */
const waitStepMs = 1000;

/**
 * Erases what is stored of an address: on the account suppression lists first, as only the record knows its variants there, then in the table,
 * where a keyed hash keeps the suppressions. If the process crashes in between, erasing it again does the rest.
 *
 * @throws SyncPendingError if a sync with SES is under way; StoreError if the table cannot be read or written; Error if other writers keep
 *   changing the record
 */
export async function eraseEverywhere(
  { key, original }: Address,
  attribution: Attribution,
  dependencies: EraseDependencies,
): Promise<EraseReport> {
  assertAttribution(attribution);
  const { store, erasures, clock, tenantsWithRecordOf } = dependencies;
  const variantsOn = async (ofList: SuppressionStore) => {
    const stored = (await ofList.read([{ address: key, eventIds: [] }])).get(key);
    const record = stored !== undefined && 'record' in stored ? stored.record : undefined;
    if (record?.pendingSync !== undefined)
      throw new SyncPendingError('its state is being synced with SES; try again in two minutes');
    return [...new Set([...(record ? addressVariantsOf(record) : [key]), original])];
  };
  const ofAccount = await variantsOn(store);
  const ofTenants: (readonly [tenant: string, variants: readonly string[]])[] = [];
  for (const tenant of await tenantsWithRecordOf(key))
    ofTenants.push([tenant, await variantsOn(store.ofList(listOfTenant(tenant)))]);
  await waitForKey(dependencies);
  const deleteAtSes = async (): Promise<RemovalReport[]> => {
    const reports = [...(await deleteFromLists(ofAccount, dependencies))];
    for (const [tenant, variants] of ofTenants) {
      const removals = await deleteFromLists(variants, { lists: listsOfTenant(tenant, dependencies.lists) });
      reports.push(...removals.map((report) => ({ ...report, tenant })));
    }
    return reports;
  };
  const removed = await deleteAtSes();
  const at = clock();
  const report = async (regions: readonly RemovalReport[], erased?: Erased): Promise<EraseReport> => {
    const { hash = '', suppressions: kept } = await erasures.find(key, at);
    return { address: key, at, ...(erased && { erased }), regions, kept, hash, isIncomplete: regions.some(isFailed) };
  };
  if (removed.some(isFailed)) return report(removed);
  const erased = await erasures.erase(key, at, attribution);
  // A change that was on its way to SES when the record was read may have arrived in the meantime.
  const again = await deleteAtSes();
  return report(mergeReports(removed, again), erased);
}

/** SES accepts no address of this form, so it cannot have it. */
const isFailed = ({ error }: RemovalReport) => error !== undefined && error.kind !== 'rejected';

/**
 * Creates the key of the hashes if the stack has none, and waits until every application must have read it: until then, an application would
 * not look for the hash of an address whose record is gone.
 */
async function waitForKey({ erasures, clock, sleep, onWait }: EraseDependencies): Promise<void> {
  const createdAt = await erasures.openKey(clock());
  const readyAt = createdAt + erasureKeyMaxAgeMs + marginMs;
  for (let remaining = readyAt - clock(); remaining > 0; remaining = readyAt - clock()) {
    onWait?.(remaining);
    await sleep(Math.min(remaining, waitStepMs));
  }
}

function mergeReports(first: readonly RemovalReport[], second: readonly RemovalReport[]): RemovalReport[] {
  return first.map((report, index) => {
    const later = second[index];
    return later === undefined ? report : { ...later, removed: [...report.removed, ...later.removed] };
  });
}
