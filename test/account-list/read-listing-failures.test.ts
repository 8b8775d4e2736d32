import { SESv2Client } from '@aws-sdk/client-sesv2';
import { serve } from '../../local/emulator/http-server.ts';
import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const pages = [0, 1, 2, 3];

const at = (name: string) => `${name}@example.net` as AddressKey;

/** A list of four pages that differs from the table in every way there is. */
async function createDrifted(): Promise<AccountListWorld> {
  const world = await createWorld();
  const { system, home } = world;
  const entry = (emailAddress: string) => ({ emailAddress, reason: 'BOUNCE' as const, lastUpdateTime: noon });
  world.fill([entry(at('gone'))]);
  await world.reconcile();
  await world.deliver(['lost', 'left', 'kept'].map((name) => bounce({ to: at(name), mailId: name })));
  system.now += 60_000;
  await world.drain();
  await world.letGo(at('left'));
  await world.drain();
  await world.drain();
  system.now += day;
  home.list.delete(at('lost'));
  home.list.delete(at('gone'));
  world.fill([at('left'), at('new-1'), 'New-2@example.net', 'kept@Example.net', at('z-1'), at('z-2')].map(entry));
  world.pageSize = 2;
  return world;
}

/** Fails at page so-and-so, so many times in a row. */
function failAt(world: AccountListWorld, page: number, fault: 'unavailable' | 'denied' | 'hang', times: number) {
  let [read, left] = [0, times];
  world.home.fault = ({ operation }) => {
    if (operation !== 'ListSuppressedDestinations' || read++ < page || left-- <= 0) return undefined;
    return fault;
  };
}

async function expectNothing(world: AccountListWorld, expected: object, options = {}) {
  const before = await world.records();
  const listed = world.listed();
  const { regions, recordCount, failed } = await world.reconcile(options);
  expect({ regions, recordCount, failed }).toMatchObject({ regions: [expected], held: 0, failed: 0 });
  expect(Object.values(regions[0]?.drift ?? {})).toEqual([0, 0, 0, 0]);
  expect(await world.records()).toEqual(before);
  expect(world.listed()).toEqual(listed);
}

async function expectAll(world: AccountListWorld) {
  world.home.fault = undefined;
  const { regions, failed } = await world.reconcile();
  const drift = { 'missing-here': 5, 'missing-at-ses': 1, 'still-at-ses': 1, 'removed-at-ses': 1 };
  expect({ regions, failed }).toMatchObject({ regions: [{ state: 'complete', entries: 7, drift }], failed: 0 });
}

test.each(pages)('three faults in a row at page %d end the listing, and nothing is changed', async (page) => {
  const world = await createDrifted();
  failAt(world, page, 'unavailable', 3);
  await expectNothing(world, { state: 'failed', reason: 'ServiceUnavailableException' });
  await expectAll(world);
});

test.each(pages)('two faults at page %d are waited out', async (page) => {
  const world = await createDrifted();
  failAt(world, page, 'unavailable', 2);
  await expectAll(world);
});

test('faults that are not in a row are waited out, however many', async () => {
  const world = await createDrifted();
  let calls = 0;
  world.home.fault = () => (calls++ % 2 === 0 ? 'unavailable' : undefined);
  expect((await world.reconcile({ isDryRun: true })).regions).toMatchObject([{ state: 'complete', entries: 7 }]);
  expect(calls).toBe(8);
});

test.each(pages)('a permission that is missing at page %d ends it at once, and nothing is changed', async (page) => {
  const world = await createDrifted();
  const calls = world.home.calls.length;
  failAt(world, page, 'denied', 1);
  await expectNothing(world, { state: 'failed', reason: 'AccessDeniedException' });
  expect(world.home.calls).toHaveLength(calls + page + 1);
  await expectAll(world);
});

test('no answer at all ends it, and nothing is changed', async () => {
  const world = await createDrifted();
  failAt(world, 2, 'hang', 3);
  await expectNothing(world, { state: 'failed', reason: expect.stringMatching(/Timeout|ETIMEDOUT/) });
});

test.each(pages)('where there is time for %d pages only, nothing is changed', async (page) => {
  const world = await createDrifted();
  const calls = world.home.calls.length;
  const remaining = () => (world.home.calls.length - calls < page ? hour : 0);
  await expectNothing(world, { state: 'unfinished', entries: 2 * page }, { remaining });
  const remainingToRead = remaining;
  await expectNothing(world, { state: 'unfinished', entries: 2 * page }, { remainingToRead });
});

test.each([
  ['no page', '{}'],
  ['no JSON', '<html>maintenance</html>'],
  ['cut off', '{"SuppressedDestinationSummaries":[{"EmailAddress":"a@exam'],
])('an answer that is %s changes nothing, at any page', async (_, text) => {
  const world = await createDrifted();
  const server = await serve(async (_request, response) => void response.end(text));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SESv2Client({ endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const sound = world.lists.get('home') as AccountList;
  for (const page of pages) {
    let read = 0;
    const list: AccountList = {
      ...sound,
      list: (token) => (read++ < page ? sound : createAccountList(client)).list(token),
    };
    world.notes.clear();
    world.system.now += 1000;
    await expectNothing(world, { state: 'failed' }, { lists: new Map([['home', list]]) });
  }
  await server.close();
});

test('a list of SES that is empty suppresses nobody less, and is filled again', async () => {
  const world = await createDrifted();
  await world.reconcile();
  const suppressed = async () =>
    Object.values(await world.records()).flatMap(({ status, address }) => (status === 'suppressed' ? [address] : []));
  const before = await suppressed();
  expect(before).toHaveLength(7);
  for (let run = 0; run < 2; run++) await world.drain();
  world.system.now += day;
  world.home.list.clear();
  const { regions } = await world.reconcile();
  expect(regions[0]?.drift).toEqual({ 'missing-here': 0, 'missing-at-ses': 2, 'still-at-ses': 0, 'removed-at-ses': 5 });
  expect(await suppressed()).toEqual(before);
  world.system.now += 60_000;
  await world.drain();
  expect(world.listed()).toEqual(['kept@Example.net BOUNCE', 'lost@example.net BOUNCE']);
  expect(await suppressed()).toEqual(before);
});
