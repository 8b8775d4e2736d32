import type { AddressKey } from '../address.ts';
import type { Count } from './decide.ts';
import type { OperatorChange } from './operator-change.ts';
import type { SuppressionRecord } from './record.ts';

/** A record as it was read from the table. */
export type StoredRecord = {
  readonly record: SuppressionRecord;
  /** The list of the record. Missing if it is the account's. */
  readonly list?: string;
  /** Random, and new with each write. A counter would repeat: a record that expired and was created again would be at 1 again. */
  readonly version: string;
  /** When the status last changed, epoch milliseconds. Missing if no change of it has been published. */
  readonly changedAt?: number;
  /** Attributes that this version of the code does not know, as stored. A newer version wrote them, and they are written back unchanged. */
  readonly unknown: Readonly<Record<string, unknown>>;
};

/** `undefined`: there is no record. `unreadable`: there is one, but it is damaged; the text says how. */
export type ReadOutcome = StoredRecord | undefined | { readonly unreadable: string };

/** One address to read. */
export type Lookup = {
  readonly address: AddressKey;
  /** Ids of the events to decide on. Only these are looked up among the ids stored outside the record. */
  readonly eventIds: readonly string[];
};

/** One record to write. */
export type RecordChange = {
  readonly record: SuppressionRecord;
  /** The record as read. The write succeeds only if it has not changed since. `undefined`: only if there is still no record. */
  readonly stored: StoredRecord | undefined;
  /** What a person or an application did, to be added to the history. Missing if feedback changes the record. */
  readonly operatorChange?: OperatorChange;
};

/** Changes and counts that are written together or not at all. Each address occurs at most once. */
export type RecordTransaction = { readonly changes: readonly RecordChange[]; readonly counts: readonly Count[] };

export type WriteOutcome =
  | { readonly kind: 'written' }
  | {
      readonly kind: 'cancelled';
      /** Another writer changed these records, or the table could not accept them at the moment. Read them again and retry. */
      readonly contested: ReadonlySet<AddressKey>;
      /** These records can never be written as they are. The text says why. */
      readonly rejected: ReadonlyMap<AddressKey, string>;
    };

/**
 * The port to the records of one list, the account's at first. `read` and `write` throw {@link StoreError} if the whole request failed.
 */
export type SuppressionStore = {
  /** Returns the records of another list in the same table. */
  ofList(list: string): SuppressionStore;
  /** Reads the records of up to 100 addresses with strongly consistent reads. */
  read(lookups: readonly Lookup[], signal?: AbortSignal): Promise<ReadonlyMap<AddressKey, ReadOutcome>>;
  /** Writes a transaction of at most {@link maxTransactionItems} items. */
  write(transaction: RecordTransaction, signal?: AbortSignal): Promise<WriteOutcome>;
  /** Returns the number of items a transaction writes. */
  countItems(transaction: RecordTransaction): number;
  /** Returns the keys of the counter items that the counts are added to. Each is one more item in the transaction. */
  counterKeys(counts: readonly Count[]): readonly string[];
};

/**
 * Maximum number of items in one `TransactWriteItems` call.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const maxTransactionItems = 100;

/** Thrown if a whole request failed. After a timeout, the request may still have taken effect. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /**
   * `transient`: throttled, timed out or unavailable; the same request can succeed later. `request`: one part of this request is not
   * acceptable; the rest can succeed without it. `permanent`: the table or a permission is missing, so no request can succeed.
   */
  readonly scope: 'transient' | 'request' | 'permanent';

  constructor(message: string, { scope, cause }: { scope: StoreError['scope']; cause?: unknown }) {
    super(message, { cause });
    this.scope = scope;
  }
}
