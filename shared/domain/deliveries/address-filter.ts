import { bucketCount, remainderBytes, remainderRange } from './address-hash.ts';

/**
 * A set of addresses as a file: three bytes for each address, and 16 KB for the index. It holds no address, only 36 bits of a hash. With a million
 * addresses in the set, one of 70,000 others seems to be in it.
 *
 * A header of 8 bytes (format, number of buckets kept), then for each bucket the number of addresses before it (4 bytes, big-endian), then the
 * sorted remainders of the hashes, bucket by bucket.
 */
export type FilterIndex = {
  /** Addresses whose bucket is this or a later one are not remembered: the set would be too large. */
  readonly keptBuckets: number;
  /** For each bucket, the number of addresses before it; at the end, the number of all. */
  readonly offsets: readonly number[];
};

const format = 0x53_46_44_31;
/** The part of a file that {@link readIndex} needs. */
export const indexBytes: number = 8 + 4 * (bucketCount + 1);

/**
 * Reads the index from the start of a file.
 *
 * @throws Error if this is no such file
 */
export function readIndex(file: Uint8Array): FilterIndex {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < indexBytes || view.getUint32(0) !== format)
    throw new Error('not a file of delivered addresses');
  const offsets = Array.from({ length: bucketCount + 1 }, (_, bucket) => view.getUint32(8 + 4 * bucket));
  return { keptBuckets: view.getUint32(4), offsets };
}

/** The bytes of a file that say whether an address is in the set. `undefined`: the address is not remembered. `end` is exclusive. */
export function bytesOf(
  { keptBuckets, offsets }: FilterIndex,
  hash: number,
): { start: number; end: number } | undefined {
  const bucket = Math.floor(hash / remainderRange);
  if (bucket >= keptBuckets) return undefined;
  const at = (index: number) => indexBytes + remainderBytes * (offsets[index] as number);
  return { start: at(bucket), end: at(bucket + 1) };
}

/** Returns whether the bytes that {@link bytesOf} names contain a hash. */
export function hasHash(bytes: Uint8Array, hash: number): boolean {
  const remainder = hash % remainderRange;
  let [low, high] = [0, bytes.length / remainderBytes];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = remainderAt(bytes, middle);
    if (value === remainder) return true;
    if (value < remainder) low = middle + 1;
    else high = middle;
  }
  return false;
}

/**
 * Returns a file with more addresses in it.
 *
 * @param file the set so far. Missing: the empty set
 * @param maxAddresses the size from which on only a part of all addresses, chosen by their hash, is remembered
 */
export function addHashes(file: Uint8Array | undefined, hashes: readonly number[], maxAddresses: number): Uint8Array {
  const before = file && readIndex(file);
  const added = new Map<number, number[]>();
  for (const hash of hashes) {
    const bucket = Math.floor(hash / remainderRange);
    const inBucket = added.get(bucket) ?? [];
    if (inBucket.push(hash % remainderRange) === 1) added.set(bucket, inBucket);
  }
  const bucketOf = (bucket: number): readonly number[] => {
    const range = before && bytesOf(before, bucket * remainderRange);
    const old = range && file ? readRemainders(file.subarray(range.start, range.end)) : [];
    const more = added.get(bucket);
    return more === undefined ? old : [...new Set([...old, ...more])].sort((a, b) => a - b);
  };
  let keptBuckets = before?.keptBuckets ?? bucketCount;
  const buckets = Array.from({ length: keptBuckets }, (_, bucket) => encode(bucketOf(bucket)));
  const sizes = buckets.map(({ length }) => length / remainderBytes);
  while (sizes.slice(0, keptBuckets).reduce((sum, size) => sum + size, 0) > maxAddresses) keptBuckets >>= 1;
  return join(buckets.slice(0, keptBuckets));
}

/** Returns the number of addresses in a set. */
export function sizeOfFilter(file: Uint8Array): number {
  return readIndex(file).offsets[bucketCount] as number;
}

function join(buckets: readonly Uint8Array[]): Uint8Array {
  const length = buckets.reduce((sum, bucket) => sum + bucket.length, 0);
  const file = new Uint8Array(indexBytes + length);
  const view = new DataView(file.buffer);
  view.setUint32(0, format);
  view.setUint32(4, buckets.length);
  let written = 0;
  for (let bucket = 0; bucket <= bucketCount; bucket++) {
    view.setUint32(8 + 4 * bucket, written / remainderBytes);
    const bytes = buckets[bucket];
    if (bytes === undefined) continue;
    file.set(bytes, indexBytes + written);
    written += bytes.length;
  }
  return file;
}

function encode(remainders: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(remainders.length * remainderBytes);
  for (const [index, value] of remainders.entries())
    bytes.set([value >> 16, (value >> 8) & 0xff, value & 0xff], index * remainderBytes);
  return bytes;
}

function readRemainders(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length / remainderBytes }, (_, index) => remainderAt(bytes, index));
}

function remainderAt(bytes: Uint8Array, index: number): number {
  const [a = 0, b = 0, c = 0] = bytes.subarray(index * remainderBytes, (index + 1) * remainderBytes);
  return (a << 16) | (b << 8) | c;
}
