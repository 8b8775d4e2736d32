import { createKnownAddresses } from '../../shared/deliveries/known-addresses.ts';
import { mergeDeliveries } from '../../shared/deliveries/merge-deliveries.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { hashOfAddress, packHashes } from '../../shared/domain/deliveries/address-hash.ts';
import { createTestDeliveryFiles, type TestDeliveryFiles } from '../support/delivery-files.ts';

const october = Date.UTC(2026, 9, 20);
const november = Date.UTC(2026, 10, 20);
let now: number;
let files: TestDeliveryFiles;
beforeEach(() => {
  now = october;
  files = createTestDeliveryFiles();
});

const key = (name: string) => `${name}@example.com` as AddressKey;
const deliver = (...names: string[]) => files.append(packHashes(names.map((name) => hashOfAddress(key(name)))));
const merge = (options: object = {}) =>
  mergeDeliveries({ files, clock: () => now, remaining: () => 60_000, ...options });
const open = () => createKnownAddresses({ files, clock: () => now });
const look = async (names: string[], known = open()) =>
  Object.fromEntries(
    await known(names.map(key)).then((found) => names.map((name) => [name, found.known.get(key(name))])),
  );

test('an address is known for this month and the next one, and then forgotten', async () => {
  await deliver('ann', 'bob');
  await merge();
  expect(await look(['ann', 'eve'])).toEqual({ ann: true, eve: undefined });
  now = november;
  expect(await look(['ann', 'eve'])).toEqual({ ann: true, eve: false });
  await deliver('eve');
  await merge();
  expect(await look(['ann', 'bob', 'eve', 'max'])).toEqual({ ann: true, bob: true, eve: true, max: false });
  now = Date.UTC(2026, 11, 1);
  expect(await look(['ann', 'eve', 'max'])).toEqual({ ann: false, eve: true, max: false });
});

test('a memory that has just begun says of no address that it is unknown', async () => {
  expect(await look(['ann'])).toEqual({ ann: undefined });
  await deliver('bob');
  await merge();
  expect(await look(['ann', 'bob'])).toEqual({ ann: undefined, bob: true });
});

test('the index is read once an hour; an address takes one more read of each file', async () => {
  await deliver('ann');
  await merge();
  now = november;
  await deliver('bob');
  await merge();
  const known = open();
  files.calls = 0;
  await look(['ann', 'bob'], known);
  // Two indexes, and at most two parts for each address: those of empty buckets need not be read.
  expect(files.calls).toBeLessThanOrEqual(6);
  const before = files.calls;
  await look(['ann', 'bob'], known);
  expect(files.calls).toBeLessThanOrEqual(before + 4);
});

test('a file that is written anew between two reads is read again', async () => {
  await deliver('ann');
  await merge();
  const known = open();
  await look(['ann'], known);
  // Other addresses move the part of the file that has this one.
  await deliver(...Array.from({ length: 20_000 }, (_, index) => `other${index}`));
  await merge();
  expect(await look(['ann'], known)).toEqual({ ann: true });
  expect(await look(['other7'], known)).toEqual({ other7: true });
});

test('an error says nothing about the addresses that were not read, and is returned', async () => {
  await deliver('ann');
  await merge();
  files.onCall = () => {
    throw Object.assign(new Error('Please reduce your request rate.'), { name: 'SlowDown' });
  };
  const { known, error } = await open()([key('ann')]);
  expect([known.size, error]).toEqual([0, 'SlowDown']);
});

test('a run that crashes anywhere is continued by the next, and no delivery is lost', async () => {
  for (let crashAt = 0; ; crashAt++) {
    files = createTestDeliveryFiles();
    await deliver('ann');
    await deliver('bob', 'eve');
    let calls = 0;
    files.onCall = () => {
      if (calls++ === crashAt) throw new Error('crash');
    };
    const crashed = await merge().then(
      () => false,
      () => true,
    );
    files.onCall = () => {};
    await merge();
    expect({ crashAt, known: await look(['ann', 'bob', 'eve']) }).toEqual({
      crashAt,
      known: { ann: true, bob: true, eve: true },
    });
    expect(files.appended.size).toBe(0);
    if (!crashed) return expect(crashAt).toBeGreaterThan(5);
  }
});

test('more files than a run has time for are left to the next one', async () => {
  for (let index = 0; index < 2500; index++) await deliver(`a${index}`);
  let rounds = 0;
  expect(await merge({ remaining: () => (rounds++ === 0 ? 1 : 0) })).toEqual({
    merged: 1000,
    addresses: 1000,
    isIncomplete: true,
  });
  expect(await merge()).toEqual({ merged: 1500, addresses: 2500, isIncomplete: false });
  expect(await merge()).toEqual({ merged: 0, addresses: 2500, isIncomplete: false });
});
