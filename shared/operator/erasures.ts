import type { AddressKey } from '../domain/address.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import type { Attribution } from '../domain/suppression/attribution.ts';
import type { ErasedAddress } from '../domain/suppression/erased-address.ts';

/** What is kept of an address whose data was erased: that a list suppresses its keyed hash. Times are epoch milliseconds. */
export type KeptSuppression = {
  readonly list: string;
  readonly reason: Reason;
  readonly since: number;
  /** Missing if it is permanent. */
  readonly until?: number;
};

export type Kept = {
  /** Missing if no address was ever erased. */
  readonly hash?: ErasedAddress;
  readonly suppressions: readonly KeptSuppression[];
};

/** What was deleted of an address. */
export type Erased = {
  /** Records: one for each list that knew the address. */
  readonly records: number;
  /** Changes of its history, and ids of events. */
  readonly otherItems: number;
};

/** The port to what is stored of addresses whose data was erased, or is to be. Its methods throw `StoreError`. */
export type Erasures = {
  /** Returns when the key of the hashes was created, epoch milliseconds. Creates it if there is none. */
  openKey(now: number): Promise<number>;
  /**
   * Deletes everything that is stored under an address, and keeps its suppressions under its keyed hash. Safe to repeat after a crash.
   *
   * @returns `undefined` if nothing was stored
   * @throws Error if other writers keep changing the record
   */
  erase(address: AddressKey, now: number, attribution: Attribution): Promise<Erased | undefined>;
  /** Returns the keyed hash of an address, and what is kept under it and has not ended. */
  find(address: AddressKey, now: number): Promise<Kept>;
  /** Ends what is kept of an address on a list, with an entry in the history of the hash. Returns whether there was something. */
  release(address: AddressKey, list: string, now: number, attribution: Attribution): Promise<boolean>;
};
