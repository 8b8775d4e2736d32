import fc from 'fast-check';
import { type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { createCache } from '../../shared/suppression-list/cache.ts';
import type { Editor } from '../../shared/suppression-list/editor.ts';
import { createList } from '../../shared/suppression-list/list.ts';
import type { ListOptions } from '../../shared/suppression-list/suppression-list.ts';
import type { SuppressionEntry } from '../../shared/suppression-list/verdict.ts';
import { runs } from '../support/runs.ts';
import { noon } from '../support/ses.ts';
import { note } from './contract.ts';

const minute = 60_000;
const hard: SuppressionEntry = { list: 'account', reason: 'hard', since: noon, suspected: false };

/** A list over a table that a test holds in its hands, and what was read of it. */
function counted(options: ListOptions) {
  const held = new Map<string, SuppressionEntry>();
  const table = { held, asked: [] as string[], now: noon, reading: async () => {}, writing: async () => {} };
  const readEntries = async (addresses: readonly AddressKey[]) => {
    table.asked.push(...addresses);
    const found = new Map([...held].map(([address, entry]) => [address as AddressKey, [entry]]));
    await table.reading();
    return found;
  };
  const operator: Editor = {
    async suppress({ key }) {
      held.set(key, hard);
      await table.writing();
    },
    release: async ({ key }) => held.delete(key),
  };
  const list = createList({ readEntries, editor: async () => operator }, { clock: () => table.now, ...options });
  return { table, list };
}

const [ann, bob, cyd] = ['ann@example.net', 'bob@example.net', 'cyd@example.net'];

test('without the option every answer is read', async () => {
  const { table, list } = counted({});
  for (const _ of [1, 2, 3]) await list.check(ann);
  await list.filterSuppressed([ann]);
  expect(table.asked).toEqual([ann, ann, ann, ann]);
});

test.each([{ maxAgeMs: 0 }, { maxAgeMs: minute, maxEntries: 0 }])('nothing is kept with %j', async (cache) => {
  const { table, list } = counted({ cache });
  for (const _ of [1, 2]) await list.check(ann);
  expect(table.asked).toEqual([ann, ann]);
});

test('an answer is kept until it is as old as it may be, however often it is asked for', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  expect(await list.isSuppressed(ann)).toBe(false);
  table.held.set(ann, hard);
  table.now = noon + minute / 2;
  expect(await list.isSuppressed(ann)).toBe(false);
  table.now = noon + minute - 1;
  expect(await list.isSuppressed(ann)).toBe(false);
  table.now = noon + minute;
  expect(await list.isSuppressed(ann)).toBe(true);
  expect(table.asked).toEqual([ann, ann]);
});

test('a clock that is set back keeps no answer for longer', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  await list.check(ann);
  table.now = noon - 1;
  await list.check(ann);
  expect(table.asked).toEqual([ann, ann]);
});

test('one answer serves every spelling, alone and among many, each as it is written', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  table.held.set(ann, hard);
  await list.filterSuppressed([ann, bob]);
  expect(await list.check('Ann <ANN@example.net>')).toMatchObject({
    kind: 'suppressed',
    address: 'Ann <ANN@example.net>',
  });
  expect(await list.filterSuppressed(['BOB@example.net', cyd])).toEqual([
    { kind: 'allowed', address: 'BOB@example.net' },
    { kind: 'allowed', address: cyd },
  ]);
  expect(table.asked).toEqual([ann, bob, cyd]);
});

test('a suppression that was kept ends on the dot, and is not read again for it', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  table.held.set(ann, { ...hard, until: noon + 1000 });
  expect(await list.isSuppressed(ann)).toBe(true);
  table.now = noon + 999;
  expect(await list.isSuppressed(ann)).toBe(true);
  table.now = noon + 1000;
  expect(await list.isSuppressed(ann)).toBe(false);
  expect(table.asked).toEqual([ann]);
});

test('of more than are kept, the one that was not asked for the longest goes', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute, maxEntries: 2 } });
  for (const address of [ann, bob, ann, cyd]) await list.check(address);
  expect(table.asked).toEqual([ann, bob, cyd]);
  for (const address of [ann, cyd]) await list.check(address);
  expect(table.asked).toEqual([ann, bob, cyd]);
  await list.check(bob);
  expect(table.asked).toEqual([ann, bob, cyd, bob]);
});

test('ten thousand are kept, if nothing else is said', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  const addresses = Array.from({ length: 10_000 }, (_, i) => `kept-${i}@example.net`);
  await list.filterSuppressed(addresses);
  await list.filterSuppressed(addresses);
  expect(table.asked).toHaveLength(10_000);
  for (const address of [ann, 'kept-1@example.net', 'kept-0@example.net']) await list.check(address);
  expect(table.asked.slice(10_000)).toEqual([ann, 'kept-0@example.net']);
});

test.each(['allow', 'suppress'] as const)('a failure is never kept (%s)', async (whenStoreFails) => {
  const { table, list } = counted({ cache: { maxAgeMs: minute }, whenStoreFails, onStoreFailure: () => {} });
  table.reading = () => Promise.reject(new Error('down'));
  await list.check(ann);
  await list.filterSuppressed([ann]);
  table.reading = async () => {};
  expect(await list.check(ann)).toEqual({ kind: 'allowed', address: ann });
});

test('what was read before a change here, and comes after it, is not kept', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  let goOn = () => {};
  const reading = new Promise<void>((resolve) => (goOn = resolve));
  table.reading = () => reading;
  const before = list.isSuppressed(ann);
  await list.suppress(ann, note);
  goOn();
  expect(await before).toBe(false);
  expect(await list.isSuppressed(ann)).toBe(true);
});

test('for ten seconds after a change here nothing is kept: a read may still find what was before', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  await list.suppress(ann, note);
  table.now += 10_000;
  for (const _ of [1, 2]) await list.check(ann);
  expect(table.asked).toEqual([ann, ann]);
  table.now += 1;
  for (const _ of [1, 2]) await list.check(ann);
  expect(table.asked).toEqual([ann, ann, ann]);
});

test('a change whose answer is lost is seen nonetheless', async () => {
  const { table, list } = counted({ cache: { maxAgeMs: minute } });
  await list.check(ann);
  table.writing = () => Promise.reject(new Error('connection lost'));
  await expect(list.suppress(ann, note)).rejects.toThrow('connection lost');
  expect(await list.isSuppressed(ann)).toBe(true);
});

test.each<ListOptions>([
  { cache: { maxAgeMs: Number.NaN } },
  { cache: { maxAgeMs: -1 } },
  { cache: { maxAgeMs: 1, maxEntries: Number.NaN } },
  { cache: { maxAgeMs: 1, maxEntries: -1 } },
  { timeoutMs: 0 },
  { timeoutMs: Number.NaN },
  { concurrency: 0 },
  { concurrency: Number.NaN },
  { list: '' },
  { list: 'seen#1' },
  { list: 'a'.repeat(129) },
  { whenStoreFails: 'ignore' as 'allow' },
])('no. %# cannot be, and is refused at once', (options) => {
  expect(() => counted(options)).toThrow(/^One of these cannot be: \{"list":.*\}\.$/);
});

const keys = [ann, bob, cyd, 'dan@example.net'].map((address) => parseAddress(address)?.key as AddressKey);
const key = fc.constantFrom(...keys);
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('get' as const), key }),
    fc.record({ kind: fc.constant('set' as const), key }),
    fc.record({ kind: fc.constant('delete' as const), key }),
    fc.record({ kind: fc.constant('pass' as const), by: fc.integer({ min: -3, max: 12 }) }),
  ),
  { maxLength: 40 },
);

test('it is a list of pairs, the last used at the end, of which none is too old and no more are kept than may be', () => {
  const bounds = fc.record({ maxAgeMs: fc.integer({ min: 0, max: 10 }), maxEntries: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(bounds, steps, ({ maxAgeMs, maxEntries }, history) => {
      let now = 0;
      let model: { key: AddressKey; entries: readonly SuppressionEntry[]; at: number }[] = [];
      const cache = createCache({ maxAgeMs, maxEntries }, () => now);
      for (const step of history) {
        if (step.kind === 'pass') {
          now += step.by;
          continue;
        }
        const found = model.find((pair) => pair.key === step.key && now >= pair.at && now < pair.at + maxAgeMs);
        model = model.filter((pair) => pair.key !== step.key);
        const entries: SuppressionEntry[] = [{ ...hard, since: now }];
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
