import { type AddressKey, parseAddress } from '../feedback/address.ts';
import { accountList } from '../feedback/suppression-record.ts';
import { createCache } from './cache.ts';
import { InvalidAddressError, SuppressionStoreError } from './errors.ts';
import { explainFailure } from './explain-failure.ts';
import { guard } from './guard.ts';
import { nodemailerPlugin } from './nodemailer-plugin.ts';
import type { Operator } from './operator.ts';
import { maxKeys, type ReadEntries } from './read-entries.ts';
import type { ListOptions, SuppressionList } from './suppression-list.ts';
import { type Allowed, type Entry, type Suppressed, type Verdict, verdictOf } from './verdict.ts';
import { within } from './within.ts';

export type ListDependencies = {
  /** Missing: it is in memory. */
  readonly tableName?: string;
  readonly readEntries: ReadEntries;
  /** Who may change it: fetched when it is needed, as most applications never do. */
  readonly operator: () => Promise<Operator>;
};

/** The list over whatever holds it: all that is the same for the table and for the one in memory. */
export function createList(
  { tableName, readEntries, operator }: ListDependencies,
  {
    list = accountList,
    cache: { maxAgeMs = 0, maxEntries = 10_000 } = { maxAgeMs: 0 },
    whenStoreFails = 'throw',
    onStoreFailure = warnOnceAMinute(),
    timeoutMs = 3000,
    concurrency = 8,
    clock = Date.now,
  }: ListOptions,
): SuppressionList {
  const lists = list === accountList ? [accountList] : [accountList, list];
  const cache = createCache({ maxAgeMs, maxEntries }, clock);

  /** @returns an error instead, where `whenStoreFails` makes a verdict of it */
  async function read(keys: readonly AddressKey[], signal?: AbortSignal) {
    try {
      const found = await within(timeoutMs, signal, (inner) => readEntries(keys, lists, inner));
      for (const key of keys) cache.set(key, found.get(key) ?? []);
      return found;
    } catch (error) {
      signal?.throwIfAborted();
      const failure = error instanceof SuppressionStoreError ? error : explainFailure(error, tableName ?? 'in memory');
      if (whenStoreFails === 'throw') throw failure;
      onStoreFailure(failure);
      return failure;
    }
  }

  function judge(address: string, known: readonly Entry[] | SuppressionStoreError): Allowed | Suppressed {
    if (!(known instanceof Error)) return verdictOf(address, known, clock());
    if (whenStoreFails === 'allow') return { kind: 'allowed', address, unverified: true };
    return { kind: 'suppressed', address, reason: 'store-failed', since: new Date(clock()), suspected: false, list };
  }

  async function check(address: string, signal?: AbortSignal): Promise<Allowed | Suppressed> {
    const key = keyOf(address);
    const cached = cache.get(key);
    if (cached !== undefined) return judge(address, cached);
    const found = await read([key], signal);
    return judge(address, found instanceof Error ? found : (found.get(key) ?? []));
  }

  /** One for each, in the same order. */
  async function judgeAll(addresses: readonly string[], signal?: AbortSignal): Promise<Verdict[]> {
    const keys = addresses.map((address) => parse(address)?.key);
    const known = new Map<AddressKey, readonly Entry[] | SuppressionStoreError>();
    const missing: AddressKey[] = [];
    for (const key of new Set(keys)) {
      const cached = key && cache.get(key);
      if (cached !== undefined) known.set(key as AddressKey, cached);
      else if (key !== undefined) missing.push(key);
    }
    const parts = partsOf(missing, Math.floor(maxKeys / lists.length));
    let hasFailed = false;
    const work = async () => {
      // All workers take from one iterator.
      for (const part of parts) {
        if (hasFailed) return;
        const found = await read(part, signal).catch((error) => {
          hasFailed = true;
          throw error;
        });
        for (const key of part) known.set(key, found instanceof Error ? found : (found.get(key) ?? []));
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return addresses.map((address, i) => {
      const entries = known.get(keys[i] as AddressKey);
      return entries === undefined ? { kind: 'invalid', address } : judge(address, entries);
    });
  }

  return {
    isSuppressed: async (address, { signal } = {}) => (await check(address, signal)).kind === 'suppressed',
    check: (address, { signal } = {}) => check(address, signal),
    async filterSuppressed(addresses, { signal } = {}) {
      const unique = new Map<string, string>();
      for (const address of addresses) {
        const key = parse(address)?.key ?? address;
        if (!unique.has(key)) unique.set(key, address);
      }
      return judgeAll([...unique.values()], signal);
    },
    async suppress(address, note) {
      const { suppress } = await operator();
      await suppress(parse(address) ?? refuse(), note);
      cache.delete(keyOf(address));
    },
    async release(address, note) {
      const { release } = await operator();
      const wasHeld = await release(parse(address) ?? refuse(), note);
      cache.delete(keyOf(address));
      return wasHeld;
    },
    guard: (client, options) => guard(client, judgeAll, options),
    nodemailer: (options) => nodemailerPlugin(judgeAll, options),
    async openSnapshot(file, options) {
      const { openSnapshot } = await import('./snapshot.ts');
      return openSnapshot(file, { lists, judgeAll, clock, ...options, ...(tableName !== undefined && { tableName }) });
    },
  };
}

function* partsOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

function parse(address: unknown) {
  return typeof address === 'string' ? parseAddress(address) : undefined;
}

function keyOf(address: unknown): AddressKey {
  return (parse(address) ?? refuse()).key;
}

function refuse(): never {
  throw new InvalidAddressError();
}

/** A store that fails, fails a thousand times a second. */
function warnOnceAMinute(): (error: Error) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    const now = performance.now();
    if (now - last < 60_000) return;
    last = now;
    process.emitWarning(message, 'SuppressionStoreWarning');
  };
}
