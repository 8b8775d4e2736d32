// The npm package's entry `ses-feedback/testing`.
import { type AddressKey, parseAddress } from '../domain/address.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import { defaultPolicy } from '../domain/policy/policy.ts';
import { derive } from '../domain/suppression/derive.ts';
import { defaultListName } from '../domain/suppression/list-name.ts';
import { emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { type StoredRecord, StoreError, type SuppressionStore } from '../domain/suppression/store.ts';
import { createEditor } from './editor.ts';
import { InvalidAddressError } from './errors.ts';
import { createList } from './list.ts';
import type { ListOptions } from './options.ts';
import type { SuppressionList } from './suppression-list.ts';
import type { StoredSuppression } from './verdict.ts';

export * from './index.ts';

/** A suppressed address in a {@link MemoryTable}. */
export type TestEntry = {
  /** In any form that `isSuppressed` accepts. */
  readonly address: string;
  /**
   * The list that suppresses the address.
   *
   * @default 'account'
   */
  readonly list?: string;
  /** @default 'hard' */
  readonly reason?: Reason;
  /** @default new Date(0), which is 1970 */
  readonly since?: Date;
  /**
   * The end of the suppression.
   *
   * @default none, it is permanent
   */
  readonly until?: Date;
  /**
   * Whether the complaint named several recipients, so that another of them may have made it.
   *
   * @default false
   */
  readonly suspected?: boolean;
};

/** A table in memory. Several lists can share it. */
export type MemoryTable = {
  /**
   * Suppresses an address as a bounce or complaint does. A text stands for an entry with the defaults.
   *
   * @throws InvalidAddressError if the text is not an email address
   * @example
   * const table = createMemoryTable();
   * table.put({ address: 'ann@example.com', reason: 'complaint' });
   */
  put(entry: TestEntry | string): void;
  /**
   * Makes every request to the table fail with an error from now on. Without an error, the table works again.
   *
   * @example
   * const table = createMemoryTable();
   * table.fail(new Error('down'));
   */
  fail(error?: Error): void;
};

type Contents = { readonly records: Map<string, StoredRecord>; failure: Error | undefined };

const contentsOf = new WeakMap<MemoryTable, Contents>();

/**
 * Returns a table in memory that suppresses the given addresses.
 *
 * @throws InvalidAddressError if one of them is not an email address
 * @example
 * const table = createMemoryTable(['bounced@example.com', { address: 'ann@example.com', reason: 'complaint' }]);
 */
export function createMemoryTable(entries: readonly (TestEntry | string)[] = []): MemoryTable {
  const contents: Contents = { records: new Map(), failure: undefined };
  const table: MemoryTable = {
    put(entry) {
      const { list = defaultListName, ...rest } = typeof entry === 'string' ? { address: entry } : entry;
      const record = toRecord(rest);
      contents.records.set(keyOf(record.address, list), { record, version: '', unknown: {} });
    },
    fail(error) {
      contents.failure = error;
    },
  };
  contentsOf.set(table, contents);
  for (const entry of entries) table.put(entry);
  return table;
}

/**
 * Returns a suppression list for tests. It runs the same code as a list in DynamoDB, but its table is in memory, so a write is visible at
 * once. It needs neither the AWS SDK nor a mock.
 *
 * @throws TypeError if an option is invalid
 * @example
 * const suppressions = createSuppressionList({ table: createMemoryTable(['bounced@example.com']) });
 * console.assert(await suppressions.isSuppressed('Bounced@Example.com'));
 */
export function createSuppressionList({
  table = createMemoryTable(),
  ...options
}: ListOptions & {
  /**
   * The table of the list.
   *
   * @default an empty table of its own
   */
  readonly table?: MemoryTable;
} = {}): SuppressionList {
  const contents = contentsOf.get(table);
  if (contents === undefined) throw new TypeError('Pass a table that createMemoryTable has returned.');
  const { list = defaultListName, clock = Date.now } = options;
  const store = createMemoryStore(contents, list);
  return createList(
    {
      openEditor: async () => createEditor({ tableName: 'in memory', list, store, clock }),
      async readEntries(addresses, lists) {
        if (contents.failure !== undefined) throw contents.failure;
        return new Map(
          addresses.map((address) => [
            address,
            lists.flatMap((name) => toEntries(contents.records.get(keyOf(address, name))?.record, name)),
          ]),
        );
      },
    },
    options,
  );
}

function createMemoryStore(contents: Contents, list: string): SuppressionStore {
  let version = 0;
  const throwFailure = () => {
    if (contents.failure !== undefined)
      throw new StoreError('in memory', { scope: 'transient', cause: contents.failure });
  };
  return {
    ofList: (other) => createMemoryStore(contents, other),
    async read(lookups) {
      throwFailure();
      return new Map(lookups.map(({ address }) => [address, contents.records.get(keyOf(address, list))]));
    },
    async write({ changes }) {
      throwFailure();
      for (const { record } of changes)
        contents.records.set(keyOf(record.address, list), { record, version: String(version++), unknown: {} });
      return { kind: 'written' };
    },
    countItems: ({ changes }) => changes.length,
    counterKeys: () => [],
  };
}

function toRecord({ address, reason = 'hard', since = new Date(0), until, suspected = false }: TestEntry) {
  const key = parseAddress(address)?.key;
  if (key === undefined) throw new InvalidAddressError();
  const cause = {
    since: since.getTime(),
    last: since.getTime(),
    ...(until && { until: until.getTime() }),
    ...(suspected && { suspected }),
  };
  return derive({ ...emptyRecord(key), causes: { [reason]: cause } }, defaultPolicy);
}

function toEntries(record: SuppressionRecord | undefined, list: string): StoredSuppression[] {
  if (record?.status !== 'suppressed') return [];
  const { reason, since, until, causes } = record;
  const suspected = reason === 'complaint' && causes.complaint?.suspected === true;
  return [{ list, reason: reason as Reason, since: since as number, ...(until !== undefined && { until }), suspected }];
}

function keyOf(address: AddressKey, list: string): string {
  return `${list}\n${address}`;
}
