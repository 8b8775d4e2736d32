import type { AccountList } from '../../shared/account-list/account-list.ts';
import type { ImportFiles } from '../../shared/account-list/import-file.ts';
import { followImportJob, type ImportDependencies, startImportJob } from '../../shared/account-list/import-job.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import type { SyncDependencies } from '../../shared/account-list/sync.ts';
import { syncAccountLists } from '../../shared/account-list/sync.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { mortalDrain } from '../support/crashing-sync.ts';
import { addresses, seed } from '../support/pending-records.ts';
import { hour } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

/** What a run does about jobs, but that any number of addresses is worth one. */
async function step(dependencies: SyncDependencies) {
  const { lists, files, outbox, clock } = dependencies;
  const run: ImportDependencies = {
    ...dependencies,
    region: homeRegion,
    list: lists.get(homeRegion) as AccountList,
    files: files.get(homeRegion) as ImportFiles,
    rateLimiter: createRateLimiter(dependencies),
  };
  const job = await outbox.readJob(homeRegion);
  if (job !== undefined) return followImportJob(job, run);
  const waiting = await outbox.listPending(homeRegion, clock(), 100);
  return waiting.length === 0 ? undefined : startImportJob(waiting, run);
}

async function untilDone(world: AccountListWorld) {
  const { outbox } = world.dependencies();
  for (let run = 0; run < 100; run++) {
    const [entry] = await world.drain();
    if (entry?.pending === 0 && (await outbox.readJob(homeRegion)) === undefined) return;
  }
}

test.each(['die before', 'die after'] as const)(
  'a process with an import job may %s any call to anything: all is told in the end, and whoever was let go is not listed',
  async (kind) => {
    for (let call = 0; ; call++) {
      const world = await createWorld();
      const startedAt = world.system.now;
      await seed(world, ['a@example.net', 'b@example.net']);
      const { dependencies, hasDied } = mortalDrain(
        { ...world.dependencies(), remaining: () => 60_000 },
        { call, kind },
      );
      for (let run = 0; run < 2 && !hasDied(); run++) {
        await step(dependencies).catch(() => {});
        world.system.now += 60_000;
      }
      await world.letGo('b@example.net');
      await untilDone(world);
      const outcome = { call, listed: world.listed(), marks: await world.marks() };
      expect(outcome).toEqual({ call, listed: ['a@example.net BOUNCE'], marks: {} });
      expect(world.home.jobs.length).toBeLessThan(4);
      // An hour where nobody knows of the job, and a few runs.
      expect(world.system.now - startedAt).toBeLessThan(1.5 * hour);
      if (!hasDied()) {
        expect(call).toBeGreaterThan(10);
        break;
      }
    }
  },
  60_000,
);

test('a job whose marks are not all gone when the time is up goes on where it was', async () => {
  const world = await createWorld();
  const many = addresses(1001);
  await seed(world, many);
  await world.drain();
  const read: string[] = [];
  const { store } = world.system;
  const watched = {
    ...store,
    read: async (...given: Parameters<typeof store.read>) => {
      read.push(...given[0].map(({ address }) => address));
      return store.read(...given);
    },
  };
  let looks = 4;
  const [entry] = await world.drain({ store: watched, remaining: () => (looks-- > 0 ? 1000 : 0) });
  expect(entry).toMatchObject({ told: 0, job: '300 of 1001 addresses of the import job are noted', left: 701 });
  expect(read).toHaveLength(300);
  const [released] = read.splice(0) as [string];
  await world.letGo(released);
  const [next] = await world.drain({ store: watched });
  expect(next).toMatchObject({ told: 1, job: '1001 addresses, PUT', left: 0 });
  // The rest, each once, and the one that was let go.
  expect(read).toHaveLength(701 + 1);
  expect(world.listed()).toHaveLength(1000);
  expect(await world.marks()).toEqual({});
  expect(world.home.jobs).toHaveLength(1);
});

test('records that others write while their marks are cleared keep what was written, and lose their marks', async () => {
  const world = await createWorld();
  await seed(world, addresses(1001));
  await world.drain();
  const { store } = world.system;
  let disturbedAddress: string | undefined;
  const disturbed = {
    ...store,
    read: async (...given: Parameters<typeof store.read>) => {
      const held = await store.read(...given);
      if (disturbedAddress === undefined) {
        disturbedAddress = given[0][0]?.address as string;
        await seedOver(world, disturbedAddress);
      }
      return held;
    },
  };
  await syncAccountLists(world.dependencies({ store: disturbed }));
  expect(await world.system.record(disturbedAddress ?? '')).toMatchObject({ deliveredAt: 5 });
  expect(await world.marks()).toEqual({});
  expect(world.home.calls.map(({ operation }) => operation)).toEqual([
    'CreateImportJob',
    'GetImportJob',
    'PutSuppressedDestination',
  ]);
});

/** Somebody else's write, which has nothing to do with SES's list. */
async function seedOver({ system }: AccountListWorld, address: string) {
  await system.putItem({ ...(await system.record(address)), deliveredAt: 5, version: 'another' });
}
