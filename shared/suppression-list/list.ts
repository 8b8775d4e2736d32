import { type Address, type AddressKey, parseAddress } from '../domain/address.ts';
import { accountListName, listNamePattern } from '../domain/suppression/list-name.ts';
import { createCache } from './cache.ts';
import type { ReadEntries } from './dynamodb-reader.ts';
import type { Editor } from './editor.ts';
import { InvalidAddressError } from './errors.ts';
import { guardSesClient } from './guard-ses.ts';
import type { CallOptions, ListOptions, SuppressionList } from './suppression-list.ts';
import { type Allowed, type Suppressed, type SuppressionEntry, type Verdict, verdictOf } from './verdict.ts';
import { withTimeout } from './with-timeout.ts';

/** After a change of its own a list keeps no answer for so long: reads are eventually consistent. Milliseconds. */
const settling = 10_000;

/** Left out, both have their defaults. */
type CacheSettings = NonNullable<ListOptions['cache']>;

type Known = readonly SuppressionEntry[] | Error;

export type ListDependencies = {
  /** Missing: it is in memory. */
  readonly tableName?: string;
  readonly readEntries: ReadEntries;
  /** Who may change it: fetched when it is needed, as most applications never do. */
  readonly editor: () => Promise<Editor>;
};

/**
 * The list over whatever holds it: all that is the same for the table and for the one in memory.
 * @throws TypeError where an option cannot be
 */
export function createList(
  { tableName, readEntries, editor }: ListDependencies,
  {
    list = accountListName,
    cache: { maxAgeMs = 0, maxEntries = 10_000 } = {} as CacheSettings,
    whenStoreFails = 'throw',
    onStoreFailure,
    timeoutMs = 3000,
    concurrency = 8,
    clock = Date.now,
  }: ListOptions,
): SuppressionList {
  // What would otherwise be seen when it is too late.
  const isRight =
    listNamePattern.test(list) &&
    /^(throw|allow|suppress)$/.test(whenStoreFails) &&
    timeoutMs > 0 &&
    concurrency >= 1 &&
    maxAgeMs >= 0 &&
    maxEntries >= 0;
  if (!isRight) {
    const given = { list, whenStoreFails, timeoutMs, concurrency, maxAgeMs, maxEntries };
    throw new TypeError(`One of these cannot be: ${JSON.stringify(given)}.`);
  }
  const lists = [...new Set([accountListName, list])];
  const cache = createCache({ maxAgeMs, maxEntries }, clock);
  let changedAt = -settling;

  /** What is known of each: from the cache, or else from the table, a hundred keys at a time. */
  async function lookUp(keys: Iterable<AddressKey>, signal?: AbortSignal): Promise<Map<AddressKey, Known>> {
    signal?.throwIfAborted();
    const known = new Map<AddressKey, Known>();
    const missing: AddressKey[] = [];
    for (const key of keys) {
      const entries = cache.get(key);
      if (entries) known.set(key, entries);
      else missing.push(key);
    }
    const parts = partsOf(missing, 100 / lists.length);
    // All workers take from one generator, and one that throws ends it for all.
    const work = async () => {
      for (const part of parts) {
        const found = await withTimeout(timeoutMs, signal, (inner) => readEntries(part, lists, inner)).catch(fail);
        for (const key of part) {
          const entries = found instanceof Error ? found : (found.get(key) ?? []);
          // What is read when it has just been changed here may be from before.
          if (!(entries instanceof Error) && clock() - changedAt > settling) cache.set(key, entries);
          known.set(key, entries);
        }
      }
    };
    const workers = Math.min(concurrency, missing.length);
    await Promise.all(Array.from({ length: workers }, work));
    return known;

    /** @returns the error, where `whenStoreFails` makes a verdict of it */
    async function fail(error: unknown): Promise<Error> {
      signal?.throwIfAborted();
      const { toSuppressionStoreError, warnOncePerMinute } = await import('./store-error.ts');
      const failure = toSuppressionStoreError(error, tableName);
      if (whenStoreFails === 'throw') throw failure;
      await (onStoreFailure ?? warnOncePerMinute)(failure);
      return failure;
    }
  }

  function judge(address: string, known: Known): Allowed | Suppressed {
    if (!(known instanceof Error)) return verdictOf(address, known, clock());
    if (whenStoreFails === 'allow') return { kind: 'allowed', address, unverified: true };
    return { kind: 'suppressed', address, reason: 'store-failed', since: new Date(clock()), suspected: false, list };
  }

  async function check(address: string, { signal }: CallOptions = {}): Promise<Allowed | Suppressed> {
    signal?.throwIfAborted();
    const { key } = parse(address) ?? refuse();
    const known = cache.get(key) ?? (await lookUp([key], signal)).get(key);
    return judge(address, known as Known);
  }

  /** One for each, in the same order. */
  async function checkAll(addresses: readonly string[], signal?: AbortSignal): Promise<Verdict[]> {
    const keys = addresses.map((address) => parse(address)?.key);
    const known = await lookUp(new Set(keys.filter((key) => key !== undefined)), signal);
    return addresses.map((address, i) => {
      const key = keys[i];
      return key === undefined ? { kind: 'invalid', address } : judge(address, known.get(key) as Known);
    });
  }

  async function change<Result>(address: string, make: (operator: Editor, address: Address) => Promise<Result>) {
    const parsed = parse(address) ?? refuse();
    // Also where it fails: an answer can be lost when the record is written.
    return make(await editor(), parsed).finally(() => {
      changedAt = clock();
      cache.delete(parsed.key);
    });
  }

  return {
    isSuppressed: async (address, options) => (await check(address, options)).kind === 'suppressed',
    check,
    async filterSuppressed(addresses, { signal } = {}) {
      // Its letters would be the addresses.
      if (typeof addresses === 'string') throw new TypeError('Not a list.');
      const unique = new Map<string, string>();
      for (const address of addresses) {
        const key = parse(address)?.key ?? address;
        if (!unique.has(key)) unique.set(key, address);
      }
      return checkAll([...unique.values()], signal);
    },
    suppress: (address, note) => change(address, (who, parsed) => who.suppress(parsed, note)),
    release: (address, note) => change(address, (who, parsed) => who.release(parsed, note)),
    guard: (client, options) => guardSesClient(client, checkAll, `${tableName}/${list}`, options),
    nodemailer: (options) => async (mail, callback) => {
      const { filterRecipients } = await import('./guard-nodemailer.ts');
      filterRecipients(mail, checkAll, options).then(() => callback(), callback);
    },
    async openSnapshot(file, options) {
      const { loadSnapshot } = await import('./snapshot.ts');
      return loadSnapshot(file, { lists, checkAll, clock, ...options, ...(tableName && { tableName }) });
    },
  };
}

function* partsOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

function parse(address: unknown) {
  return typeof address === 'string' ? parseAddress(address) : undefined;
}

function refuse(): never {
  throw new InvalidAddressError();
}
