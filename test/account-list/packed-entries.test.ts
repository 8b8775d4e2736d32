import fc from 'fast-check';
import { createPackedEntries, hashKey } from '../../shared/account-list/packed-entries.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import type { ListedAddress } from '../../shared/domain/suppression/adopted-event.ts';
import { runs } from '../support/runs.ts';

const listed = (key: string, original = key, updatedAt = 1): ListedAddress => ({
  address: { key: key as AddressKey, original },
  reason: 'BOUNCE',
  updatedAt,
});

/** Two addresses with the same 32-bit hash. */
const colliding = ['u47716@example.net', 'u91869@example.net'] as const as readonly [AddressKey, AddressKey];

const entryOf = fc.record({
  address: fc
    .constantFrom('ann@example.net', 'jörg@例え.example', 'ñ@x.example', ...colliding)
    .chain((key) =>
      fc.constantFrom(key, key.toUpperCase(), ` ${key}`).map((original) => ({ key: key as AddressKey, original })),
    ),
  reason: fc.constantFrom('BOUNCE' as const, 'COMPLAINT' as const),
  updatedAt: fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, 1_795_720_509_450.123)),
});
const steps = fc.array(
  fc.oneof(entryOf, entryOf, fc.constantFrom('take' as const, 'take rest' as const, 'clear' as const)),
  {
    maxLength: 40,
  },
);

test('entries are returned as they were added, each once, in any order of calls', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(entryOf), (history, keys) => {
      const packed = createPackedEntries();
      let model: ListedAddress[] = [];
      const takeFromModel = (key: AddressKey) => {
        const all = model.filter(({ address }) => address.key === key);
        model = model.filter(({ address }) => address.key !== key);
        return all.filter(
          (one, i) => !all.slice(i + 1).some(({ address }) => address.original === one.address.original),
        );
      };
      for (const step of history) {
        if (step === 'take') {
          const { key } = (keys.next().value as ListedAddress).address;
          expect(packed.take(key)).toEqual(takeFromModel(key));
        } else if (step === 'take rest') {
          const rest = [...packed.takeRest()];
          for (const entries of rest) expect(entries).toEqual(takeFromModel(entries[0]?.address.key as AddressKey));
          expect(model).toEqual([]);
        } else if (step === 'clear') {
          packed.clear();
          model = [];
        } else {
          packed.add(step);
          model.push(step);
        }
      }
    }),
    { numRuns: runs(300) },
  );
});

test('addresses with the same hash are kept apart', () => {
  expect(hashKey(colliding[0])).toBe(hashKey(colliding[1]));
  const packed = createPackedEntries();
  for (const key of colliding) packed.add(listed(key));
  expect(packed.take(colliding[1])).toEqual([listed(colliding[1])]);
  expect([...packed.takeRest()]).toEqual([[listed(colliding[0])]]);
});

test('entries of any number and length are kept: more than fit into one block', () => {
  const packed = createPackedEntries();
  const all = Array.from({ length: 12_000 }, (_, i) => {
    const key = `${'x'.repeat(i % 64)}${i}@${'d'.repeat((i * 7) % 60)}.example`;
    return listed(key, key.toUpperCase(), i);
  });
  for (const entry of all) packed.add(entry);
  for (const entry of all.filter((_, i) => i % 3 !== 0)) expect(packed.take(entry.address.key)).toEqual([entry]);
  const rest = [...packed.takeRest()].flat();
  expect(rest).toHaveLength(4000);
  expect(new Set(rest.map(({ updatedAt }) => updatedAt % 3))).toEqual(new Set([0]));
  expect([...packed.takeRest()]).toEqual([]);
  packed.clear();
  for (const entry of all.slice(0, 9000).reverse()) packed.add(entry);
  const again = [...packed.takeRest()].flat().sort((a, b) => a.updatedAt - b.updatedAt);
  expect(again).toEqual(all.slice(0, 9000));
});
