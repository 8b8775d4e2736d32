import { type AddressKey, parseAddress } from '../domain/address.ts';
import type { Reason } from '../domain/feedback/recipient-event.ts';
import { defaultPolicy } from '../domain/policy/policy.ts';
import { accountListName } from '../domain/suppression/list-name.ts';
import { derive, emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { type StoredRecord, StoreError, type SuppressionStore } from '../domain/suppression/store.ts';
import { createEditor } from './editor.ts';
import { InvalidAddressError } from './errors.ts';
import { createList } from './list.ts';
import type { ListOptions, SuppressionList } from './suppression-list.ts';
import type { SuppressionEntry } from './verdict.ts';

export * from './index.ts';

/** What a table in memory is to hold of an address. */
export type TestEntry = {
  readonly address: string;
  /** Left out: the account's. */
  readonly list?: string;
  /** Left out: `hard`. */
  readonly reason?: Reason;
  /** Left out: 1970. */
  readonly since?: Date;
  readonly until?: Date;
  readonly suspected?: boolean;
};

/** A table in memory: what several lists share. */
export type MemoryTable = {
  /**
   * Suppresses an address, as feedback would have.
   * @throws InvalidAddressError
   */
  put(entry: TestEntry | string): void;
  /** From now on every request to it fails with this error, as with a table that cannot be reached; without one it works again. */
  fail(error?: Error): void;
};

type Contents = { readonly records: Map<string, StoredRecord>; failure: Error | undefined };

const contents = new WeakMap<MemoryTable, Contents>();

/** @example const table = createMemoryTable(['bounced@example.com', { address: 'ann@example.com', reason: 'complaint' }]); */
export function createMemoryTable(entries: readonly (TestEntry | string)[] = []): MemoryTable {
  const held: Contents = { records: new Map(), failure: undefined };
  const table: MemoryTable = {
    put(entry) {
      const { list = accountListName, ...rest } = typeof entry === 'string' ? { address: entry } : entry;
      const record = recordOf(rest);
      held.records.set(idOf(record.address, list), { record, version: '', unknown: {} });
    },
    fail(error) {
      held.failure = error;
    },
  };
  contents.set(table, held);
  for (const entry of entries) table.put(entry);
  return table;
}

/**
 * A suppression list for tests: the same in everything, except that its table is in memory, and what is written is there at once.
 *
 * @example
 * const suppressions = createSuppressionList({ table: createMemoryTable(['bounced@example.com']) });
 * expect(await suppressions.isSuppressed('Bounced@Example.com')).toBe(true);
 */
export function createSuppressionList({
  table = createMemoryTable(),
  ...options
}: ListOptions & { readonly table?: MemoryTable } = {}): SuppressionList {
  const held = contents.get(table);
  if (held === undefined) throw new TypeError('table has to be one that createMemoryTable has made.');
  const { list = accountListName, clock = Date.now } = options;
  const store = storeOf(held, list);
  return createList(
    {
      editor: async () => createEditor({ tableName: 'in memory', list, store, clock }),
      async readEntries(addresses, lists) {
        if (held.failure !== undefined) throw held.failure;
        return new Map(
          addresses.map((address) => [
            address,
            lists.flatMap((name) => entryOf(held.records.get(idOf(address, name))?.record, name)),
          ]),
        );
      },
    },
    options,
  );
}

function storeOf(held: Contents, list: string): SuppressionStore {
  let version = 0;
  const refuse = () => {
    if (held.failure !== undefined) throw new StoreError('in memory', { scope: 'transient', cause: held.failure });
  };
  return {
    async read(lookups) {
      refuse();
      return new Map(lookups.map(({ address }) => [address, held.records.get(idOf(address, list))]));
    },
    async write({ changes }) {
      refuse();
      for (const { record } of changes)
        held.records.set(idOf(record.address, list), { record, version: String(version++), unknown: {} });
      return { kind: 'written' };
    },
    countItems: ({ changes }) => changes.length,
  };
}

function recordOf({ address, reason = 'hard', since = new Date(0), until, suspected = false }: TestEntry) {
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

function entryOf(record: SuppressionRecord | undefined, list: string): SuppressionEntry[] {
  if (record?.status !== 'suppressed') return [];
  const { reason, since, until, causes } = record;
  const suspected = reason === 'complaint' && causes.complaint?.suspected === true;
  return [{ list, reason: reason as Reason, since: since as number, ...(until !== undefined && { until }), suspected }];
}

function idOf(address: AddressKey, list: string): string {
  return `${list}\n${address}`;
}
