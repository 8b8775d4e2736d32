import type { AccountList } from '../../shared/account-list/account-list.ts';
import type { ImportFiles } from '../../shared/account-list/import-file.ts';
import { followImportJob, type ImportDependencies, startImportJob } from '../../shared/account-list/import-job.ts';
import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import type { SyncDependencies } from '../../shared/account-list/sync.ts';
import { syncAccountLists } from '../../shared/account-list/sync.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { createCrashingSync } from '../support/crashing-sync.ts';
import { addresses, seed } from '../support/pending-records.ts';
import { hour } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

/** Does what a run of the sync does about import jobs, but starts a job for any number of addresses. */
async function runImportJob(dependencies: SyncDependencies) {
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
  const pending = await outbox.listPending(homeRegion, clock(), 100);
  return pending.length === 0 ? undefined : startImportJob(pending, run);
}

async function syncUntilDone(fixture: AccountListFixture) {
  const { outbox } = fixture.dependencies();
  for (let run = 0; run < 100; run++) {
    const [entry] = await fixture.sync();
    if (entry?.pending === 0 && (await outbox.readJob(homeRegion)) === undefined) return;
  }
}

test.each(['crash before', 'crash after'] as const)(
  'with an import job, after a %s any call, later runs sync all addresses and no released address is listed',
  async (kind) => {
    for (let call = 0; ; call++) {
      const fixture = await createFixture();
      const startedAt = fixture.system.now;
      await seed(fixture, ['a@example.net', 'b@example.net']);
      const { dependencies, hasCrashed } = createCrashingSync(
        { ...fixture.dependencies(), remaining: () => 60_000 },
        { call, kind },
      );
      for (let run = 0; run < 2 && !hasCrashed(); run++) {
        await runImportJob(dependencies).catch(() => {});
        fixture.system.now += 60_000;
      }
      await fixture.release('b@example.net');
      await syncUntilDone(fixture);
      const outcome = { call, listed: fixture.listed(), pending: await fixture.pendingRegions() };
      expect(outcome).toEqual({ call, listed: ['a@example.net BOUNCE'], pending: {} });
      expect(fixture.home.jobs.length).toBeLessThan(4);
      // One hour in which the job counts as unconfirmed, and a few runs.
      expect(fixture.system.now - startedAt).toBeLessThan(1.5 * hour);
      if (!hasCrashed()) {
        expect(call).toBeGreaterThan(10);
        break;
      }
    }
  },
  60_000,
);

test('when time runs out while the records of a completed job are updated, the next run continues', async () => {
  const fixture = await createFixture();
  const many = addresses(1001);
  await seed(fixture, many);
  await fixture.sync();
  const read: string[] = [];
  const { store } = fixture.system;
  const countingStore = {
    ...store,
    read: async (...args: Parameters<typeof store.read>) => {
      read.push(...args[0].map(({ address }) => address));
      return store.read(...args);
    },
  };
  let checks = 4;
  const [entry] = await fixture.sync({ store: countingStore, remaining: () => (checks-- > 0 ? 1000 : 0) });
  expect(entry).toMatchObject({ synced: 0, job: 'completed; 300 of 1001 records updated so far', pending: 701 });
  expect(read).toHaveLength(300);
  const [released] = read.splice(0) as [string];
  await fixture.release(released);
  const [next] = await fixture.sync({ store: countingStore });
  expect(next).toMatchObject({ synced: 1, job: 'completed for 1001 addresses (PUT)', pending: 0 });
  // The other addresses once each, and the released one again.
  expect(read).toHaveLength(701 + 1);
  expect(fixture.listed()).toHaveLength(1000);
  expect(await fixture.pendingRegions()).toEqual({});
  expect(fixture.home.jobs).toHaveLength(1);
});

test('a record that another writer changes while a job completes keeps that change and is no longer pending', async () => {
  const fixture = await createFixture();
  await seed(fixture, addresses(1001));
  await fixture.sync();
  const { store } = fixture.system;
  let changedAddress: string | undefined;
  const contestedStore = {
    ...store,
    read: async (...args: Parameters<typeof store.read>) => {
      const stored = await store.read(...args);
      if (changedAddress === undefined) {
        changedAddress = args[0][0]?.address as string;
        await overwrite(fixture, changedAddress);
      }
      return stored;
    },
  };
  await syncAccountLists(fixture.dependencies({ store: contestedStore }));
  expect(await fixture.system.record(changedAddress ?? '')).toMatchObject({ deliveredAt: 5 });
  expect(await fixture.pendingRegions()).toEqual({});
  expect(fixture.home.calls.map(({ operation }) => operation)).toEqual([
    'CreateImportJob',
    'GetImportJob',
    'PutSuppressedDestination',
  ]);
});

/** Writes the record as another process would, with a change that does not affect the SES list. */
async function overwrite({ system }: AccountListFixture, address: string) {
  await system.putItem({ ...(await system.record(address)), deliveredAt: 5, version: 'another' });
}
