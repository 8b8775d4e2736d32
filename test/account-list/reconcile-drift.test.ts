import type { AccountList } from '../../shared/account-list/account-list.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const none = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };

const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (emailAddress: string, lastUpdateTime: number) => ({
  emailAddress,
  reason: 'BOUNCE' as const,
  lastUpdateTime,
});
const bounces = (...names: string[]) => names.map((name) => bounce({ to: at(name), mailId: name }));

async function driftNow(world: AccountListWorld, options = {}) {
  const { regions, failed } = await world.reconcile(options);
  expect(failed).toBe(0);
  return regions[0]?.drift;
}

/** All that is told stays so for a day. */
async function settle(world: AccountListWorld) {
  for (let run = 0; run < 3; run++) await world.drain();
  world.system.now += day;
}

test('an entry somebody removed at SES by hand is put there again', async () => {
  const world = await createWorld();
  await world.deliver([...bounces('lost', 'kept'), complaint({ to: at('cross'), mailId: 'c' })]);
  await settle(world);
  world.home.list.delete(at('lost'));
  world.home.list.delete(at('cross'));
  expect(await driftNow(world)).toEqual({ ...none, 'missing-at-ses': 2 });
  expect(await world.marks()).toEqual({ [at('cross')]: 'home', [at('lost')]: 'home' });
  // What waits is no drift any more.
  expect(await driftNow(world)).toEqual(none);
  await settle(world);
  expect(world.listed()).toEqual(['cross@example.net COMPLAINT', 'kept@example.net BOUNCE', 'lost@example.net BOUNCE']);
  expect(await driftNow(world)).toEqual(none);
});

test.each([
  ['as it was released', 'Freed@example.net'],
  ['in a spelling nobody knew of', 'fREED@example.net'],
])('an entry that was not deleted with its release is deleted again, %s', async (_, spelling) => {
  const world = await createWorld();
  await world.deliver([bounce({ to: 'Freed@example.net', mailId: 'f' })]);
  await settle(world);
  await world.letGo('freed@example.net');
  await settle(world);
  expect(world.listed()).toEqual([]);
  world.fill([entry(spelling, noon + hour)]);
  expect(await driftNow(world)).toEqual({ ...none, 'still-at-ses': 1 });
  expect(await world.system.record('freed@example.net')).toMatchObject({ status: 'released' });
  await settle(world);
  expect(world.listed()).toEqual([]);
  expect(await driftNow(world)).toEqual(none);
  expect(await world.system.record('freed@example.net')).toMatchObject({ status: 'released' });
});

test('what SES has listed since the release is adopted', async () => {
  const world = await createWorld();
  await world.deliver(bounces('back'));
  await settle(world);
  await world.letGo(at('back'));
  await settle(world);
  world.fill([entry(at('back'), world.system.now - hour)]);
  expect(await driftNow(world)).toEqual({ ...none, 'missing-here': 1 });
  expect(await world.system.record(at('back'))).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
  await settle(world);
  expect(world.listed()).toEqual(['back@example.net BOUNCE']);
  expect(await driftNow(world)).toEqual(none);
});

test('what was adopted and has left SES is said each time, and stays suppressed', async () => {
  const world = await createWorld();
  world.fill([entry(at('adopted'), noon - day)]);
  await world.reconcile();
  await settle(world);
  const before = await world.records();
  world.home.list.clear();
  expect(await driftNow(world)).toEqual({ ...none, 'removed-at-ses': 1 });
  expect(await driftNow(world)).toEqual({ ...none, 'removed-at-ses': 1 });
  expect(await world.records()).toEqual(before);
  expect(before[`${at('adopted')} account`]).toMatchObject({ status: 'suppressed' });
});

test('what is under way, refused, watched or blocked for a while is no drift', async () => {
  const world = await createWorld();
  await world.deliver([
    ...bounces('jörg', 'freed'),
    bounce({ to: at('soft'), mailId: 's', type: 'Transient', subType: 'MailboxFull' }),
    bounce({ to: at('blocked'), mailId: 'b', status: '5.7.1' }),
  ]);
  await settle(world);
  expect(await world.system.record(at('jörg'))).toMatchObject({
    syncStates: { home: { refused: expect.any(String) } },
  });
  // SES lists hard bounces by itself, those of a blocked sender, too.
  world.fill([entry(at('blocked'), noon)]);
  await world.letGo(at('freed'));
  await world.deliver([bounce({ to: at('new'), mailId: 'n', sentAt: world.system.now })]);
  const before = await world.records();
  expect(await driftNow(world)).toEqual(none);
  expect(await world.records()).toEqual(before);
});

test('what was told while the list was read is no drift, whichever page it would have stood on', async () => {
  const world = await createWorld();
  world.pageSize = 1;
  await world.deliver(bounces('b', 'd', 'x'));
  await settle(world);
  await world.deliver(bounces('a', 'e'));
  await world.letGo(at('b'));
  await world.letGo(at('x'));
  const list = world.lists.get('home') as AccountList;
  let pages = 0;
  const told: AccountList = {
    ...list,
    async list(token) {
      const page = await list.list(token);
      if (++pages === 2) await world.drain();
      return page;
    },
  };
  expect(await driftNow(world, { lists: new Map([['home', told]]) })).toEqual(none);
  expect(world.listed()).toEqual(['a@example.net BOUNCE', 'd@example.net BOUNCE', 'e@example.net BOUNCE']);
});

test('where SES lists by itself, only what it has left out is put there', async () => {
  const world = await createWorld();
  world.policy = { ...world.policy, accountList: { mode: 'missing', regions: [] } };
  await world.deliver(bounces('listed', 'missing'));
  world.fill([entry(at('listed'), noon)]);
  await settle(world);
  expect(world.home.calls).toEqual([]);
  expect(await driftNow(world)).toEqual({ ...none, 'missing-at-ses': 1 });
  await settle(world);
  expect(world.listed()).toEqual(['listed@example.net BOUNCE', 'missing@example.net BOUNCE']);
  expect(await driftNow(world)).toEqual(none);
});

test('where the list is none of our business it is adopted, and never written to', async () => {
  const world = await createWorld();
  world.policy = { ...world.policy, accountList: { mode: 'off', regions: [] } };
  await world.deliver(bounces('lost', 'freed'));
  await world.letGo(at('freed'));
  world.fill([entry(at('freed'), noon), entry(at('new'), noon)]);
  world.system.now += day;
  expect(await driftNow(world)).toEqual({ ...none, 'missing-here': 1 });
  await settle(world);
  expect(world.home.calls.map(({ operation }) => operation)).toEqual(['ListSuppressedDestinations']);
  expect(await world.system.record(at('freed'))).toMatchObject({ status: 'released' });
});

test('a record whose mark the policy of today would not have, or would, gets it right', async () => {
  const world = await createWorld();
  const always = world.policy;
  world.policy = { ...always, accountList: { mode: 'off', regions: [] } };
  await world.deliver(bounces('unmarked'));
  world.policy = always;
  expect(await driftNow(world)).toEqual(none);
  expect(await world.marks()).toEqual({ [at('unmarked')]: 'home' });
  world.policy = { ...always, accountList: { mode: 'off', regions: [] } };
  await driftNow(world);
  expect(await world.marks()).toEqual({});
});

test('more than one write takes are put there again, all of them', async () => {
  const world = await createWorld();
  const names = Array.from({ length: 150 }, (_, i) => `lost-${i}`);
  await world.deliver(bounces(...names));
  for (let run = 0; run < 4; run++) await world.drain();
  expect(world.home.list.size).toBe(150);
  world.system.now += day;
  world.home.list.clear();
  expect(await driftNow(world)).toEqual({ ...none, 'missing-at-ses': 150 });
  expect(Object.keys(await world.marks())).toHaveLength(150);
});
