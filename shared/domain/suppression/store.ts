import type { AddressKey } from '../address.ts';
import type { Count } from './decide.ts';
import type { SuppressionRecord } from './record.ts';

/** A record as it was read. */
export type StoredRecord = {
  readonly record: SuppressionRecord;
  /** Random, made anew at each write. A number would come round again: a record that expired and was made anew is at 1 too. */
  readonly version: string;
  /** Attributes of the stored item that this code does not know, as the database holds them: a newer one wrote them. */
  readonly unknown: Readonly<Record<string, unknown>>;
};

/** `undefined`: nothing is held. `unreadable`: something is, but not in a form we understand. */
export type ReadOutcome = StoredRecord | undefined | { readonly unreadable: string };

export type Lookup = {
  readonly address: AddressKey;
  /** The events at hand: which of the ids beyond the record's own are worth reading. */
  readonly eventIds: readonly string[];
};

/** One record to be replaced. */
export type RecordChange = {
  readonly record: SuppressionRecord;
  /** What was read: the write holds only if that still stands. */
  readonly stored: StoredRecord | undefined;
};

/** Written whole or not at all. No address stands in it twice. */
export type RecordTransaction = { readonly changes: readonly RecordChange[]; readonly counts: readonly Count[] };

export type WriteOutcome =
  | { readonly kind: 'written' }
  | {
      readonly kind: 'cancelled';
      /** Somebody else wrote these meanwhile, or the table could not take them just now: read them again. */
      readonly contested: ReadonlySet<AddressKey>;
      /** These can never be written as they are. */
      readonly rejected: ReadonlyMap<AddressKey, string>;
    };

/** What `commit` needs of a database. Both calls throw {@link StoreError} where the whole request failed. */
export type SuppressionStore = {
  /** Reads the records of up to 100 addresses, consistently. */
  read(lookups: readonly Lookup[], signal?: AbortSignal): Promise<ReadonlyMap<AddressKey, ReadOutcome>>;
  /** Writes at most {@link maxTransactionItems} items, or none. */
  write(transaction: RecordTransaction, signal?: AbortSignal): Promise<WriteOutcome>;
  /** How many items that would be. */
  countItems(transaction: RecordTransaction): number;
};

/** DynamoDB's bound on one `TransactWriteItems`. */
export const maxTransactionItems = 100;

/** A request failed as a whole; whether it took effect is not always known (a timeout). */
export class StoreError extends Error {
  override readonly name = 'StoreFault';
  /**
   * `passing`: throttled, timed out, unavailable; the same can succeed later. `request`: something in this one is not acceptable;
   * without it the rest can succeed. `every request`: no table, no permission; none will.
   */
  readonly scope: 'transient' | 'request' | 'permanent';

  constructor(message: string, { scope, cause }: { scope: StoreError['scope']; cause?: unknown }) {
    super(message, { cause });
    this.scope = scope;
  }
}
