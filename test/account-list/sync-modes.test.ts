import type { AddressKey } from '../../shared/domain/address.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { homeRegion, withSyncState } from '../../shared/domain/suppression/account-list-state.ts';
import { derive } from '../../shared/domain/suppression/record.ts';
import type { StoredRecord } from '../../shared/domain/suppression/store.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint, day } from '../support/ses.ts';

const createWorlds = useAccountListWorlds();
const abroad = 'eu-west-1';

async function createWorld(mode: Policy['accountList']['mode'], regions: readonly string[] = []) {
  const world = await createWorlds(regions);
  setMode(world, mode);
  return world;
}

function setMode(
  world: AccountListWorld,
  mode: Policy['accountList']['mode'],
  regions = world.policy.accountList.regions,
) {
  world.policy = { ...world.policy, accountList: { mode, regions } };
}

const feedback = [
  bounce({ to: 'ann@example.net', mailId: 'a' }),
  complaint({ to: 'bob@example.net', mailId: 'b' }),
  complaint({ to: ['cyd@example.net', 'dan@example.net'], mailId: 'c' }),
  bounce({ to: 'eve@example.net', mailId: 'e', status: '5.7.1' }),
];

/** What an inspection of SES's list has found. */
async function note(world: AccountListWorld, address: string, value: 'held' | 'absent') {
  const { store, now: at } = world.system;
  const stored = (await store.read([{ address: address as AddressKey, eventIds: [] }])).get(
    address as AddressKey,
  ) as StoredRecord;
  const record = derive(withSyncState(stored.record, homeRegion, { value, at }), world.policy);
  await store.write({ changes: [{ record, stored }], counts: [] });
}

const told = ({ home }: AccountListWorld) => home.calls.map(({ operation, address }) => `${operation} ${address}`);

test('always: whoever is suppressed for good is put, whether or not SES has done so', async () => {
  const world = await createWorld('always');
  await world.deliver(feedback);
  await world.drain();
  const wished = [
    'ann@example.net BOUNCE',
    'bob@example.net COMPLAINT',
    'cyd@example.net COMPLAINT',
    'dan@example.net COMPLAINT',
  ];
  expect(world.listed()).toEqual(wished);
});

test('missing: only those are put whom SES may not have listed, and those are deleted whose suppression ends', async () => {
  const world = await createWorld('missing');
  await world.deliver(feedback);
  expect(await world.marks()).toEqual({
    'cyd@example.net': 'home',
    'dan@example.net': 'home',
    'eve@example.net': 'home',
  });
  await world.drain();
  expect(world.listed()).toEqual(['cyd@example.net COMPLAINT', 'dan@example.net COMPLAINT']);
  world.system.now += 15 * day;
  await world.drain();
  expect(told(world).slice(2)).toEqual(['DeleteSuppressedDestination eve@example.net']);
  expect(await world.marks()).toEqual({});
});

test('missing: one of several is not put once a complaint names it alone, nor where SES was seen to hold it', async () => {
  const world = await createWorld('missing');
  await world.deliver(feedback.slice(2, 3));
  await world.deliver([complaint({ to: 'cyd@example.net', mailId: 'c2' })]);
  await note(world, 'dan@example.net', 'held');
  expect(await world.marks()).toEqual({});
  await world.drain();
  expect(told(world)).toEqual([]);
});

test('missing: whom SES was seen not to hold is put', async () => {
  const world = await createWorld('missing');
  await world.deliver(feedback.slice(0, 2));
  await note(world, 'ann@example.net', 'absent');
  expect(await world.marks()).toEqual({ 'ann@example.net': 'home' });
  await world.drain();
  expect(told(world)).toEqual(['PutSuppressedDestination ann@example.net']);
});

test('missing: all are put in the other Regions, where SES lists nobody by itself, and nobody is deleted who was not put', async () => {
  const world = await createWorld('missing', [abroad]);
  await world.deliver(feedback);
  await world.drain();
  expect(world.listed(abroad)).toHaveLength(4);
  world.system.now += 15 * day;
  await world.drain();
  expect(world.ses[abroad]?.calls).toHaveLength(4);
});

test('missing: a release is deleted, and who bounces again while that is under way is put', async () => {
  const world = await createWorld('missing');
  await world.deliver([bounce({ to: 'ann@example.net', mailId: 'a' })]);
  await world.letGo('ann@example.net');
  world.home.fault = () => 'lost answer';
  await world.drain();
  world.home.fault = undefined;
  const sentAt = world.system.now;
  await world.deliver([bounce({ to: 'ann@example.net', mailId: 'a2', sentAt })]);
  world.system.now += 60_000;
  await world.drain();
  expect(world.listed()).toEqual(['ann@example.net BOUNCE']);
  expect(await world.marks()).toEqual({});
});

test('off: nothing is marked and nothing is called, also after releases and ends', async () => {
  const world = await createWorld('off', [abroad]);
  await world.deliver(feedback);
  await world.letGo('bob@example.net');
  expect(await world.marks()).toEqual({});
  world.system.now += 20 * day;
  expect(await world.drain()).toMatchObject([
    { told: 0, left: 0 },
    { told: 0, left: 0 },
  ]);
  expect([...world.home.calls, ...(world.ses[abroad]?.calls ?? [])]).toEqual([]);
});

test.each(['off', 'missing'] as const)(
  'what was marked before the policy became "%s" is not told, and the marks go',
  async (mode) => {
    const world = await createWorld('always');
    await world.deliver(feedback.slice(0, 2));
    expect(await world.marks()).toEqual({ 'ann@example.net': 'home', 'bob@example.net': 'home' });
    setMode(world, mode);
    expect((await world.drain())[0]).toEqual({
      kind: 'account-list',
      region: 'home',
      told: 0,
      refused: 0,
      left: 0,
      oldest: 0,
    });
    expect(told(world)).toEqual([]);
    expect(await world.marks()).toEqual({});
  },
);

test('more old marks than a job is worth start none', async () => {
  const world = await createWorld('always');
  const many = Array.from({ length: 1001 }, (_, index) => `a${index}@example.net`);
  await world.deliver(many.map((to) => bounce({ to, mailId: to })));
  setMode(world, 'missing');
  for (let run = 0; run < 11; run++) await world.drain();
  expect(told(world)).toEqual([]);
  expect(await world.marks()).toEqual({});
});

test('a Region that joins, and Regions in another order, are told of what was marked before', async () => {
  const world = await createWorld('always', [abroad, 'ap-south-1']);
  setMode(world, 'always', [abroad]);
  await world.deliver([bounce({ to: 'ann@example.net', mailId: 'a' })]);
  setMode(world, 'always', [abroad, 'ap-south-1']);
  await world.deliver([bounce({ to: 'bob@example.net', mailId: 'b' })]);
  setMode(world, 'always', ['ap-south-1', abroad]);
  for (let run = 0; run < 2; run++) await world.drain();
  for (const region of [homeRegion, abroad, 'ap-south-1'])
    expect(world.listed(region)).toEqual(['ann@example.net BOUNCE', 'bob@example.net BOUNCE']);
  expect(await world.marks()).toEqual({});
});
