import type { ImportFiles } from '../../shared/account-list/import-file.ts';
import type { SyncDependencies } from '../../shared/account-list/sync.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { addresses, seed } from '../support/pending-records.ts';
import { day, hour } from '../support/ses.ts';

const createEmptyFixture = useAccountListFixtures();
const many = addresses(1040);
const listed = many.map((address) => `${address} BOUNCE`).sort();
const minute = 60_000;

async function createFixture() {
  const fixture = await createEmptyFixture();
  await seed(fixture, many);
  return fixture;
}

const jobsRequested = ({ home }: AccountListFixture) =>
  home.calls.filter(({ operation }) => operation === 'CreateImportJob').length;

/** Runs the sync for five seconds, which allows five calls and leaves enough pending addresses for a job. */
function syncBriefly(fixture: AccountListFixture, options: Partial<SyncDependencies> = {}) {
  const end = fixture.system.now + 4500;
  return fixture.sync({ ...options, remaining: () => end - fixture.system.now });
}

/** Syncs until no address is pending, and checks the list. */
async function expectAllSynced(fixture: AccountListFixture) {
  for (let run = 0; run < 60; run++) {
    const [entry] = await fixture.sync();
    if (entry?.pending === 0) break;
  }
  expect(await fixture.pendingRegions()).toEqual({});
  expect(fixture.listed()).toEqual(listed);
}

/** Checks that addresses are synced one at a time for a day, and that then another job starts. */
async function expectRetryAfterOneDay(fixture: AccountListFixture, givenUpAt: number) {
  expect(jobsRequested(fixture)).toBe(1);
  const [entry] = await syncBriefly(fixture);
  expect(entry).toMatchObject({ synced: 5 });
  fixture.system.now = givenUpAt + day - minute;
  await syncBriefly(fixture);
  expect(jobsRequested(fixture)).toBe(1);
  fixture.home.fault = undefined;
  fixture.home.jobFault = undefined;
  await syncBriefly(fixture);
  expect((await syncBriefly(fixture))[0]).toMatchObject({
    job: expect.stringMatching(/^started with 10\d\d lines \(PUT\)$/),
  });
  expect(jobsRequested(fixture)).toBe(2);
}

test('after a job fails, addresses are synced one at a time, and another job starts a day later', async () => {
  const fixture = await createFixture();
  fixture.home.jobFault = 'fail';
  await syncBriefly(fixture);
  const givenUpAt = fixture.system.now;
  const [entry] = await syncBriefly(fixture);
  expect(entry).toMatchObject({ job: 'failed: Internal failure.' });
  expect(entry?.synced).toBe(4);
  await expectRetryAfterOneDay(fixture, givenUpAt);
  await expectAllSynced(fixture);
});

test('a job that does not finish is given up after exactly six hours', async () => {
  const fixture = await createFixture();
  fixture.home.jobFault = 'stick';
  const startedAt = fixture.system.now;
  await syncBriefly(fixture);
  fixture.system.now = startedAt + 6 * hour - 1;
  expect((await syncBriefly(fixture))[0]).toMatchObject({ synced: 0, pending: 1001 });
  const givenUpAt = fixture.system.now;
  expect((await syncBriefly(fixture))[0]).toMatchObject({
    job: 'did not finish within 6 hours',
    synced: expect.any(Number),
  });
  await expectRetryAfterOneDay(fixture, givenUpAt);
});

test('a job that SES does not know is given up', async () => {
  const fixture = await createFixture();
  await syncBriefly(fixture);
  fixture.home.jobs.splice(0);
  const givenUpAt = fixture.system.now;
  expect((await syncBriefly(fixture))[0]).toMatchObject({ job: 'cannot read its state: not found' });
  await expectRetryAfterOneDay(fixture, givenUpAt);
});

test('a job whose state SES does not permit to read may be running: it is given up after six hours', async () => {
  const fixture = await createFixture();
  const startedAt = fixture.system.now;
  await syncBriefly(fixture);
  fixture.home.fault = ({ operation }) => (operation === 'GetImportJob' ? 'denied' : undefined);
  const job = 'cannot read its state: AccessDeniedException';
  fixture.system.now = startedAt + 6 * hour - 1;
  expect((await syncBriefly(fixture))[0]).toMatchObject({ synced: 0, pending: 1001, job });
  const givenUpAt = fixture.system.now;
  expect((await syncBriefly(fixture))[0]).toMatchObject({ synced: expect.any(Number), job });
  await expectRetryAfterOneDay(fixture, givenUpAt);
});

test.each(['unavailable', 'throttle', 'hang', 'lost response'] as const)(
  'a job is not given up when its state cannot be read for a while (%s)',
  async (fault) => {
    const fixture = await createFixture();
    await syncBriefly(fixture);
    fixture.home.fault = () => fault;
    for (let run = 0; run < 2; run++)
      expect((await syncBriefly(fixture))[0]).toMatchObject({ synced: 0, pending: 1001 });
    fixture.home.fault = undefined;
    expect((await syncBriefly(fixture))[0]).toMatchObject({ pending: 0, job: 'completed for 1040 addresses (PUT)' });
  },
);

test('a job that SES did not confirm may be running: for one hour nothing is synced and no other job starts', async () => {
  const fixture = await createFixture();
  fixture.home.fault = () => 'lost response';
  const startedAt = fixture.system.now;
  expect((await syncBriefly(fixture))[0]).toMatchObject({
    job: expect.stringMatching(/^SES did not respond to the request to start it: /),
  });
  fixture.home.fault = undefined;
  const [released] = many as [string];
  await fixture.release(released);
  fixture.system.now = startedAt + hour - 1;
  expect((await syncBriefly(fixture))[0]).toMatchObject({
    synced: 0,
    job: 'SES has not confirmed it; waiting up to one hour, as it may be running',
  });
  expect(fixture.home.calls).toHaveLength(1);
  await syncBriefly(fixture);
  for (let run = 0; run < 4; run++) await syncBriefly(fixture);
  expect(jobsRequested(fixture)).toBe(2);
  expect(fixture.listed()).toEqual(listed.filter((line) => !line.startsWith(released)));
  expect(await fixture.pendingRegions()).toEqual({});
});

test('after SES rejects a job, addresses are synced one at a time', async () => {
  const fixture = await createFixture();
  fixture.home.fault = ({ operation }) => (operation === 'CreateImportJob' ? 'denied' : undefined);
  const givenUpAt = fixture.system.now;
  const [entry] = await syncBriefly(fixture);
  expect(entry).toMatchObject({ job: 'SES rejected it: AccessDeniedException' });
  expect(entry?.synced).toBe(4);
  await expectRetryAfterOneDay(fixture, givenUpAt);
});

test('a job whose start is throttled is tried again in the next run', async () => {
  const fixture = await createFixture();
  fixture.home.fault = ({ operation }) => (operation === 'CreateImportJob' ? 'throttle' : undefined);
  expect((await syncBriefly(fixture))[0]).toMatchObject({
    job: expect.stringMatching(/^not started, because SES accepts only one call per second/),
  });
  expect((await syncBriefly(fixture))[0]).toMatchObject({
    job: expect.stringMatching(/^not started, because SES accepts only one call per second/),
  });
  fixture.home.fault = undefined;
  await expectAllSynced(fixture);
  expect(fixture.home.jobs).toHaveLength(1);
});

test('while the import file cannot be written, or for a day after it is lost, addresses are synced one at a time', async () => {
  const fixture = await createFixture();
  fixture.objects.fault = ({ operation }) => (operation === 'PutObject' ? 'denied' : undefined);
  const [entry] = await syncBriefly(fixture);
  expect(entry).toMatchObject({ job: 'cannot write the import file: AccessDenied' });
  expect(entry?.synced).toBe(5);
  fixture.objects.fault = undefined;
  await syncBriefly(fixture);
  expect(jobsRequested(fixture)).toBe(1);
  await fixture.home.runDue();
  fixture.objects.objects.clear();
  const [next] = await syncBriefly(fixture);
  expect(next).toMatchObject({ job: 'the import file can no longer be read' });
  expect(next?.synced).toBe(4);
  // Two runs have synced some addresses one at a time. That the job has done the rest is not known.
  expect(Object.keys(await fixture.pendingRegions())).toHaveLength(1040 - 5 - 4);
  expect(fixture.listed()).toEqual(listed);
});

test.each([
  ['that cannot be downloaded', async () => Promise.reject(new Error('HTTP 403'))],
  ['with fewer addresses than failed', async () => '{"record":"x@example.net"}'],
  ['with more addresses than failed', async () => 'a@example.net b@example.net c@example.net'],
])('with a file of failed lines %s, no line counts as imported', async (_file, fetchFailures) => {
  const fixture = await createEmptyFixture();
  await seed(fixture, ['jürgen@example.net', 'søren@example.net', ...many]);
  await syncBriefly(fixture);
  const dependencies = fixture.dependencies();
  const files: ImportFiles = { ...(dependencies.files.get('home') as ImportFiles), fetchFailures };
  const [entry] = await syncBriefly(fixture, { files: new Map([['home', files]]) });
  expect(entry).toMatchObject({ job: 'SES did not report which 2 lines failed', pending: 1001 });
  expect(Object.keys(await fixture.pendingRegions())).toHaveLength(1038);
});
