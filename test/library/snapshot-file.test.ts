import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  collectHashes,
  containsHash,
  hashAddress,
  indexHashes,
  mayContain,
} from '../../shared/suppression-list/snapshot-file.ts';
import { runs } from '../support/runs.ts';

const indexOf = (keys: Iterable<string>) => {
  const hashes = collectHashes();
  for (const key of keys) hashes.add(key);
  return indexHashes(hashes.toWords());
};

test.each(['ann@example.net', 'josé@example.net', '😀@example.net'])(
  'the hash of %s is the first 64 bits of its SHA-256',
  (key) => {
    const bytes = createHash('sha256').update(key).digest();
    expect(hashAddress(key)).toEqual([bytes.readUInt32BE(0), bytes.readUInt32BE(4)]);
  },
);

test('a snapshot contains every address that was added, and no other', () => {
  const anyKeys = fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 60 });
  fc.assert(
    fc.property(anyKeys, anyKeys, (added, others) => {
      const hashes = indexOf([...added, ...added]);
      expect(hashes.words).toHaveLength(2 * added.length);
      for (const key of added) expect(mayContain(hashes, key)).toBe(true);
      for (const key of others) expect(mayContain(hashes, key)).toBe(added.includes(key));
    }),
    { numRuns: runs(200) },
  );
});

test('a snapshot of 10,000 addresses contains exactly those', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `many-${i}@example.net`);
  const hashes = indexOf(keys.slice(0, 10_000));
  expect(keys.filter((key) => mayContain(hashes, key))).toEqual(keys.slice(0, 10_000));
});

const word = fc.oneof(
  fc.constantFrom(0, 1, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xfffe_ffff, 0xffff_0000, 0xffff_ffff),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const pair = fc.tuple(word, word);

test('hashes with the same upper half, and the lowest and highest possible hashes, are distinguished', () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), pair, fc.array(word), (pairs, [upper, lower], lowers) => {
      const all = [...pairs, ...lowers.map((other) => [upper, other] as const)];
      const sorted = all.toSorted(([a, b], [c, d]) => a - c || b - d);
      const hashes = indexHashes(Uint32Array.from(sorted.flat()));
      for (const each of all) expect(containsHash(hashes, ...each)).toBe(true);
      expect(containsHash(hashes, upper, lower)).toBe(all.some(([a, b]) => a === upper && b === lower));
    }),
    { numRuns: runs(500) },
  );
});
