/*
 * The path of one lookup:
 *
 * 1. list.ts parses the address, and turns what is stored of it into a verdict.
 * 2. cache.ts answers if the option `cache` is set and its answer is recent enough.
 * 3. ../aws/dynamodb/suppression-reader.ts reads the table. It loads, with the AWS SDK, when `createSuppressionList` is called.
 * 4. ../aws/dynamodb/lean-reader.ts signs the request and sends it. With the option `client`, the SDK does this instead.
 *
 * list.ts and what it imports are all that `import 'ses-feedback'` loads, so they contain only what every lookup needs.
 */
import { type Address, type AddressKey, parseAddress } from '../domain/address.ts';
import { tenantNamePattern } from '../domain/feedback/tenant.ts';
import { defaultListName, listNamePattern, listOfTenant } from '../domain/suppression/list-name.ts';
import { createCache } from './cache.ts';
import type { CallOptions } from './call-options.ts';
import type { Editor } from './editor.ts';
import { InvalidAddressError } from './errors.ts';
import { guardSesClient } from './guard-ses.ts';
import type { ListOptions } from './options.ts';
import type { ToFailureVerdict } from './store-error.ts';
import type { SuppressionList } from './suppression-list.ts';
import { type Allowed, type StoredSuppression, type Suppressed, type Verdict, verdictOf } from './verdict.ts';
import { withTimeout } from './with-timeout.ts';

/**
 * How long a list caches no answers after its own `suppress` or `release`, because reads are eventually consistent and can still return the
 * old record. Milliseconds.
 */
const readAfterWriteWindowMs = 10_000;

/** The most keys that one request of DynamoDB can read. */
const maxKeysPerRead = 100;

/** Reads the suppressions of addresses on some lists, at most 100 pairs of both. Addresses that are not suppressed are left out. */
export type ReadEntries = (
  addresses: readonly AddressKey[],
  lists: readonly string[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<AddressKey, readonly StoredSuppression[]>>;

export type ListDependencies = {
  /** Missing: the table is in memory. */
  readonly tableName?: string;
  readonly readEntries: ReadEntries;
  /** Called at each change, because most applications only read. */
  readonly openEditor: () => Promise<Editor>;
};

/** The stored suppressions of an address, or, if the table could not be read, the function that returns the verdict of `whenStoreFails`. */
type LookupResult = readonly StoredSuppression[] | ToFailureVerdict;

/**
 * Returns a suppression list over any table: the code that a table in DynamoDB and one in memory share.
 *
 * @throws TypeError if an option is invalid
 */
export function createList(
  { tableName, readEntries, openEditor }: ListDependencies,
  {
    list = defaultListName,
    cache: { maxAgeMs = 0, maxEntries = 10_000 } = {} as NonNullable<ListOptions['cache']>,
    whenStoreFails = 'throw',
    onStoreFailure,
    timeoutMs = 3000,
    concurrency = 8,
    clock = Date.now,
  }: ListOptions,
): SuppressionList {
  const problem = [
    listNamePattern.test(list) || 'list of 1 to 128 letters, digits or ._:-',
    /^(throw|allow|suppress)$/.test(whenStoreFails) || 'whenStoreFails = throw, allow or suppress',
    timeoutMs > 0 || 'timeoutMs > 0',
    concurrency >= 1 || 'concurrency >= 1',
    maxAgeMs >= 0 || 'cache.maxAgeMs >= 0',
    maxEntries >= 0 || 'cache.maxEntries >= 0',
  ].find((result) => result !== true);
  if (problem) throw new TypeError(`Invalid option. Required: ${problem}.`);
  const ownLists = [...new Set([defaultListName, list])];
  const cache = createCache({ maxAgeMs, maxEntries }, clock);
  let changedAt = -readAfterWriteWindowMs;

  /** Returns the lists that decide on email of a tenant. */
  function listsFor(tenant?: string): readonly string[] {
    if (tenant === undefined) return ownLists;
    if (!tenantNamePattern.test(tenant)) throw new TypeError('tenant must be the name of an SES tenant.');
    return [...new Set([...ownLists, listOfTenant(tenant)])];
  }

  /** Looks addresses up in the cache and reads the others from the table, several requests at a time. */
  async function lookUp(
    keys: Iterable<AddressKey>,
    { signal, tenant }: CallOptions = {},
  ): Promise<Map<AddressKey, LookupResult>> {
    signal?.throwIfAborted();
    const lists = listsFor(tenant);
    const results = new Map<AddressKey, LookupResult>();
    const missing: AddressKey[] = [];
    for (const key of keys) {
      const entries = cache.get(cacheKey(key, tenant));
      if (entries) results.set(key, entries);
      else missing.push(key);
    }
    // All workers take from one generator, and the first that throws ends it for all.
    const chunks = chunksOf(missing, maxKeysPerRead / lists.length);
    const work = async () => {
      for (const chunk of chunks) {
        const found = await withTimeout(timeoutMs, signal, (inner) => readEntries(chunk, lists, inner)).catch(
          onFailure,
        );
        for (const key of chunk) {
          const result = typeof found === 'function' ? found : (found.get(key) ?? []);
          if (typeof result !== 'function' && clock() - changedAt > readAfterWriteWindowMs)
            cache.set(cacheKey(key, tenant), result);
          results.set(key, result);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, missing.length) }, work));
    return results;

    async function onFailure(error: unknown): Promise<ToFailureVerdict> {
      signal?.throwIfAborted();
      const { handleStoreFailure } = await import('./store-error.ts');
      return handleStoreFailure(error, tableName, { whenStoreFails, onStoreFailure, list, clock });
    }
  }

  function toVerdict(address: string, result: LookupResult): Allowed | Suppressed {
    return typeof result === 'function' ? result(address) : verdictOf(address, result, clock());
  }

  async function check(address: string, options: CallOptions = {}): Promise<Allowed | Suppressed> {
    options.signal?.throwIfAborted();
    const { key } = parse(address);
    const known = cache.get(cacheKey(key, options.tenant));
    return toVerdict(address, known ?? ((await lookUp([key], options)).get(key) as LookupResult));
  }

  /** Returns one verdict per address, in the same order. */
  async function checkAll(addresses: readonly string[], options?: CallOptions): Promise<Verdict[]> {
    const keys = addresses.map((address) => tryParse(address)?.key);
    const results = await lookUp(new Set(keys.filter((key) => key !== undefined)), options);
    return addresses.map((address, i) => {
      const key = keys[i];
      return key === undefined ? { kind: 'invalid', address } : toVerdict(address, results.get(key) as LookupResult);
    });
  }

  async function change<Result>(address: string, make: (editor: Editor, address: Address) => Promise<Result>) {
    const parsed = parse(address);
    // Also if the change fails: the record may have been written although the response was lost.
    return make(await openEditor(), parsed).finally(() => {
      changedAt = clock();
      cache.delete(parsed.key);
    });
  }

  return {
    isSuppressed: async (address, options) => (await check(address, options)).kind === 'suppressed',
    check,
    async filterSuppressed(addresses, options) {
      // A string is iterable, too: each of its characters would be an address.
      if (typeof addresses === 'string') throw new TypeError('Pass a list of addresses.');
      const unique = new Map<string, string>();
      for (const address of addresses) {
        const key = tryParse(address)?.key ?? address;
        if (!unique.has(key)) unique.set(key, address);
      }
      return checkAll([...unique.values()], options);
    },
    suppress: (address, options) => change(address, (editor, parsed) => editor.suppress(parsed, options)),
    release: (address, attribution) => change(address, (editor, parsed) => editor.release(parsed, attribution)),
    guard: (client, options) => guardSesClient(client, checkAll, `${tableName}/${list}`, options),
    nodemailer: (options) => async (mail, callback) => {
      const { filterRecipients } = await import('./guard-nodemailer.ts');
      filterRecipients(mail, checkAll, options).then(() => callback(), callback);
    },
    async openSnapshot(file, options) {
      const { loadSnapshot } = await import('./snapshot.ts');
      return loadSnapshot(file, { listsFor, checkAll, clock, ...options, tableName });
    },
  };
}

function cacheKey(address: AddressKey, tenant: string | undefined): string {
  return tenant === undefined ? address : `${address} ${tenant}`;
}

function* chunksOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** Callers without types may pass anything. */
function tryParse(address: unknown): Address | undefined {
  return typeof address === 'string' ? parseAddress(address) : undefined;
}

function parse(address: string): Address {
  const parsed = tryParse(address);
  if (!parsed) throw new InvalidAddressError();
  return parsed;
}
