import fc from 'fast-check';
import type { AddressKey } from '../../../shared/domain/address.ts';
import {
  addHashes,
  bytesOf,
  hasHash,
  indexBytes,
  readIndex,
  sizeOfFilter,
} from '../../../shared/domain/deliveries/address-filter.ts';
import {
  bucketCount,
  hashOfAddress,
  packHashes,
  remainderRange,
  unpackHashes,
} from '../../../shared/domain/deliveries/address-hash.ts';

const manyAddresses = 100_000_000;
/** Few buckets and few remainders, so that hashes collide; and the largest of both. */
const hash = fc
  .tuple(
    fc.constantFrom(0, 1, 2, bucketCount / 2, bucketCount - 1),
    fc.constantFrom(0, 1, 255, 256, 65_536, remainderRange - 1),
  )
  .map(([bucket, remainder]) => bucket * remainderRange + remainder);

/** Reads as `known-addresses` does: the index, and then the part that it names. */
function has(file: Uint8Array, one: number): boolean | undefined {
  const part = bytesOf(readIndex(file.subarray(0, indexBytes)), one);
  return part && hasHash(file.subarray(part.start, part.end), one);
}

test('a file has what was added to it, in any order and any number of times, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.array(hash)), fc.array(hash), (batches, others) => {
      const file = batches.reduce<Uint8Array | undefined>(
        (before, one) => addHashes(before, one, manyAddresses),
        undefined,
      );
      const model = new Set(batches.flat());
      const whole = file ?? addHashes(undefined, [], manyAddresses);
      for (const one of [...model, ...others]) expect(has(whole, one)).toBe(model.has(one));
      expect(sizeOfFilter(whole)).toBe(model.size);
      expect(addHashes(undefined, [...batches.flat()].reverse(), manyAddresses)).toEqual(whole);
      expect(addHashes(whole, [...model], manyAddresses)).toEqual(whole);
      expect(whole.length).toBe(indexBytes + 3 * model.size);
    }),
  );
});

test('a set that would be too large remembers a part of the addresses, and says of the others that it does not', () => {
  const hashes = Array.from({ length: 20_000 }, (_, index) => hashOfAddress(`a${index}@example.com` as AddressKey));
  const file = addHashes(addHashes(undefined, hashes.slice(0, 9000), 6000), hashes.slice(9000), 6000);
  expect(sizeOfFilter(file)).toBeLessThanOrEqual(6000);
  expect(sizeOfFilter(file)).toBeGreaterThan(4000);
  const answers = hashes.map((one) => has(file, one));
  expect(answers).not.toContain(false);
  expect(answers.filter((one) => one === true)).toHaveLength(sizeOfFilter(file));
});

test('of other addresses, almost none seems to be in a set', () => {
  const hashes = (name: string) =>
    Array.from({ length: 100_000 }, (_, index) => hashOfAddress(`${name}${index}@example.com` as AddressKey));
  const file = addHashes(undefined, hashes('a'), manyAddresses);
  // By chance, 0.15 of 100,000 are: 100,000 / 2^36 of each.
  expect(hashes('b').filter((one) => has(file, one)).length).toBeLessThan(3);
});

test('hashes survive being packed, and an incomplete one at the end is left out', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 36 - 1 })), (hashes) => {
      const packed = packHashes(hashes);
      expect(unpackHashes(packed)).toEqual(hashes);
      expect(unpackHashes(packed.subarray(0, -1))).toEqual(hashes.slice(0, -1));
    }),
  );
  expect(hashOfAddress('ann@example.com' as AddressKey)).toBeLessThan(2 ** 36);
});

test('any other file is an error', () => {
  expect(() => readIndex(new Uint8Array(indexBytes))).toThrow('not a file of delivered addresses');
  expect(() => readIndex(addHashes(undefined, [], 1).subarray(0, 100))).toThrow('not a file of delivered addresses');
});
