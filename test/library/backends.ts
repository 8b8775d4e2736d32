import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { toItem } from '../../shared/aws/dynamodb/suppression-item.ts';
import { type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { derive, emptyRecord } from '../../shared/domain/suppression/record.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import type { ListOptions, SuppressionList } from '../../shared/suppression-list/suppression-list.ts';
import * as testing from '../../shared/suppression-list/testing.ts';
import { dynamoDBError, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { noon } from '../support/ses.ts';
import { createSystem } from '../support/system.ts';

/** What holds a list, and what a test can do to it behind the list's back. */
export type Backend = {
  /** As error messages name it. */
  readonly tableName: string;
  makeList(options?: ListOptions): SuppressionList;
  put(entry: testing.TestEntry): Promise<void>;
  /** Somebody let it go. */
  putReleased(address: string): Promise<void>;
  /** It has bounced, and not often enough. */
  putWatched(address: string): Promise<void>;
  /** Refuses everybody from now on, or no longer. */
  refuse(isRefusing: boolean): void;
  close(): Promise<void>;
};

export type Open = () => Promise<Backend>;

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A table of its own as the stack has it, behind a proxy. */
async function openTable(reach: (endpoint: string) => object, own: ListOptions = {}): Promise<Backend> {
  const proxy: FaultProxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
  const system = await createSystem();
  const tableName = system.tables.suppressionsTable;
  const putRecord = (address: string, fields: object, list?: string) => {
    const record = derive({ ...emptyRecord(keyOf(address)), ...fields }, defaultPolicy);
    return system.putItem(unmarshall(toItem(record, 'version', list)));
  };
  const released = { at: noon, by: 'ann', note: 'asked' };
  return {
    tableName,
    makeList: (options) => createSuppressionList({ tableName, ...reach(proxy.endpoint), ...own, ...options }),
    put({ address, list, reason = 'hard', since = new Date(0), until, suspected }) {
      const [from, end] = [since.getTime(), until?.getTime()];
      const cause = {
        since: from,
        last: from,
        ...(end !== undefined && { until: end }),
        ...(suspected && { suspected }),
      };
      return putRecord(address, { causes: { [reason]: cause } }, list);
    },
    putReleased: (address) => putRecord(address, { released }),
    putWatched: (address) => putRecord(address, { strikes: [noon] }),
    refuse: (isRefusing) => proxy.misbehave(() => (isRefusing ? dynamoDBError('AccessDeniedException') : undefined)),
    close: () => proxy.close(),
  };
}

async function openMemory(): Promise<Backend> {
  const table = testing.createMemoryTable();
  const putReleased = async (address: string) => {
    table.put(address);
    await testing.createSuppressionList({ table }).release(address, { by: 'ann', note: 'asked' });
  };
  return {
    tableName: 'in memory',
    makeList: (options) => testing.createSuppressionList({ table, ...options }),
    put: async (entry) => table.put(entry),
    putReleased,
    // It keeps nothing of those who are only watched.
    putWatched: async () => {},
    refuse: (isRefusing) =>
      table.fail(
        isRefusing ? Object.assign(new Error('ann@example.net'), { name: 'AccessDeniedException' }) : undefined,
      ),
    close: async () => {},
  };
}

/** All of them have to answer alike. */
export const backends: readonly (readonly [name: string, open: Open])[] = [
  ['lean reads', () => openTable((endpoint) => ({ region: 'us-east-1', endpoint, credentials }))],
  [
    'a client of the SDK',
    () =>
      openTable((endpoint) => ({
        client: new DynamoDBClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 }),
      })),
  ],
  ['a table in memory', openMemory],
  [
    'lean reads and a cache',
    () =>
      openTable((endpoint) => ({ region: 'us-east-1', endpoint, credentials }), {
        cache: { maxAgeMs: 60_000 },
      }),
  ],
];

function keyOf(address: string): AddressKey {
  return parseAddress(address)?.key as AddressKey;
}

/** The backend of one `describe`, on the engine that runs. Reach it inside a test. */
export function useBackend(open: Open): () => Backend {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());
  return () => backend;
}
