import type { AddressKey } from '../domain/address.ts';
import type { StoredSuppression } from './verdict.ts';

/** Keeps what was read of addresses for a while, including that the table has no entry for one. */
export type Cache = {
  /** Returns `undefined` if the cache has no answer, or only one that is too old. */
  get(address: AddressKey): readonly StoredSuppression[] | undefined;
  set(address: AddressKey, entries: readonly StoredSuppression[]): void;
  delete(address: AddressKey): void;
};

export type CacheOptions = {
  /** The age at which an answer expires. Milliseconds; 0 turns the cache off. */
  readonly maxAgeMs: number;
  /** The number of addresses to keep; 0 turns the cache off. */
  readonly maxEntries: number;
};

/** Returns an empty cache. When it is full, it evicts the least recently used address. */
export function createCache({ maxAgeMs, maxEntries }: CacheOptions, clock: () => number): Cache {
  // A map iterates in the order of insertion. Each lookup re-inserts its key, so the first key is the least recently used one.
  const answers = new Map<AddressKey, { readonly entries: readonly StoredSuppression[]; readonly at: number }>();
  return {
    get(address) {
      const answer = answers.get(address);
      if (!answer) return undefined;
      const age = clock() - answer.at;
      answers.delete(address);
      // A negative age means that the clock was set back, which must not prolong an answer's life.
      if (age < 0 || age >= maxAgeMs) return undefined;
      answers.set(address, answer);
      return answer.entries;
    },
    set(address, entries) {
      if (maxAgeMs <= 0 || maxEntries <= 0) return;
      answers.delete(address);
      answers.set(address, { entries, at: clock() });
      if (answers.size > maxEntries) answers.delete(answers.keys().next().value as AddressKey);
    },
    delete: (address) => void answers.delete(address),
  };
}
