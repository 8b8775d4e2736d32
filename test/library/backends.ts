import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { toItem } from '../../shared/aws/dynamodb/suppression-item.ts';
import { type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { derive } from '../../shared/domain/suppression/derive.ts';
import { emptyRecord } from '../../shared/domain/suppression/record.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import type { ListOptions } from '../../shared/suppression-list/options.ts';
import type { SuppressionList } from '../../shared/suppression-list/suppression-list.ts';
import * as testing from '../../shared/suppression-list/testing.ts';
import { dynamoDBError, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { noon } from '../support/ses.ts';
import { createSystem } from '../support/system.ts';

/** The table of a list, and what a test can do to it without the list. */
export type Backend = {
  /** The name in error messages. */
  readonly tableName: string;
  makeList(options?: ListOptions): SuppressionList;
  put(entry: testing.TestEntry): Promise<void>;
  /** Stores an address that an operator has released. */
  putReleased(address: string): Promise<void>;
  /** Stores an address with fewer soft bounces than suppress it. */
  putWatched(address: string): Promise<void>;
  /** Makes every request fail with an `AccessDeniedException`, or ends that. */
  denyAccess(isDenied: boolean): void;
  close(): Promise<void>;
};

export type OpenBackend = () => Promise<Backend>;

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Opens a new table, with the keys of the stack's table, behind a fault proxy. */
async function openTable(connectionTo: (endpoint: string) => object, defaults: ListOptions = {}): Promise<Backend> {
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
    makeList: (options) =>
      createSuppressionList({ tableName, ...connectionTo(proxy.endpoint), ...defaults, ...options }),
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
    denyAccess: (isDenied) => proxy.misbehave(() => (isDenied ? dynamoDBError('AccessDeniedException') : undefined)),
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
    // A memory table stores suppressed and released addresses only.
    putWatched: async () => {},
    denyAccess: (isDenied) =>
      table.fail(isDenied ? Object.assign(new Error('ann@example.net'), { name: 'AccessDeniedException' }) : undefined),
    close: async () => {},
  };
}

/** All backends must pass the same tests. */
export const backends: readonly (readonly [name: string, open: OpenBackend])[] = [
  ['lean reader', () => openTable((endpoint) => ({ region: 'us-east-1', endpoint, credentials }))],
  [
    'SDK client',
    () =>
      openTable((endpoint) => ({
        client: new DynamoDBClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 }),
      })),
  ],
  ['table in memory', openMemory],
  [
    'lean reader with a cache',
    () =>
      openTable((endpoint) => ({ region: 'us-east-1', endpoint, credentials }), {
        cache: { maxAgeMs: 60_000 },
      }),
  ],
];

function keyOf(address: string): AddressKey {
  return parseAddress(address)?.key as AddressKey;
}

/** Opens a backend for one `describe`. Call the result inside a test. */
export function useBackend(open: OpenBackend): () => Backend {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());
  return () => backend;
}
