import { createHash } from 'node:crypto';
import type { AddressKey } from '../address.ts';

/** The first bits of a hash choose a bucket of the file, and the others are stored in it. */
export const bucketBits = 12;
export const remainderBytes = 3;
export const bucketCount: number = 2 ** bucketBits;
export const remainderRange: number = 2 ** (8 * remainderBytes);

/** A hash in a file of new deliveries takes this many bytes. */
const hashBytes = 5;

/** Returns the first 36 bits of the SHA-256 hash of an address. */
export function hashOfAddress(address: AddressKey): number {
  return Number.parseInt(createHash('sha256').update(address).digest('hex').slice(0, 9), 16);
}

/** Returns hashes as bytes. */
export function packHashes(hashes: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(hashes.length * hashBytes));
  for (const [index, hash] of hashes.entries()) {
    view.setUint8(index * hashBytes, Math.floor(hash / 2 ** 32));
    view.setUint32(index * hashBytes + 1, hash % 2 ** 32);
  }
  return new Uint8Array(view.buffer);
}

/** Reads what {@link packHashes} wrote. Ignores an incomplete hash at the end. */
export function unpackHashes({ buffer, byteOffset, byteLength }: Uint8Array): number[] {
  const view = new DataView(buffer, byteOffset, byteLength);
  return Array.from({ length: Math.floor(byteLength / hashBytes) }, (_, index) => {
    const start = index * hashBytes;
    return view.getUint8(start) * 2 ** 32 + view.getUint32(start + 1);
  });
}
