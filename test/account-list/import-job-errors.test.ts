import type { ImportFiles } from '../../shared/account-list/import-file.ts';
import type { SyncDependencies } from '../../shared/account-list/sync.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { addresses, seed } from '../support/pending-records.ts';
import { day, hour } from '../support/ses.ts';

const createWorlds = useAccountListWorlds();
const many = addresses(1040);
const listed = many.map((address) => `${address} BOUNCE`).sort();
const minute = 60_000;

async function createWorld() {
  const world = await createWorlds();
  await seed(world, many);
  return world;
}

const jobsAsked = ({ home }: AccountListWorld) =>
  home.calls.filter(({ operation }) => operation === 'CreateImportJob').length;

/** A run of five seconds, which are five calls, so that enough is left for a job. */
function brief(world: AccountListWorld, options: Partial<SyncDependencies> = {}) {
  const end = world.system.now + 4500;
  return world.drain({ ...options, remaining: () => end - world.system.now });
}

/** Runs until nothing is left, and looks at what became of it. */
async function goOn(world: AccountListWorld) {
  for (let run = 0; run < 60; run++) {
    const [entry] = await world.drain();
    if (entry?.pending === 0) break;
  }
  expect(await world.marks()).toEqual({});
  expect(world.listed()).toEqual(listed);
}

/** One by one it goes on; within a day no other job is tried, and then one is. */
async function expectPatience(world: AccountListWorld, givenUpAt: number) {
  expect(jobsAsked(world)).toBe(1);
  const [entry] = await brief(world);
  expect(entry).toMatchObject({ told: 5 });
  world.system.now = givenUpAt + day - minute;
  await brief(world);
  expect(jobsAsked(world)).toBe(1);
  world.home.fault = undefined;
  world.home.jobFault = undefined;
  await brief(world);
  expect((await brief(world))[0]).toMatchObject({ job: expect.stringMatching(/^10\d\d lines, PUT$/) });
  expect(jobsAsked(world)).toBe(2);
}

test('a job that failed loses nothing: one by one it goes on, and a day later another is tried', async () => {
  const world = await createWorld();
  world.home.jobFault = 'fail';
  await brief(world);
  const givenUpAt = world.system.now;
  const [entry] = await brief(world);
  expect(entry).toMatchObject({ job: 'the import job failed: Internal failure.' });
  expect(entry?.synced).toBe(4);
  await expectPatience(world, givenUpAt);
  await goOn(world);
});

test('a job that does not end is waited for six hours, and not a minute less', async () => {
  const world = await createWorld();
  world.home.jobFault = 'stick';
  const startedAt = world.system.now;
  await brief(world);
  world.system.now = startedAt + 6 * hour - 1;
  expect((await brief(world))[0]).toMatchObject({ told: 0, left: 1001 });
  const givenUpAt = world.system.now;
  expect((await brief(world))[0]).toMatchObject({ job: 'the import job does not end', told: expect.any(Number) });
  await expectPatience(world, givenUpAt);
});

test('a job SES knows nothing of is given up', async () => {
  const world = await createWorld();
  await brief(world);
  world.home.jobs.splice(0);
  const givenUpAt = world.system.now;
  expect((await brief(world))[0]).toMatchObject({ job: 'the import job cannot be looked at: absent' });
  await expectPatience(world, givenUpAt);
});

test('a job nobody may look at can be running all the same: it is waited for like one that does not end', async () => {
  const world = await createWorld();
  const startedAt = world.system.now;
  await brief(world);
  world.home.fault = ({ operation }) => (operation === 'GetImportJob' ? 'denied' : undefined);
  const job = 'the import job cannot be looked at: AccessDeniedException';
  world.system.now = startedAt + 6 * hour - 1;
  expect((await brief(world))[0]).toMatchObject({ told: 0, left: 1001, job });
  const givenUpAt = world.system.now;
  expect((await brief(world))[0]).toMatchObject({ told: expect.any(Number), job });
  await expectPatience(world, givenUpAt);
});

test.each(['unavailable', 'throttle', 'hang', 'lost answer'] as const)(
  'to look at a job and get no answer (%s) is no reason to give it up',
  async (fault) => {
    const world = await createWorld();
    await brief(world);
    world.home.fault = () => fault;
    for (let run = 0; run < 2; run++) expect((await brief(world))[0]).toMatchObject({ told: 0, left: 1001 });
    world.home.fault = undefined;
    expect((await brief(world))[0]).toMatchObject({ left: 0, job: '1040 addresses, PUT' });
  },
);

test('of a job without an answer nobody knows: for an hour nothing is told, nor is another started', async () => {
  const world = await createWorld();
  world.home.fault = () => 'lost answer';
  const startedAt = world.system.now;
  expect((await brief(world))[0]).toMatchObject({ job: expect.stringMatching(/^SES did not answer: /) });
  world.home.fault = undefined;
  const [released] = many as [string];
  await world.letGo(released);
  world.system.now = startedAt + hour - 1;
  expect((await brief(world))[0]).toMatchObject({
    told: 0,
    job: 'it is not known whether SES has taken the import job',
  });
  expect(world.home.calls).toHaveLength(1);
  await brief(world);
  for (let run = 0; run < 4; run++) await brief(world);
  expect(jobsAsked(world)).toBe(2);
  expect(world.listed()).toEqual(listed.filter((line) => !line.startsWith(released)));
  expect(await world.marks()).toEqual({});
});

test('a job SES does not take is none: one by one it goes on', async () => {
  const world = await createWorld();
  world.home.fault = ({ operation }) => (operation === 'CreateImportJob' ? 'denied' : undefined);
  const givenUpAt = world.system.now;
  const [entry] = await brief(world);
  expect(entry).toMatchObject({ job: 'SES does not take an import job: AccessDeniedException' });
  expect(entry?.synced).toBe(4);
  await expectPatience(world, givenUpAt);
});

test('a job that is too much at the moment is tried again in the next minute', async () => {
  const world = await createWorld();
  world.home.fault = ({ operation }) => (operation === 'CreateImportJob' ? 'throttle' : undefined);
  expect((await brief(world))[0]).toMatchObject({ job: 'an import job waits for its turn' });
  expect((await brief(world))[0]).toMatchObject({ job: 'an import job waits for its turn' });
  world.home.fault = undefined;
  await goOn(world);
  expect(world.home.jobs).toHaveLength(1);
});

test('where the bucket does not take the file, one by one it goes on until it does; or has lost it, for a day', async () => {
  const world = await createWorld();
  world.objects.fault = ({ operation }) => (operation === 'PutObject' ? 'denied' : undefined);
  const [entry] = await brief(world);
  expect(entry).toMatchObject({ job: 'the file of an import job cannot be written: AccessDenied' });
  expect(entry?.synced).toBe(5);
  world.objects.fault = undefined;
  await brief(world);
  expect(jobsAsked(world)).toBe(1);
  await world.home.settle();
  world.objects.objects.clear();
  const [next] = await brief(world);
  expect(next).toMatchObject({ job: 'what was asked for with the import job cannot be read any more' });
  expect(next?.synced).toBe(4);
  // Told were those of two runs, one by one; that the job has done the rest nobody knows.
  expect(Object.keys(await world.marks())).toHaveLength(1040 - 5 - 4);
  expect(world.listed()).toEqual(listed);
});

test.each([
  ['that cannot be had', async () => Promise.reject(new Error('HTTP 403'))],
  ['with fewer addresses than failed', async () => '{"record":"x@example.net"}'],
  ['with more addresses than failed', async () => 'a@example.net b@example.net c@example.net'],
])('where SES names the lines it did not take in a file %s, no line counts as taken', async (_which, fetchFailures) => {
  const world = await createWorlds();
  await seed(world, ['jürgen@example.net', 'søren@example.net', ...many]);
  await brief(world);
  const dependencies = world.dependencies();
  const files: ImportFiles = { ...(dependencies.files.get('home') as ImportFiles), fetchFailures };
  const [entry] = await brief(world, { files: new Map([['home', files]]) });
  expect(entry).toMatchObject({ job: 'SES does not say which 2 lines of the import job failed', left: 1001 });
  expect(Object.keys(await world.marks())).toHaveLength(1038);
});
