import type { AddressKey } from '../../shared/domain/address.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { homeRegion, withSyncState } from '../../shared/domain/suppression/account-list-state.ts';
import { derive } from '../../shared/domain/suppression/derive.ts';
import type { StoredRecord } from '../../shared/domain/suppression/store.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint, day } from '../support/ses.ts';

const createEmptyFixture = useAccountListFixtures();
const eu = 'eu-west-1';

async function createFixture(mode: Policy['accountList']['mode'], regions: readonly string[] = []) {
  const fixture = await createEmptyFixture(regions);
  setMode(fixture, mode);
  return fixture;
}

function setMode(
  fixture: AccountListFixture,
  mode: Policy['accountList']['mode'],
  regions = fixture.policy.accountList.regions,
) {
  fixture.policy = { ...fixture.policy, accountList: { mode, regions } };
}

const feedback = [
  bounce({ to: 'ann@example.net', mailId: 'a' }),
  complaint({ to: 'bob@example.net', mailId: 'b' }),
  complaint({ to: ['cyd@example.net', 'dan@example.net'], mailId: 'c' }),
  bounce({ to: 'eve@example.net', mailId: 'e', status: '5.7.1' }),
];

/** Records what a listing has found. */
async function saveListingResult(fixture: AccountListFixture, address: string, value: 'held' | 'absent') {
  const { store, now: at } = fixture.system;
  const stored = (await store.read([{ address: address as AddressKey, eventIds: [] }])).get(
    address as AddressKey,
  ) as StoredRecord;
  const record = derive(withSyncState(stored.record, homeRegion, { value, at }), fixture.policy);
  await store.write({ changes: [{ record, stored }], counts: [] });
}

const callsOf = ({ home }: AccountListFixture) => home.calls.map(({ operation, address }) => `${operation} ${address}`);

test('always: every permanently suppressed address is put, whether or not SES has listed it', async () => {
  const fixture = await createFixture('always');
  await fixture.deliver(feedback);
  await fixture.sync();
  expect(fixture.listed()).toEqual(['ann@example.net BOUNCE', 'bob@example.net COMPLAINT']);
});

test('missing: addresses that SES lists itself are not put, and those whose suppression ends are deleted', async () => {
  const fixture = await createFixture('missing');
  await fixture.deliver(feedback);
  expect(await fixture.pendingRegions()).toEqual({
    'cyd@example.net': 'home',
    'dan@example.net': 'home',
    'eve@example.net': 'home',
  });
  await fixture.sync();
  expect(callsOf(fixture)).toEqual([]);
  fixture.system.now += 15 * day;
  await fixture.sync();
  expect(callsOf(fixture)).toEqual(['DeleteSuppressedDestination eve@example.net']);
  fixture.system.now += 16 * day;
  await fixture.sync();
  expect(callsOf(fixture).slice(1).toSorted()).toEqual([
    'DeleteSuppressedDestination cyd@example.net',
    'DeleteSuppressedDestination dan@example.net',
  ]);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('missing: one of several complaint recipients stays listed if a later complaint is certain, and is deleted otherwise', async () => {
  const fixture = await createFixture('missing');
  await fixture.deliver(feedback.slice(2, 3));
  await fixture.deliver([complaint({ to: 'cyd@example.net', mailId: 'c2' })]);
  await saveListingResult(fixture, 'dan@example.net', 'held');
  expect(await fixture.pendingRegions()).toEqual({ 'dan@example.net': 'home' });
  fixture.system.now += 31 * day;
  await fixture.sync();
  expect(callsOf(fixture)).toEqual(['DeleteSuppressedDestination dan@example.net']);
});

test('missing: an address that a listing did not contain is put', async () => {
  const fixture = await createFixture('missing');
  await fixture.deliver(feedback.slice(0, 2));
  await saveListingResult(fixture, 'ann@example.net', 'absent');
  expect(await fixture.pendingRegions()).toEqual({ 'ann@example.net': 'home' });
  await fixture.sync();
  expect(callsOf(fixture)).toEqual(['PutSuppressedDestination ann@example.net']);
});

test('missing: in other Regions, where SES adds no address itself, the sync adds all and deletes no other address', async () => {
  const fixture = await createFixture('missing', [eu]);
  await fixture.deliver(feedback);
  await fixture.sync();
  expect(fixture.listed(eu)).toHaveLength(2);
  fixture.system.now += 31 * day;
  await fixture.sync();
  expect(fixture.ses[eu]?.calls).toHaveLength(2);
});

test('missing: a released address that bounces again before the delete is confirmed is put', async () => {
  const fixture = await createFixture('missing');
  await fixture.deliver([bounce({ to: 'ann@example.net', mailId: 'a' })]);
  await fixture.release('ann@example.net');
  fixture.home.fault = () => 'lost response';
  await fixture.sync();
  fixture.home.fault = undefined;
  const sentAt = fixture.system.now;
  await fixture.deliver([bounce({ to: 'ann@example.net', mailId: 'a2', sentAt })]);
  fixture.system.now += 60_000;
  await fixture.sync();
  expect(fixture.listed()).toEqual(['ann@example.net BOUNCE']);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('off: nothing is pending and SES is not called, even after releases and ends', async () => {
  const fixture = await createFixture('off', [eu]);
  await fixture.deliver(feedback);
  await fixture.release('bob@example.net');
  expect(await fixture.pendingRegions()).toEqual({});
  fixture.system.now += 20 * day;
  expect(await fixture.sync()).toMatchObject([
    { synced: 0, pending: 0 },
    { synced: 0, pending: 0 },
  ]);
  expect([...fixture.home.calls, ...(fixture.ses[eu]?.calls ?? [])]).toEqual([]);
});

test.each(['off', 'missing'] as const)(
  'addresses that were pending before the mode became "%s" are not synced, and stop being pending',
  async (mode) => {
    const fixture = await createFixture('always');
    await fixture.deliver(feedback.slice(0, 2));
    expect(await fixture.pendingRegions()).toEqual({ 'ann@example.net': 'home', 'bob@example.net': 'home' });
    setMode(fixture, mode);
    expect((await fixture.sync())[0]).toEqual({
      kind: 'account-list',
      region: 'home',
      synced: 0,
      rejected: 0,
      pending: 0,
      oldestMs: 0,
    });
    expect(callsOf(fixture)).toEqual([]);
    expect(await fixture.pendingRegions()).toEqual({});
  },
);

test('outdated outbox entries do not start an import job', async () => {
  const fixture = await createFixture('always');
  const many = Array.from({ length: 1001 }, (_, index) => `a${index}@example.net`);
  await fixture.deliver(many.map((to) => bounce({ to, mailId: to })));
  setMode(fixture, 'missing');
  for (let run = 0; run < 11; run++) await fixture.sync();
  expect(callsOf(fixture)).toEqual([]);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('after the Regions in the policy change, addresses that were pending before are synced', async () => {
  const fixture = await createFixture('always', [eu, 'ap-south-1']);
  setMode(fixture, 'always', [eu]);
  await fixture.deliver([bounce({ to: 'ann@example.net', mailId: 'a' })]);
  setMode(fixture, 'always', [eu, 'ap-south-1']);
  await fixture.deliver([bounce({ to: 'bob@example.net', mailId: 'b' })]);
  setMode(fixture, 'always', ['ap-south-1', eu]);
  for (let run = 0; run < 2; run++) await fixture.sync();
  for (const region of [homeRegion, eu, 'ap-south-1'])
    expect(fixture.listed(region)).toEqual(['ann@example.net BOUNCE', 'bob@example.net BOUNCE']);
  expect(await fixture.pendingRegions()).toEqual({});
});
