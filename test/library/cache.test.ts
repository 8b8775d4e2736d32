import fc from 'fast-check';
import { type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { createCache } from '../../shared/suppression-list/cache.ts';
import type { Editor } from '../../shared/suppression-list/editor.ts';
import { createList } from '../../shared/suppression-list/list.ts';
import type { ListOptions } from '../../shared/suppression-list/options.ts';
import type { StoredSuppression } from '../../shared/suppression-list/verdict.ts';
import { runs } from '../support/runs.ts';
import { noon } from '../support/ses.ts';
import { attribution } from './contract.ts';

const minute = 60_000;
const hard: StoredSuppression = { list: 'account', reason: 'hard', since: noon, suspected: false };

/** Returns a list over a table that the test controls, and the table with the addresses read from it. */
function createCountingList(options: ListOptions) {
  const entries = new Map<string, StoredSuppression>();
  const table = { entries, reads: [] as string[], now: noon, onRead: async () => {}, onWrite: async () => {} };
  const readEntries = async (addresses: readonly AddressKey[]) => {
    table.reads.push(...addresses);
    const found = new Map([...entries].map(([address, entry]) => [address as AddressKey, [entry]]));
    await table.onRead();
    return found;
  };
  const editor: Editor = {
    async suppress({ key }) {
      entries.set(key, hard);
      await table.onWrite();
    },
    release: async ({ key }) => entries.delete(key),
  };
  const list = createList({ readEntries, openEditor: async () => editor }, { clock: () => table.now, ...options });
  return { table, list };
}

const [ann, bob, cyd] = ['ann@example.net', 'bob@example.net', 'cyd@example.net'];

test('without the option cache, every lookup reads the table', async () => {
  const { table, list } = createCountingList({});
  for (const _ of [1, 2, 3]) await list.check(ann);
  await list.filterSuppressed([ann]);
  expect(table.reads).toEqual([ann, ann, ann, ann]);
});

test.each([{ maxAgeMs: 0 }, { maxAgeMs: minute, maxEntries: 0 }])('the cache %j keeps no answer', async (cache) => {
  const { table, list } = createCountingList({ cache });
  for (const _ of [1, 2]) await list.check(ann);
  expect(table.reads).toEqual([ann, ann]);
});

test.each([undefined, 'acme'])(
  'a change of an address that contains a space is seen at once, with the tenant %s',
  async (tenant) => {
    const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
    const quoted = '"ann b"@example.net';
    const options = tenant === undefined ? {} : { tenant };
    expect(await list.isSuppressed(quoted, options)).toBe(false);
    expect(await list.isSuppressed(bob, options)).toBe(false);
    await list.suppress(quoted, attribution);
    table.now += minute / 2;
    expect(await list.isSuppressed(quoted, options)).toBe(true);
    // The answers about other addresses are kept.
    table.reads.length = 0;
    await list.isSuppressed(bob, options);
    expect(table.reads).toEqual([]);
  },
);

test('an answer expires at maxAgeMs, however often it is used', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  expect(await list.isSuppressed(ann)).toBe(false);
  table.entries.set(ann, hard);
  table.now = noon + minute / 2;
  expect(await list.isSuppressed(ann)).toBe(false);
  table.now = noon + minute - 1;
  expect(await list.isSuppressed(ann)).toBe(false);
  table.now = noon + minute;
  expect(await list.isSuppressed(ann)).toBe(true);
  expect(table.reads).toEqual([ann, ann]);
});

test('a clock that is set back does not prolong the life of an answer', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  await list.check(ann);
  table.now = noon - 1;
  await list.check(ann);
  expect(table.reads).toEqual([ann, ann]);
});

test('one answer serves every form of an address, in check and in filterSuppressed', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  table.entries.set(ann, hard);
  await list.filterSuppressed([ann, bob]);
  expect(await list.check('Ann <ANN@example.net>')).toMatchObject({
    kind: 'suppressed',
    address: 'Ann <ANN@example.net>',
  });
  expect(await list.filterSuppressed(['BOB@example.net', cyd])).toEqual([
    { kind: 'allowed', address: 'BOB@example.net' },
    { kind: 'allowed', address: cyd },
  ]);
  expect(table.reads).toEqual([ann, bob, cyd]);
});

test('a cached suppression ends exactly at its end, without another read', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  table.entries.set(ann, { ...hard, until: noon + 1000 });
  expect(await list.isSuppressed(ann)).toBe(true);
  table.now = noon + 999;
  expect(await list.isSuppressed(ann)).toBe(true);
  table.now = noon + 1000;
  expect(await list.isSuppressed(ann)).toBe(false);
  expect(table.reads).toEqual([ann]);
});

test('a full cache evicts the address whose last lookup is longest ago', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute, maxEntries: 2 } });
  for (const address of [ann, bob, ann, cyd]) await list.check(address);
  expect(table.reads).toEqual([ann, bob, cyd]);
  for (const address of [ann, cyd]) await list.check(address);
  expect(table.reads).toEqual([ann, bob, cyd]);
  await list.check(bob);
  expect(table.reads).toEqual([ann, bob, cyd, bob]);
});

test('the cache keeps 10,000 addresses by default', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  const addresses = Array.from({ length: 10_000 }, (_, i) => `kept-${i}@example.net`);
  await list.filterSuppressed(addresses);
  await list.filterSuppressed(addresses);
  expect(table.reads).toHaveLength(10_000);
  for (const address of [ann, 'kept-1@example.net', 'kept-0@example.net']) await list.check(address);
  expect(table.reads.slice(10_000)).toEqual([ann, 'kept-0@example.net']);
});

test.each(['allow', 'suppress'] as const)('a failure is never cached (whenStoreFails: %s)', async (whenStoreFails) => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute }, whenStoreFails, onStoreFailure: () => {} });
  table.onRead = () => Promise.reject(new Error('down'));
  await list.check(ann);
  await list.filterSuppressed([ann]);
  table.onRead = async () => {};
  expect(await list.check(ann)).toEqual({ kind: 'allowed', address: ann });
});

test('an answer that was read before a change of this list and arrives after it is not cached', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  let finishRead = () => {};
  const reading = new Promise<void>((resolve) => (finishRead = resolve));
  table.onRead = () => reading;
  const before = list.isSuppressed(ann);
  await list.suppress(ann, attribution);
  finishRead();
  expect(await before).toBe(false);
  expect(await list.isSuppressed(ann)).toBe(true);
});

test('for ten seconds after a change of this list, no answer is cached', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  await list.suppress(ann, attribution);
  table.now += 10_000;
  for (const _ of [1, 2]) await list.check(ann);
  expect(table.reads).toEqual([ann, ann]);
  table.now += 1;
  for (const _ of [1, 2]) await list.check(ann);
  expect(table.reads).toEqual([ann, ann, ann]);
});

test('a change whose response is lost still clears the cached answer', async () => {
  const { table, list } = createCountingList({ cache: { maxAgeMs: minute } });
  await list.check(ann);
  table.onWrite = () => Promise.reject(new Error('connection lost'));
  await expect(list.suppress(ann, attribution)).rejects.toThrow('connection lost');
  expect(await list.isSuppressed(ann)).toBe(true);
});

const listRange = 'list of 1 to 128 letters, digits or ._:-';
test.each<[string, ListOptions]>([
  ['cache.maxAgeMs >= 0', { cache: { maxAgeMs: Number.NaN } }],
  ['cache.maxAgeMs >= 0', { cache: { maxAgeMs: -1 } }],
  ['cache.maxEntries >= 0', { cache: { maxAgeMs: 1, maxEntries: Number.NaN } }],
  ['cache.maxEntries >= 0', { cache: { maxAgeMs: 1, maxEntries: -1 } }],
  ['timeoutMs > 0', { timeoutMs: 0 }],
  ['timeoutMs > 0', { timeoutMs: Number.NaN }],
  ['concurrency >= 1', { concurrency: 0 }],
  ['concurrency >= 1', { concurrency: Number.NaN }],
  [listRange, { list: '' }],
  [listRange, { list: 'seen#1' }],
  [listRange, { list: 'a'.repeat(129) }],
  ['whenStoreFails = throw, allow or suppress', { whenStoreFails: 'ignore' as 'allow' }],
])('an invalid option is an error that names it and its range: %s', (range, options) => {
  expect(() => createCountingList(options)).toThrow(new TypeError(`Invalid option. Required: ${range}.`));
});

const keys = [ann, bob, cyd, 'dan@example.net'].map((address) => parseAddress(address)?.key as AddressKey);
const key = fc.constantFrom(...keys);
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('get' as const), key }),
    fc.record({ kind: fc.constant('set' as const), key }),
    fc.record({ kind: fc.constant('delete' as const), key }),
    fc.record({ kind: fc.constant('wait' as const), milliseconds: fc.integer({ min: -3, max: 12 }) }),
  ),
  { maxLength: 40 },
);

test('the cache equals a model: a list of answers in the order of their last use, bounded in age and number', () => {
  const bounds = fc.record({ maxAgeMs: fc.integer({ min: 0, max: 10 }), maxEntries: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(bounds, steps, ({ maxAgeMs, maxEntries }, sequence) => {
      let now = 0;
      let model: { key: AddressKey; entries: readonly StoredSuppression[]; at: number }[] = [];
      const cache = createCache({ maxAgeMs, maxEntries }, () => now);
      for (const step of sequence) {
        if (step.kind === 'wait') {
          now += step.milliseconds;
          continue;
        }
        const found = model.find((pair) => pair.key === step.key && now >= pair.at && now < pair.at + maxAgeMs);
        model = model.filter((pair) => pair.key !== step.key);
        const entries: StoredSuppression[] = [{ ...hard, since: now }];
        if (step.kind === 'get') {
          expect(cache.get(step.key)).toBe(found?.entries);
          if (found) model.push(found);
        } else if (step.kind === 'set') {
          cache.set(step.key, entries);
          if (maxAgeMs > 0)
            model = [...model, { key: step.key, entries, at: now }].slice(maxEntries > 0 ? -maxEntries : 9);
        } else cache.delete(step.key);
      }
    }),
    { numRuns: runs(500) },
  );
});
