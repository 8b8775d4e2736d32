import type { StoredSuppression } from './verdict.ts';

/**
 * Keeps what was read of addresses for a while, including that the table has no entry for one. A key is an address, or an address, a space and a
 * tenant.
 */
export type Cache = {
  /** Returns `undefined` if the cache has no answer, or only one that is too old. */
  get(key: string): readonly StoredSuppression[] | undefined;
  set(key: string, entries: readonly StoredSuppression[]): void;
  /** Deletes what is known of an address, for all tenants. */
  delete(address: string): void;
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
  const answers = new Map<string, { readonly entries: readonly StoredSuppression[]; readonly at: number }>();
  return {
    get(key) {
      const answer = answers.get(key);
      if (!answer) return undefined;
      const age = clock() - answer.at;
      answers.delete(key);
      // A negative age means that the clock was set back, which must not prolong an answer's life.
      if (age < 0 || age >= maxAgeMs) return undefined;
      answers.set(key, answer);
      return answer.entries;
    },
    set(key, entries) {
      if (maxAgeMs <= 0 || maxEntries <= 0) return;
      answers.delete(key);
      answers.set(key, { entries, at: clock() });
      if (answers.size > maxEntries) answers.delete(answers.keys().next().value as string);
    },
    delete(address) {
      // An address can contain spaces itself, in quotation marks.
      for (const key of answers.keys()) if (key === address || key.startsWith(`${address} `)) answers.delete(key);
    },
  };
}
