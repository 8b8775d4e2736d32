import { SESv2Client } from '@aws-sdk/client-sesv2';
import { startHttpServer } from '../../local/emulator/http-server.ts';
import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const pages = [0, 1, 2, 3];

const at = (name: string) => `${name}@example.net` as AddressKey;

/** Creates a list of four pages that differs from the table with every kind of drift. */
async function createDrifted(): Promise<AccountListFixture> {
  const fixture = await createFixture();
  const { system, home } = fixture;
  const entry = (emailAddress: string) => ({ emailAddress, reason: 'BOUNCE' as const, lastUpdateTime: noon });
  fixture.addToList([entry(at('gone'))]);
  await fixture.reconcile();
  await fixture.deliver(['lost', 'left', 'kept'].map((name) => bounce({ to: at(name), mailId: name })));
  system.now += 60_000;
  await fixture.sync();
  await fixture.release(at('left'));
  await fixture.sync();
  await fixture.sync();
  system.now += day;
  home.list.delete(at('lost'));
  home.list.delete(at('gone'));
  fixture.addToList(
    [at('left'), at('new-1'), 'New-2@example.net', 'kept@Example.net', at('z-1'), at('z-2')].map(entry),
  );
  fixture.pageSize = 2;
  return fixture;
}

/** Makes the call for one page fail several times in a row. */
function failAt(fixture: AccountListFixture, page: number, fault: 'unavailable' | 'denied' | 'hang', times: number) {
  let [pagesRead, failuresLeft] = [0, times];
  fixture.home.fault = ({ operation }) => {
    if (operation !== 'ListSuppressedDestinations' || pagesRead++ < page || failuresLeft-- <= 0) return undefined;
    return fault;
  };
}

async function expectNoChange(fixture: AccountListFixture, expected: object, options = {}) {
  const before = await fixture.records();
  const listed = fixture.listed();
  const { regions, recordCount, failed } = await fixture.reconcile(options);
  expect({ regions, recordCount, failed }).toMatchObject({ regions: [expected], recordCount: 0, failed: 0 });
  expect(Object.values(regions[0]?.drift ?? {})).toEqual([0, 0, 0, 0]);
  expect(await fixture.records()).toEqual(before);
  expect(fixture.listed()).toEqual(listed);
}

async function expectAllDrift(fixture: AccountListFixture) {
  fixture.home.fault = undefined;
  const { regions, failed } = await fixture.reconcile();
  const drift = { 'missing-here': 5, 'missing-at-ses': 1, 'still-at-ses': 1, 'removed-at-ses': 1 };
  expect({ regions, failed }).toMatchObject({ regions: [{ state: 'complete', entries: 7, drift }], failed: 0 });
}

test.each(pages)('three failures in a row at page %d end the listing, and nothing changes', async (page) => {
  const fixture = await createDrifted();
  failAt(fixture, page, 'unavailable', 3);
  await expectNoChange(fixture, { state: 'failed', reason: 'ServiceUnavailableException' });
  await expectAllDrift(fixture);
});

test.each(pages)('two failures at page %d are retried', async (page) => {
  const fixture = await createDrifted();
  failAt(fixture, page, 'unavailable', 2);
  await expectAllDrift(fixture);
});

test('any number of failures is retried if no three are in a row', async () => {
  const fixture = await createDrifted();
  let calls = 0;
  fixture.home.fault = () => (calls++ % 2 === 0 ? 'unavailable' : undefined);
  expect((await fixture.reconcile({ isDryRun: true })).regions).toMatchObject([{ state: 'complete', entries: 7 }]);
  expect(calls).toBe(8);
});

test.each(pages)('a missing permission at page %d ends the listing at once, and nothing changes', async (page) => {
  const fixture = await createDrifted();
  const calls = fixture.home.calls.length;
  failAt(fixture, page, 'denied', 1);
  await expectNoChange(fixture, { state: 'failed', reason: 'AccessDeniedException' });
  expect(fixture.home.calls).toHaveLength(calls + page + 1);
  await expectAllDrift(fixture);
});

test('a list that never responds ends the listing, and nothing changes', async () => {
  const fixture = await createDrifted();
  failAt(fixture, 2, 'hang', 3);
  await expectNoChange(fixture, { state: 'failed', reason: expect.stringMatching(/Timeout|ETIMEDOUT/) });
});

test.each(pages)('if time runs out after %d pages, nothing changes', async (page) => {
  const fixture = await createDrifted();
  const calls = fixture.home.calls.length;
  const remaining = () => (fixture.home.calls.length - calls < page ? hour : 0);
  await expectNoChange(fixture, { state: 'unfinished', entries: 2 * page }, { remaining });
  const remainingToRead = remaining;
  await expectNoChange(fixture, { state: 'unfinished', entries: 2 * page }, { remainingToRead });
});

test.each([
  ['without a page', '{}'],
  ['that is not JSON', '<html>maintenance</html>'],
  ['that is truncated', '{"SuppressedDestinationSummaries":[{"EmailAddress":"a@exam'],
])('a response %s changes nothing, at any page', async (_, text) => {
  const fixture = await createDrifted();
  const server = await startHttpServer(async (_request, response) => void response.end(text));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SESv2Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const working = fixture.lists.get('home') as AccountList;
  for (const page of pages) {
    let pagesRead = 0;
    const list: AccountList = {
      ...working,
      list: (token) => (pagesRead++ < page ? working : createAccountList(client)).list(token),
    };
    fixture.storage.clear();
    fixture.system.now += 1000;
    await expectNoChange(fixture, { state: 'failed' }, { lists: new Map([['home', list]]) });
  }
  await server.close();
});

test('an empty SES list releases no address, and is filled again', async () => {
  const fixture = await createDrifted();
  await fixture.reconcile();
  const suppressed = async () =>
    Object.values(await fixture.records()).flatMap(({ status, address }) => (status === 'suppressed' ? [address] : []));
  const before = await suppressed();
  expect(before).toHaveLength(7);
  for (let run = 0; run < 2; run++) await fixture.sync();
  fixture.system.now += day;
  fixture.home.list.clear();
  const { regions } = await fixture.reconcile();
  expect(regions[0]?.drift).toEqual({ 'missing-here': 0, 'missing-at-ses': 2, 'still-at-ses': 0, 'removed-at-ses': 5 });
  expect(await suppressed()).toEqual(before);
  fixture.system.now += 60_000;
  await fixture.sync();
  expect(fixture.listed()).toEqual(['kept@Example.net BOUNCE', 'lost@example.net BOUNCE']);
  expect(await suppressed()).toEqual(before);
});
