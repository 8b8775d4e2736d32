import { randomUUID } from 'node:crypto';
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { type TableSnapshot, takeTableSnapshot } from '../../local/demo/table-snapshot.ts';
import { useLocalAwsEnvironment } from '../../local/emulator/aws-environment.ts';
import { createDocumentClient } from '../../local/emulator/document-client.ts';
import type { DynamoDBEngine } from '../../local/emulator/dynamodb.ts';
import { createTables, type TableNames } from '../../local/emulator/tables.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { scanRecords } from '../../shared/aws/dynamodb/scan.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import type { DeliveryMemory } from '../../shared/deliveries/delivery-files.ts';
import { defined } from '../../shared/domain/defined.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy/policy.ts';
import type { ProviderIncident } from '../../shared/domain/reputation/provider-incident.ts';
import type { StoredRecord, SuppressionStore } from '../../shared/domain/suppression/store.ts';
import type { CounterStore } from '../../shared/ingest/count-volume.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import { type BatchResult, processFeedback } from '../../shared/ingest/process-feedback.ts';
import { noon, queueEvent } from './ses.ts';
import { createSubscriber, type Subscriber } from './subscriber.ts';

/** Tables on a local DynamoDB engine, and the ingest flow that writes them. */
export type System = {
  readonly client: DynamoDBDocumentClient;
  readonly tables: TableNames;
  readonly store: SuppressionStore;
  /** The current time, epoch milliseconds. Set it to let time pass. */
  now: number;
  /** An application that the changes of status are published to. Missing if they are not published. */
  readonly subscriber?: Subscriber;
  deliver(bodies: readonly unknown[], options?: DeliverOptions): Promise<BatchResult & { entries: FeedbackLogEntry[] }>;
  deliverEvent(lambdaEvent: unknown, options?: DeliverOptions): Promise<BatchResult & { entries: FeedbackLogEntry[] }>;
  record(address: string): Promise<Record<string, unknown> | undefined>;
  putItem(item: Record<string, unknown>): Promise<void>;
  deleteItem(address: string, list?: string): Promise<void>;
  /** Yields all records, page by page. */
  records(): AsyncGenerator<StoredRecord[]>;
  snapshot(): Promise<TableSnapshot>;
  /** Returns all items of one partition of the `reputation` table, in order. */
  items(scope: string): Promise<Record<string, unknown>[]>;
  /** Returns the counters of an hour (`2026-11-20T09`) by scope, such as `{ account: { hard0: 3 } }`. */
  counters(hour: string, scopes: readonly string[]): Promise<Record<string, Record<string, number>>>;
  /** Returns the sum of one counter of one scope over all hours. */
  count(scope: string, metric: string): Promise<number>;
};

export type DeliverOptions = {
  readonly store?: SuppressionStore;
  readonly counters?: CounterStore;
  /** The outages of providers that are known. @default none */
  readonly incidents?: () => Promise<readonly ProviderIncident[]>;
  /** The memory of deliveries. @default none */
  readonly deliveries?: DeliveryMemory;
  readonly policy?: Policy;
  readonly remaining?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
};

/** Adds every suppression to the list of SES, so that each of them has an outbox to look at. */
const policyOfTests: Policy = { ...defaultPolicy, accountList: { mode: 'always', regions: [] } };

/**
 * Starts an engine for a test file, and returns a function that returns the system. Call the function inside a test.
 */
export function useSystem(): () => System {
  let engine: DynamoDBEngine;
  let system: System;
  beforeAll(async () => {
    engine = await useLocalAwsEnvironment();
    system = await createSystem();
  });
  afterAll(() => engine.stop());
  return () => system;
}

/** Creates new tables on the running engine. */
export async function createSystem(
  dynamoDB = createDynamoDBClient(),
  { publishesChanges = false } = {},
): Promise<System> {
  const client = createDocumentClient(dynamoDB);
  const id = randomUUID();
  const tables = { suppressionsTable: `${id}-suppressions`, reputationTable: `${id}-reputation` };
  await createTables(createDynamoDBClient(), tables);
  const clock = () => system.now;
  const shared = { client: dynamoDB, ...tables, shard: 0, clock };
  const store = createSuppressionTable({ ...shared, newVersion: randomUUID, publishesChanges });
  const counters = createCounterTable(shared);
  const key = (address: string, list = 'account') => ({ TableName: tables.suppressionsTable, Key: { address, list } });
  const system: System = {
    client,
    tables,
    store,
    now: noon + 60_000,
    deliver: (bodies, options) => system.deliverEvent(queueEvent(bodies), options),
    async deliverEvent(lambdaEvent, options = {}) {
      const entries: FeedbackLogEntry[] = [];
      const result = await processFeedback(lambdaEvent, {
        store: options.store ?? store,
        counters: options.counters ?? counters,
        policy: options.policy ?? policyOfTests,
        clock,
        random: Math.random,
        sleep: options.sleep ?? (async () => {}),
        remaining: options.remaining ?? (() => 20_000),
        trustedSources: {},
        ...defined({ incidents: options.incidents, deliveries: options.deliveries }),
        log: (entry) => entries.push(entry),
      });
      return { ...result, entries };
    },
    record: async (address) => (await client.send(new GetCommand({ ...key(address), ConsistentRead: true }))).Item,
    async putItem(item) {
      await client.send(new PutCommand({ TableName: tables.suppressionsTable, Item: item }));
    },
    async deleteItem(address, list) {
      await client.send(new DeleteCommand(key(address, list)));
    },
    records: () => scanRecords({ client: dynamoDB, suppressionsTable: tables.suppressionsTable }),
    snapshot: () => takeTableSnapshot(client, tables),
    async items(scope) {
      const names = { KeyConditionExpression: '#scope = :scope', ExpressionAttributeNames: { '#scope': 'scope' } };
      const query = { TableName: tables.reputationTable, ...names, ExpressionAttributeValues: { ':scope': scope } };
      return (await client.send(new QueryCommand({ ...query, ConsistentRead: true }))).Items ?? [];
    },
    async counters(hour, scopes) {
      const keys = scopes.map((scope) => ({ scope, hour: `${hour}#0` }));
      const request = new BatchGetCommand({ RequestItems: { [tables.reputationTable]: { Keys: keys } } });
      const items = (await client.send(request)).Responses?.[tables.reputationTable] ?? [];
      return Object.fromEntries(
        items.map(
          ({
            scope,
            hour: _hour,
            expiresAt: _expiresAt,
            writes: _writes,
            received: _received,
            complained: _complained,
            ...slots
          }) => [scope, slots],
        ),
      );
    },
    count: async (scope, metric) => (await system.snapshot()).counts.get(scope)?.get(metric) ?? 0,
  };
  return publishesChanges ? Object.assign(system, { subscriber: createSubscriber(system) }) : system;
}
