import type { AddressKey } from '../domain/address.ts';
import type { SuppressionEntry } from './verdict.ts';

/** What was read of addresses, for a while: also that nothing is held of one. */
export type Cache = {
  /** `undefined`: not known, or not any more. */
  get(address: AddressKey): readonly SuppressionEntry[] | undefined;
  set(address: AddressKey, entries: readonly SuppressionEntry[]): void;
  delete(address: AddressKey): void;
};

export type CacheOptions = {
  /** How old an answer may be. Milliseconds; 0: nothing is kept. */
  readonly maxAgeMs: number;
  /** How many addresses are kept: those that were asked for last. */
  readonly maxEntries: number;
};

/** A map that forgets: what is too old, and of too many what was not asked for the longest. */
export function createCache({ maxAgeMs, maxEntries }: CacheOptions, clock: () => number): Cache {
  // A map keeps the order in which its keys were set, so the first one is the one longest not asked for.
  const held = new Map<AddressKey, { readonly entries: readonly SuppressionEntry[]; readonly at: number }>();
  return {
    get(address) {
      const found = held.get(address);
      if (!found) return undefined;
      const age = clock() - found.at;
      held.delete(address);
      // A clock that was set back must not keep an answer for longer than it may be kept.
      if (age < 0 || age >= maxAgeMs) return undefined;
      held.set(address, found);
      return found.entries;
    },
    set(address, entries) {
      if (maxAgeMs <= 0 || maxEntries <= 0) return;
      held.delete(address);
      held.set(address, { entries, at: clock() });
      if (held.size > maxEntries) held.delete(held.keys().next().value as AddressKey);
    },
    delete: (address) => void held.delete(address),
  };
}
