import type { AddressKey } from '../domain/address.ts';

/** The files of the memory of deliveries. All methods may throw any error. */
export type DeliveryFiles = {
  /** Writes hashes of addresses to which emails were delivered, for `mergeDeliveries` to collect. */
  append(hashes: Uint8Array, signal?: AbortSignal): Promise<void>;
  /**
   * Reads a part of the file of a month (`2026-11`). `end` is exclusive.
   *
   * @param version the version that an earlier part is from
   * @returns `undefined` if there is no such file, `changed` if it has another version
   */
  readPart(month: string, part: FilePart, signal?: AbortSignal): Promise<ReadPart | 'changed' | undefined>;
};

/** What processing a batch needs of the memory of deliveries. */
export type DeliveryMemory = Pick<DeliveryFiles, 'append'> & {
  /** Returns whether emails were delivered to addresses lately. Never throws. */
  known(addresses: readonly AddressKey[], signal?: AbortSignal): Promise<DeliveryLookup>;
};

/** By address: whether an email was delivered to it lately. Missing: that is not known. */
export type DeliveryLookup = { readonly known: ReadonlyMap<AddressKey, boolean>; readonly error?: string };

/** What `mergeDeliveries` needs. */
export type DeliveryMergeFiles = {
  /** Returns the names of the files that were appended, oldest first, at most a thousand. */
  listAppended(): Promise<readonly string[]>;
  readAppended(name: string): Promise<Uint8Array>;
  removeAppended(names: readonly string[]): Promise<void>;
  /** Returns the file of a month, or `undefined` if there is none. */
  readMonth(month: string): Promise<Uint8Array | undefined>;
  writeMonth(month: string, file: Uint8Array): Promise<void>;
};

export type FilePart = { readonly start: number; readonly end: number; readonly version?: string };
export type ReadPart = { readonly bytes: Uint8Array; readonly version: string };

/** Returns the names of the files for a month and the one before: what was delivered in the last 30 to 60 days. */
export function monthsAt(now: number): readonly [current: string, previous: string] {
  const date = new Date(now);
  const previous = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1));
  return [date.toISOString().slice(0, 7), previous.toISOString().slice(0, 7)];
}
