import { hash } from 'node:crypto';
import type { AddressKey } from '../domain/address.ts';
import type { ListedAddress } from '../domain/suppression/adopted-event.ts';

/**
 * Entries of an account suppression list by address, packed into about 100 bytes each. As objects in a `Map`, each takes
 * 380.
 */
export type PackedEntries = {
  /** Removes all entries, but keeps the memory for others. */
  clear(): void;
  /** Adds an entry. An entry of exactly the same address replaces an earlier one when the address is taken. */
  add(entry: ListedAddress): void;
  /** Removes all entries of an address and returns them, in the order they were added. */
  take(key: AddressKey): readonly ListedAddress[];
  /** Yields the entries that have not been taken, all entries of an address at once. */
  takeRest(): Generator<readonly ListedAddress[]>;
};

/** Bytes of one block. An entry never spans two blocks, so a block never has to be copied when another is added. */
const blockSize = 1 << 20;
/** Reason, time, length of the key, length of the address as SES returns it. */
const headerSize = 1 + 8 + 2 + 2;
const reasons = ['BOUNCE', 'COMPLAINT'] as const;
/** Marks an entry that was taken. */
const taken = 0xff;

/** Returns 32 bits of a hash of an address, evenly distributed even if somebody chooses the addresses. */
export function hashKey(key: AddressKey): number {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 8), 16);
}

/** Creates an empty collection. */
export function createPackedEntries(): PackedEntries {
  const blocks: Buffer[] = [];
  // Where the next entry begins, if it fits into that block.
  let end = 0;
  let count = 0;
  // Of each entry, in the order they were added.
  let [hashes, offsets] = [new Uint32Array(1024), new Uint32Array(1024)];
  // The entries, sorted by hash; missing if entries were added since.
  let sorted: Uint32Array | undefined;

  const blockOf = (offset: number) => blocks[Math.floor(offset / blockSize)] as Buffer;
  const hashAt = (position: number) => hashes[sorted?.[position] as number] as number;
  const offsetAt = (position: number) => offsets[sorted?.[position] as number] as number;

  function read(offset: number): ListedAddress {
    const [block, at] = [blockOf(offset), offset % blockSize];
    const keyEnd = at + headerSize + block.readUInt16LE(at + 9);
    const key = block.toString('utf8', at + headerSize, keyEnd) as AddressKey;
    const original = block.toString('utf8', keyEnd, keyEnd + block.readUInt16LE(at + 11));
    return {
      address: { key, original },
      reason: reasons[block[at] as number] as ListedAddress['reason'],
      updatedAt: block.readDoubleLE(at + 1),
    };
  }

  function sort(): void {
    sorted ??= new Uint32Array(count).map((_, i) => i).sort((a, b) => (hashes[a] as number) - (hashes[b] as number));
  }

  /** Returns the position of the first entry whose hash is not smaller. */
  function findFirst(wanted: number): number {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hashAt(middle) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function take(key: AddressKey): readonly ListedAddress[] {
    const entries = new Map<string, ListedAddress>();
    const wanted = hashKey(key);
    for (let position = findFirst(wanted); position < count && hashAt(position) === wanted; position++) {
      const offset = offsetAt(position);
      const block = blockOf(offset);
      if (block[offset % blockSize] === taken) continue;
      const entry = read(offset);
      if (entry.address.key !== key) continue;
      block[offset % blockSize] = taken;
      entries.delete(entry.address.original);
      entries.set(entry.address.original, entry);
    }
    return [...entries.values()];
  }

  return {
    clear() {
      [end, count, sorted] = [0, 0, undefined];
    },
    add({ address: { key, original }, reason, updatedAt }) {
      const [keyBytes, originalBytes] = [Buffer.from(key), Buffer.from(original)];
      const size = headerSize + keyBytes.length + originalBytes.length;
      if ((end % blockSize) + size > blockSize) end = Math.ceil(end / blockSize) * blockSize;
      if (end === blocks.length * blockSize) blocks.push(Buffer.alloc(blockSize));
      const [block, at] = [blockOf(end), end % blockSize];
      block[at] = reasons.indexOf(reason);
      block.writeDoubleLE(updatedAt, at + 1);
      block.writeUInt16LE(keyBytes.length, at + 9);
      block.writeUInt16LE(originalBytes.length, at + 11);
      block.set(keyBytes, at + headerSize);
      block.set(originalBytes, at + headerSize + keyBytes.length);
      if (count === hashes.length) [hashes, offsets] = [doubled(hashes), doubled(offsets)];
      hashes[count] = hashKey(key);
      offsets[count] = end;
      count++;
      end += size;
      sorted = undefined;
    },
    take(key) {
      sort();
      return take(key);
    },
    *takeRest() {
      sort();
      for (let position = 0; position < count; position++) {
        const offset = offsetAt(position);
        if (blockOf(offset)[offset % blockSize] !== taken) yield take(read(offset).address.key);
      }
    },
  };
}

function doubled(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(numbers.length * 2);
  result.set(numbers);
  return result;
}
