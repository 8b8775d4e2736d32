import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type ObjectStore, startObjectStore } from '../../local/emulator/s3.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import type { ListEntry } from '../../local/ses-simulator/state.ts';
import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import { type ReconcileDependencies, type ReconcileReport, reconcile } from '../../shared/account-list/reconcile.ts';
import { type SyncDependencies, syncAccountLists } from '../../shared/account-list/sync.ts';
import type { SyncEntry, SyncLogEntry } from '../../shared/account-list/sync-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { scanRecords } from '../../shared/aws/dynamodb/scan-records.ts';
import { createImportFiles } from '../../shared/aws/s3/import-bucket.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import { type Address, type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import {
  type ReleaseEverywhereDependencies,
  type ReleaseReport,
  releaseEverywhere,
} from '../../shared/operator/release-everywhere.ts';
import { suppressAddress } from '../../shared/operator/suppress-address.ts';
import { createSystem, type System, useSystem } from './system.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const bucket = 'imports';

/** Tables, SES in one Region or several, and a bucket, all going by the clock of the system; pauses take no time. */
export type AccountListWorld = {
  readonly system: System;
  readonly objects: ObjectStore;
  /** By Region. */
  readonly ses: Readonly<Record<string, SesSimulator>>;
  readonly home: SesSimulator;
  readonly lists: ReadonlyMap<string, AccountList>;
  policy: Policy;
  /** What was logged, oldest first. */
  readonly entries: SyncLogEntry[];
  /** One run of the function: a minute, less what is kept back. */
  drain(options?: Partial<SyncDependencies>): Promise<readonly SyncEntry[]>;
  /** What a run works with. */
  dependencies(options?: Partial<SyncDependencies>): SyncDependencies;
  /** What `reconcile` keeps between its runs. */
  readonly notes: Map<string, string>;
  /** One run of the function, with an hour to work in. */
  reconcile(options?: Partial<ReconcileDependencies>): Promise<ReconcileReport>;
  /** Lets an address go at the table and in all Regions, as an operator who writes it like that. */
  letGoEverywhere(address: string, options?: Partial<ReleaseEverywhereDependencies>): Promise<ReleaseReport>;
  /** Entries of a page of SES's; a thousand unless set. */
  pageSize: number;
  /** Puts entries on a Region's list, as old as is said, past all calls. */
  fill(entries: readonly ListEntry[], region?: string): void;
  /** The items of the `suppressions` table, by key. */
  records(): Promise<Record<string, Record<string, unknown>>>;
  /** Feedback comes in, and is decided on by the policy of this world. */
  deliver(bodies: readonly unknown[]): Promise<void>;
  /** An operator lets an address go. */
  letGo(address: string): Promise<void>;
  /** An operator suppresses one by hand: until a moment, or for good. */
  suppress(address: string, until?: number): Promise<void>;
  /** Under which key of the index each record that waits stands, by address. */
  marks(): Promise<Record<string, string>>;
  /** `address REASON` of one Region's list, in order. */
  listed(region?: string): string[];
  close(): Promise<void>;
};

export function useAccountListWorlds(): (regions?: readonly string[]) => Promise<AccountListWorld> {
  useSystem();
  const worlds: AccountListWorld[] = [];
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });
  return async (regions = []) => {
    const world = await createWorld(regions);
    worlds.push(world);
    return world;
  };
}

async function createWorld(regions: readonly string[]): Promise<AccountListWorld> {
  const system = await createSystem();
  const objects = await startObjectStore();
  const clock = () => system.now;
  const all = [homeRegion, ...regions];
  const started = await Promise.all(
    all.map((region) => startSesSimulator({ publish: () => {}, readObject: objects.read, clock, region })),
  );
  const ses = Object.fromEntries(all.map((region, index) => [region, started[index] as SesSimulator]));
  const clientOf = (endpoint: string) => {
    const client = new SESv2Client({
      endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      requestHandler: { requestTimeout: 500, throwOnRequestTimeout: true },
    });
    const shorten = <Input extends object>(input: Input): Input =>
      'PageSize' in input ? { ...input, PageSize: world.pageSize } : input;
    client.middlewareStack.add(
      (next) => (call) => next({ ...call, input: shorten(call.input as object) as typeof call.input }),
      {
        step: 'initialize',
      },
    );
    return client;
  };
  const lists = new Map(
    all.map((region, i) => [region, createAccountList(clientOf((started[i] as SesSimulator).endpoint))]),
  );
  const s3 = new S3Client({ endpoint: objects.endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const client = createDynamoDBClient();
  const failing = new Set<string>();
  const world: AccountListWorld = {
    system,
    objects,
    ses,
    home: started[0] as SesSimulator,
    lists,
    policy: { ...defaultPolicy, accountList: { mode: 'always', regions: [...regions] } },
    entries: [],
    dependencies(options = {}) {
      const end = system.now + 52_000;
      return {
        store: system.store,
        outbox: createOutboxIndex({ client, ...system.tables, regions: world.policy.accountList.regions }),
        lists,
        files: new Map([[homeRegion, createImportFiles(bucket, s3)]]),
        policy: world.policy,
        clock,
        sleep: async (milliseconds) => {
          // Regions are told side by side, and whoever sleeps longest says how late it is.
          const until = system.now + milliseconds;
          await new Promise((resolve) => setImmediate(resolve));
          system.now = Math.max(system.now, until);
        },
        remaining: () => end - system.now,
        newId: randomUUID,
        log: (entry) => world.entries.push(entry),
        failing,
        ...options,
      };
    },
    async drain(options) {
      const entries = await syncAccountLists(world.dependencies(options));
      system.now += 60_000;
      return entries;
    },
    notes: new Map(),
    async reconcile(options = {}) {
      const end = system.now + 3_600_000;
      return reconcile({
        ...world.dependencies(),
        storage: {
          read: async (name) => world.notes.get(name),
          write: async (name, text) => void world.notes.set(name, text),
          remove: async (name) => void world.notes.delete(name),
        },
        records: () => scanRecords({ client, ...system.tables }),
        isDryRun: false,
        progress: () => {},
        random: Math.random,
        remaining: () => end - system.now,
        ...options,
      });
    },
    async letGoEverywhere(address, options = {}) {
      const { store, outbox, policy, ...rest } = { ...world.dependencies(), remaining: () => 3_600_000 };
      const paced = [...lists].map(
        ([region, list]) => [region, { list, rateLimiter: createRateLimiter(rest) }] as const,
      );
      const dependencies = { store, outbox, policy, clock, lists: new Map(paced), ...options };
      return releaseEverywhere(parseAddress(address) as Address, { by: 'ops', note: 'asked by phone' }, dependencies);
    },
    pageSize: 1000,
    fill(entries, region = homeRegion) {
      for (const entry of entries) (ses[region] as SesSimulator).list.set(entry.emailAddress, entry);
    },
    records: async () => Object.fromEntries((await system.snapshot()).records),
    async deliver(bodies) {
      for (let from = 0; from < bodies.length; from += 500) {
        const { failed } = await system.deliver(bodies.slice(from, from + 500), { policy: world.policy });
        expect(failed).toEqual([]);
      }
    },
    async letGo(address) {
      const release = { store: system.store, policy: world.policy, clock };
      await releaseAddress(release, address as AddressKey, { by: 'op', note: 'test' });
    },
    async suppress(address, until) {
      const note = { by: 'op', note: 'test', ...(until !== undefined && { until }) };
      const dependencies = { store: system.store, policy: world.policy, clock };
      await suppressAddress(dependencies, parseAddress(address) as Address, note);
    },
    async marks() {
      const page = { TableName: system.tables.suppressionsTable, ProjectionExpression: 'address, mirror' };
      const marks: Record<string, string> = {};
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await system.client.send(
          new ScanCommand({ ...page, ExclusiveStartKey }),
        );
        for (const { address, mirror } of Items) if (mirror !== undefined) marks[address] = mirror.replace(/#.*/, '');
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return marks;
    },
    listed: (region = homeRegion) =>
      [...(ses[region] as SesSimulator).list.values()]
        .map(({ emailAddress, reason }) => `${emailAddress} ${reason}`)
        .sort(),
    async close() {
      await Promise.all([...started, objects].map((one) => one.close()));
    },
  };
  return world;
}
