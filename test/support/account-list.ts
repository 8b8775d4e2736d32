import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type S3Emulator, startS3 } from '../../local/emulator/s3.ts';
import type { SuppressedEntry } from '../../local/ses-simulator/list-entry.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import { type ReconcileDependencies, reconcile } from '../../shared/account-list/reconcile.ts';
import type { ReconcileReport } from '../../shared/account-list/reconcile-report.ts';
import { type SyncDependencies, syncAccountLists } from '../../shared/account-list/sync.ts';
import type { SyncEntry, SyncLogEntry } from '../../shared/account-list/sync-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createErasureTable } from '../../shared/aws/dynamodb/erasure-table.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { scanRecords } from '../../shared/aws/dynamodb/scan.ts';
import { tenantsWithRecordOf } from '../../shared/aws/dynamodb/tenant-lists.ts';
import { createImportFiles } from '../../shared/aws/s3/import-bucket.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import { type Address, type AddressKey, parseAddress } from '../../shared/domain/address.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import type { Erasures } from '../../shared/operator/erasures.ts';
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

/**
 * Tables, simulated SES lists in one or more Regions, and a bucket. All use the clock of the system, and waiting takes
 * no real time.
 */
export type AccountListFixture = {
  readonly system: System;
  readonly objects: S3Emulator;
  /** The simulated SES by Region. */
  readonly ses: Readonly<Record<string, SesSimulator>>;
  readonly home: SesSimulator;
  readonly lists: ReadonlyMap<string, AccountList>;
  policy: Policy;
  /** Log entries, oldest first. */
  readonly logEntries: SyncLogEntry[];
  /** Runs the sync once, with the time the function has, then advances the clock by one minute. */
  sync(options?: Partial<SyncDependencies>): Promise<readonly SyncEntry[]>;
  /** Returns the dependencies of one run of the sync. */
  dependencies(options?: Partial<SyncDependencies>): SyncDependencies;
  /** What `reconcile` stores between its runs, by name. */
  readonly storage: Map<string, string>;
  /** Runs the reconciliation once, with one hour to work in. */
  reconcile(options?: Partial<ReconcileDependencies>): Promise<ReconcileReport>;
  /** Returns what an operator's commands work with. */
  operator(): ReleaseEverywhereDependencies & { readonly erasures: Erasures };
  /** Releases an address in the table and in all Regions, as an operator who enters it in this form. */
  releaseEverywhere(address: string, options?: Partial<ReleaseEverywhereDependencies>): Promise<ReleaseReport>;
  /**
   * Number of entries on a page of the SES list.
   * @default 1000
   */
  pageSize: number;
  /** Adds entries to the list of a Region directly, without a call to SES. */
  addToList(entries: readonly SuppressedEntry[], region?: string): void;
  /** Returns the items of the `suppressions` table by key. */
  records(): Promise<Record<string, Record<string, unknown>>>;
  /** Processes feedback with the policy of this fixture. */
  deliver(bodies: readonly unknown[]): Promise<void>;
  /** Releases an address in the table only, as an operator. */
  release(address: string): Promise<void>;
  /** Suppresses an address manually: until a time, or permanently. */
  suppress(address: string, until?: number): Promise<void>;
  /** Returns the Regions of each pending record, as its key in the outbox index, by address. */
  pendingRegions(): Promise<Record<string, string>>;
  /** Returns the list of one Region as sorted lines of the form `address REASON`. */
  listed(region?: string, tenant?: string): string[];
  close(): Promise<void>;
};

/** Returns a function that creates fixtures, which are closed after each test. */
export function useAccountListFixtures(): (regions?: readonly string[]) => Promise<AccountListFixture> {
  useSystem();
  const fixtures: AccountListFixture[] = [];
  afterEach(async () => {
    for (const fixture of fixtures.splice(0)) await fixture.close();
  });
  return async (regions = []) => {
    const fixture = await createFixture(regions);
    fixtures.push(fixture);
    return fixture;
  };
}

async function createFixture(regions: readonly string[]): Promise<AccountListFixture> {
  const system = await createSystem();
  const objects = await startS3();
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
      'PageSize' in input ? { ...input, PageSize: fixture.pageSize } : input;
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
  const fixture: AccountListFixture = {
    system,
    objects,
    ses,
    home: started[0] as SesSimulator,
    lists,
    policy: { ...defaultPolicy, accountList: { mode: 'always', regions: [...regions] } },
    logEntries: [],
    dependencies(options = {}) {
      const end = system.now + 52_000;
      return {
        store: system.store,
        outbox: createOutboxIndex({ client, ...system.tables, regions: fixture.policy.accountList.regions }),
        lists,
        files: new Map([[homeRegion, createImportFiles(bucket, s3)]]),
        policy: fixture.policy,
        clock,
        sleep: async (milliseconds) => {
          // The Regions are synced in parallel. The clock advances to the end of the longest wait.
          const until = system.now + milliseconds;
          await new Promise((resolve) => setImmediate(resolve));
          system.now = Math.max(system.now, until);
        },
        remaining: () => end - system.now,
        newId: randomUUID,
        log: (entry) => fixture.logEntries.push(entry),
        failing,
        ...options,
      };
    },
    async sync(options) {
      const entries = await syncAccountLists(fixture.dependencies(options));
      system.now += 60_000;
      return entries;
    },
    storage: new Map(),
    async reconcile(options = {}) {
      const end = system.now + 3_600_000;
      return reconcile({
        ...fixture.dependencies(),
        storage: {
          read: async (name) => fixture.storage.get(name),
          write: async (name, text) => void fixture.storage.set(name, text),
          remove: async (name) => void fixture.storage.delete(name),
        },
        records: (isWanted, withTenants) => scanRecords({ client, ...system.tables, isWanted, withTenants }),
        isDryRun: false,
        progress: () => {},
        random: Math.random,
        remaining: () => end - system.now,
        ...options,
      });
    },
    operator() {
      const { store, outbox, policy, ...rest } = { ...fixture.dependencies(), remaining: () => 3_600_000 };
      const limited = [...lists].map(
        ([region, list]) => [region, { list, rateLimiter: createRateLimiter(rest) }] as const,
      );
      const erasures = createErasureTable({ client, ...system.tables });
      const withRecordOf = (address: AddressKey) => tenantsWithRecordOf({ client, ...system.tables }, address);
      return { store, outbox, policy, clock, erasures, tenantsWithRecordOf: withRecordOf, lists: new Map(limited) };
    },
    async releaseEverywhere(address, options = {}) {
      const dependencies = { ...fixture.operator(), ...options };
      return releaseEverywhere(parseAddress(address) as Address, { by: 'ops', note: 'asked by phone' }, dependencies);
    },
    pageSize: 1000,
    addToList(entries, region = homeRegion) {
      for (const entry of entries) (ses[region] as SesSimulator).list.set(entry.emailAddress, entry);
    },
    records: async () => {
      const { records } = await system.snapshot();
      return Object.fromEntries([...records].filter(([key]) => !key.includes(' history#')));
    },
    async deliver(bodies) {
      for (let from = 0; from < bodies.length; from += 500) {
        const { failed } = await system.deliver(bodies.slice(from, from + 500), { policy: fixture.policy });
        expect(failed).toEqual([]);
      }
    },
    async release(address) {
      const release = { store: system.store, policy: fixture.policy, clock };
      await releaseAddress(release, address as AddressKey, { by: 'op', note: 'test' });
    },
    async suppress(address, until) {
      const note = { by: 'op', note: 'test', ...(until !== undefined && { until }) };
      const dependencies = { store: system.store, policy: fixture.policy, clock };
      await suppressAddress(dependencies, parseAddress(address) as Address, note);
    },
    async pendingRegions() {
      const page = {
        TableName: system.tables.suppressionsTable,
        ProjectionExpression: 'address, mirror',
        FilterExpression: '#list = :account',
        ExpressionAttributeNames: { '#list': 'list' },
        ExpressionAttributeValues: { ':account': 'account' },
      };
      const pending: Record<string, string> = {};
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await system.client.send(
          new ScanCommand({ ...page, ExclusiveStartKey }),
        );
        for (const { address, mirror } of Items) if (mirror !== undefined) pending[address] = mirror.replace(/#.*/, '');
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return pending;
    },
    listed: (region = homeRegion, tenant) =>
      [...((tenant === undefined ? ses[region]?.list : ses[region]?.tenants[tenant]?.list)?.values() ?? [])]
        .map(({ emailAddress, reason }) => `${emailAddress} ${reason}`)
        .sort(),
    async close() {
      await Promise.all([...started, objects].map((one) => one.close()));
    },
  };
  return fixture;
}
