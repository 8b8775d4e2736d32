import type { AddressKey } from '../domain/address.ts';
import { bytesOf, type FilterIndex, hasHash, indexBytes, readIndex } from '../domain/deliveries/address-filter.ts';
import { hashOfAddress } from '../domain/deliveries/address-hash.ts';
import { describeError } from '../domain/describe-error.ts';
import { hour } from '../domain/durations.ts';
import { forEachConcurrently } from '../domain/for-each-concurrently.ts';
import { type DeliveryFiles, type DeliveryMemory, monthsAt } from './delivery-files.ts';

export type KnownAddressesOptions = {
  readonly files: Pick<DeliveryFiles, 'readPart'>;
  readonly clock: () => number;
};

type Index = FilterIndex & { readonly version: string };
type Cached = { readonly readAt: number; readonly index: Index | undefined };

/** What one file says about an address. `not remembered`: the set would have been too large with it. */
type Look = 'present' | 'absent' | 'no file' | 'not remembered';

/** The files change once an hour. */
const maxAgeMs = hour;
const concurrency = 32;

/**
 * Returns a function that looks up whether emails were delivered to addresses in this month or the one before. It reads two small parts of files
 * for each address, and never throws. That an address is unknown is said only if the file of the month before exists: a memory that has just
 * begun knows few addresses.
 */
export function createKnownAddresses({ files, clock }: KnownAddressesOptions): DeliveryMemory['known'] {
  const cache = new Map<string, Cached>();

  async function indexOf(month: string, signal?: AbortSignal): Promise<Index | undefined> {
    const cached = cache.get(month);
    if (cached !== undefined && clock() - cached.readAt < maxAgeMs) return cached.index;
    const read = await files.readPart(month, { start: 0, end: indexBytes }, signal);
    const index =
      read === undefined || read === 'changed' ? undefined : { ...readIndex(read.bytes), version: read.version };
    cache.set(month, { readAt: clock(), index });
    return index;
  }

  /** Returns whether the file of a month contains a hash. */
  async function look(month: string, hash: number, signal?: AbortSignal): Promise<Look> {
    // The file may be written anew between the two reads.
    for (let attempt = 0; attempt < 2; attempt++) {
      const index = await indexOf(month, signal);
      const part = index && bytesOf(index, hash);
      if (index === undefined) return 'no file';
      if (part === undefined) return 'not remembered';
      if (part.start === part.end) return 'absent';
      const read = await files.readPart(month, { ...part, version: index.version }, signal);
      if (read !== undefined && read !== 'changed') return hasHash(read.bytes, hash) ? 'present' : 'absent';
      cache.delete(month);
    }
    return 'not remembered';
  }

  return async (addresses, signal) => {
    const known = new Map<AddressKey, boolean>();
    const [current, previous] = monthsAt(clock());
    try {
      // Read first, so that not every lookup reads them.
      await Promise.all([indexOf(current, signal), indexOf(previous, signal)]);
      await forEachConcurrently([...new Set(addresses)], concurrency, async (address) => {
        const hash = hashOfAddress(address);
        const [now, before] = await Promise.all([look(current, hash, signal), look(previous, hash, signal)]);
        if (now === 'present' || before === 'present') known.set(address, true);
        else if (before === 'absent' && now !== 'not remembered') known.set(address, false);
      });
      return { known };
    } catch (error) {
      return { known, error: describeError(error) };
    }
  };
}
