import type { AddressKey } from '../domain/address.ts';
import type { ListedAddress } from '../domain/suppression/adopted-event.ts';
import { listOfTenant } from '../domain/suppression/list-name.ts';
import { createPackedEntries } from './packed-entries.ts';

/** The entries of many tenants' lists, packed together: most of these lists are short, and each collection takes a megabyte. */
export type TenantEntries = {
  clear(): void;
  /** Returns what adds entries to the list of a tenant. */
  of(tenant: string): { add(entry: ListedAddress): void };
  /** Removes the entries of an address on a list and returns them. */
  take(list: string, address: AddressKey): readonly ListedAddress[];
  /** Yields the entries that have not been taken, all entries of an address on a list at once. */
  takeRest(): Generator<{ readonly list: string; readonly entries: readonly ListedAddress[] }>;
};

/** Creates an empty collection. */
export function createTenantEntries(): TenantEntries {
  const packed = createPackedEntries();
  // The name of a list has no space.
  const keyOf = (list: string, address: AddressKey) => `${list} ${address}` as AddressKey;
  const withoutList = (entry: ListedAddress): ListedAddress => {
    const { key, original } = entry.address;
    return { ...entry, address: { key: key.slice(key.indexOf(' ') + 1) as AddressKey, original } };
  };
  return {
    clear: packed.clear,
    of: (tenant) => ({
      add(entry) {
        const { key, original } = entry.address;
        packed.add({ ...entry, address: { key: keyOf(listOfTenant(tenant), key), original } });
      },
    }),
    take: (list, address) => packed.take(keyOf(list, address)).map(withoutList),
    *takeRest() {
      for (const entries of packed.takeRest()) {
        const list = entries[0]?.address.key.split(' ', 1)[0] ?? '';
        yield { list, entries: entries.map(withoutList) };
      }
    },
  };
}
