/**
 * Reconciles a generated list with a generated table, as a dry run. reconcile.ts bundles this file, and forks it with a
 * number of entries and an empty folder.
 */

import { fileStorage } from '../../cli/commands/sync.ts';
import type { AccountList, ListEntry } from '../../shared/account-list/account-list.ts';
import { reconcile } from '../../shared/account-list/reconcile.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { adoptedEvent } from '../../shared/domain/suppression/adopted-event.ts';
import { decide } from '../../shared/domain/suppression/decide.ts';
import type { StoredRecord, SuppressionStore } from '../../shared/domain/suppression/store.ts';
import { sendMeasurement } from './send-measurement.ts';

export type ReconcileMeasurement = { readonly seconds: number; readonly megabytes: number; readonly missing: number };

const pageSize = 1000;
/** One entry in ten is in no record. */
const isKnown = (i: number) => i % 10 !== 0;
const listedAt = Date.UTC(2026, 0, 1);
let now = Date.UTC(2026, 5, 1);

/** Addresses of the usual length, in an order that is not that of their hashes. */
const addressOf = (i: number) => `recipient.${i.toString(36)}@customer-${i % 997}.example.com`;

function entryOf(i: number): ListEntry {
  return { emailAddress: addressOf(i), reason: 'BOUNCE', updatedAt: listedAt + i };
}

function listOf(count: number): AccountList {
  const notUsed = async () => ({ kind: 'failed' as const, reason: 'not used' });
  return {
    ofTenant: () => listOf(0),
    put: notUsed,
    delete: notUsed,
    get: notUsed,
    startImport: notUsed,
    readImport: notUsed,
    isInSandbox: notUsed,
    listTenants: notUsed,
    async list(token = '0') {
      const from = Number(token);
      const entries = Array.from({ length: Math.min(pageSize, count - from) }, (_, i) => entryOf(from + i));
      const next = from + pageSize;
      return { kind: 'page', entries, ...(next < count && { next: String(next) }) };
    },
  };
}

/** Yields the records of the known entries, as adopted from the list, and as many of other addresses. */
async function* recordsOf(count: number, isWanted: (address: AddressKey) => boolean): AsyncGenerator<StoredRecord[]> {
  const first = { address: { key: addressOf(1) as AddressKey, original: addressOf(1) }, reason: 'BOUNCE' as const };
  const { record } = decide(undefined, adoptedEvent({ ...first, updatedAt: listedAt }), defaultPolicy, now);
  if (record === undefined) throw new Error('The entry was not adopted.');
  for (let from = 0; from < 2 * count; from += pageSize) {
    const numbers = Array.from({ length: pageSize }, (_, i) => from + i);
    const addresses = numbers.filter((i) => i >= count || isKnown(i)).map((i) => addressOf(i) as AddressKey);
    yield addresses.filter(isWanted).map((address) => ({ record: { ...record, address }, version: '1', unknown: {} }));
  }
}

async function measure(count: number, folder: string): Promise<ReconcileMeasurement> {
  const unused = () => Promise.reject(new Error('A dry run writes nothing.'));
  const start = performance.now();
  const report = await reconcile({
    store: { read: unused, write: unused } as unknown as SuppressionStore,
    lists: new Map([[homeRegion, listOf(count)]]),
    storage: fileStorage(folder),
    records: (isWanted) => recordsOf(count, isWanted),
    policy: defaultPolicy,
    clock: () => now,
    random: () => 0.5,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    remaining: () => Number.POSITIVE_INFINITY,
    isDryRun: true,
    progress: () => {},
  });
  const [region] = report.regions;
  if (region?.entries !== count) throw new Error(`${region?.entries} of ${count} entries were read.`);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: process.resourceUsage().maxRSS / 1000, missing: region.drift['missing-here'] };
}

const [count = '', folder = ''] = process.argv.slice(2);
sendMeasurement(measure(Number(count), folder));
