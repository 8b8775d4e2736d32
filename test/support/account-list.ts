import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { type ObjectStore, startObjectStore } from '../../local/object-store.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses/simulator.ts';
import type { AccountList } from '../../shared/account-list/account-list.ts';
import { type DrainDependencies, drain } from '../../shared/account-list/drain.ts';
import type { AccountListEntry, DrainEntry } from '../../shared/account-list/drain-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb-client.ts';
import { createImportFiles } from '../../shared/aws/import-files.ts';
import { createMirrorIndex } from '../../shared/aws/mirror-index.ts';
import { createAccountList } from '../../shared/aws/ses-account-list.ts';
import { homeRegion } from '../../shared/feedback/mirror.ts';
import { defaultPolicy, type Policy } from '../../shared/feedback/policy.ts';
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
  readonly entries: AccountListEntry[];
  /** One run of the function: a minute, less what is kept back. */
  drain(options?: Partial<DrainDependencies>): Promise<readonly DrainEntry[]>;
  /** What a run works with. */
  dependencies(options?: Partial<DrainDependencies>): DrainDependencies;
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
  const clientOf = (endpoint: string) =>
    new SESv2Client({
      endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      requestHandler: { requestTimeout: 500, throwOnRequestTimeout: true },
    });
  const lists = new Map(
    all.map((region, i) => [region, createAccountList(clientOf((started[i] as SesSimulator).endpoint))]),
  );
  const s3 = new S3Client({ endpoint: objects.endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const client = createDynamoDBClient();
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
        outbox: createMirrorIndex({ client, ...system.tables, regions: world.policy.accountList.regions }),
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
        ...options,
      };
    },
    async drain(options) {
      const entries = await drain(world.dependencies(options));
      system.now += 60_000;
      return entries;
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
