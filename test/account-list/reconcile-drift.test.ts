import type { AccountList } from '../../shared/account-list/account-list.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const none = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };

const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (emailAddress: string, lastUpdateTime: number) => ({
  emailAddress,
  reason: 'BOUNCE' as const,
  lastUpdateTime,
});
const bounces = (...names: string[]) => names.map((name) => bounce({ to: at(name), mailId: name }));

async function driftNow(fixture: AccountListFixture, options = {}) {
  const { regions, failed } = await fixture.reconcile(options);
  expect(failed).toBe(0);
  return regions[0]?.drift;
}

/** Syncs everything, then advances the clock by one day. */
async function syncAndWaitOneDay(fixture: AccountListFixture) {
  for (let run = 0; run < 3; run++) await fixture.sync();
  fixture.system.now += day;
}

test('an entry that was removed manually at SES is restored', async () => {
  const fixture = await createFixture();
  await fixture.deliver([...bounces('lost', 'kept'), complaint({ to: at('cross'), mailId: 'c' })]);
  await syncAndWaitOneDay(fixture);
  fixture.home.list.delete(at('lost'));
  fixture.home.list.delete(at('cross'));
  expect(await driftNow(fixture)).toEqual({ ...none, 'missing-at-ses': 2 });
  expect(await fixture.pendingRegions()).toEqual({ [at('cross')]: 'home', [at('lost')]: 'home' });
  // A pending address is not reported as drift again.
  expect(await driftNow(fixture)).toEqual(none);
  await syncAndWaitOneDay(fixture);
  expect(fixture.listed()).toEqual([
    'cross@example.net COMPLAINT',
    'kept@example.net BOUNCE',
    'lost@example.net BOUNCE',
  ]);
  expect(await driftNow(fixture)).toEqual(none);
});

test.each([
  ['a known variant', 'Freed@example.net'],
  ['an unknown variant', 'fREED@example.net'],
])('an entry that SES has not deleted after a release is deleted again: %s of the address', async (_, variant) => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to: 'Freed@example.net', mailId: 'f' })]);
  await syncAndWaitOneDay(fixture);
  await fixture.release('freed@example.net');
  await syncAndWaitOneDay(fixture);
  expect(fixture.listed()).toEqual([]);
  fixture.addToList([entry(variant, noon + hour)]);
  expect(await driftNow(fixture)).toEqual({ ...none, 'still-at-ses': 1 });
  expect(await fixture.system.record('freed@example.net')).toMatchObject({ status: 'released' });
  await syncAndWaitOneDay(fixture);
  expect(fixture.listed()).toEqual([]);
  expect(await driftNow(fixture)).toEqual(none);
  expect(await fixture.system.record('freed@example.net')).toMatchObject({ status: 'released' });
});

test('an entry that SES added after the release is adopted', async () => {
  const fixture = await createFixture();
  await fixture.deliver(bounces('back'));
  await syncAndWaitOneDay(fixture);
  await fixture.release(at('back'));
  await syncAndWaitOneDay(fixture);
  fixture.addToList([entry(at('back'), fixture.system.now - hour)]);
  expect(await driftNow(fixture)).toEqual({ ...none, 'missing-here': 1 });
  expect(await fixture.system.record(at('back'))).toMatchObject({ status: 'suppressed', reason: 'ses-list' });
  await syncAndWaitOneDay(fixture);
  expect(fixture.listed()).toEqual(['back@example.net BOUNCE']);
  expect(await driftNow(fixture)).toEqual(none);
});

test('an adopted address that was removed at SES stays suppressed and is reported in every run', async () => {
  const fixture = await createFixture();
  fixture.addToList([entry(at('adopted'), noon - day)]);
  await fixture.reconcile();
  await syncAndWaitOneDay(fixture);
  const before = await fixture.records();
  fixture.home.list.clear();
  expect(await driftNow(fixture)).toEqual({ ...none, 'removed-at-ses': 1 });
  expect(await driftNow(fixture)).toEqual({ ...none, 'removed-at-ses': 1 });
  expect(await fixture.records()).toEqual(before);
  expect(before[`${at('adopted')} account`]).toMatchObject({ status: 'suppressed' });
});

test('an address that is pending, rejected, watched or temporarily blocked is not drift', async () => {
  const fixture = await createFixture();
  await fixture.deliver([
    ...bounces('jörg', 'freed'),
    bounce({ to: at('soft'), mailId: 's', type: 'Transient', subType: 'MailboxFull' }),
    bounce({ to: at('blocked'), mailId: 'b', status: '5.7.1' }),
  ]);
  await syncAndWaitOneDay(fixture);
  expect(await fixture.system.record(at('jörg'))).toMatchObject({
    mirrored: { home: { refused: expect.any(String) } },
  });
  // SES lists permanent bounces by itself, including those of a blocked sender.
  fixture.addToList([entry(at('blocked'), noon)]);
  await fixture.release(at('freed'));
  await fixture.deliver([bounce({ to: at('new'), mailId: 'n', sentAt: fixture.system.now })]);
  const before = await fixture.records();
  expect(await driftNow(fixture)).toEqual(none);
  expect(await fixture.records()).toEqual(before);
});

test('a change that is synced during the listing is not drift, whichever page it affects', async () => {
  const fixture = await createFixture();
  fixture.pageSize = 1;
  await fixture.deliver(bounces('b', 'd', 'x'));
  await syncAndWaitOneDay(fixture);
  await fixture.deliver(bounces('a', 'e'));
  await fixture.release(at('b'));
  await fixture.release(at('x'));
  const list = fixture.lists.get('home') as AccountList;
  let pages = 0;
  const syncedMeanwhile: AccountList = {
    ...list,
    async list(token) {
      const page = await list.list(token);
      if (++pages === 2) await fixture.sync();
      return page;
    },
  };
  expect(await driftNow(fixture, { lists: new Map([['home', syncedMeanwhile]]) })).toEqual(none);
  expect(fixture.listed()).toEqual(['a@example.net BOUNCE', 'd@example.net BOUNCE', 'e@example.net BOUNCE']);
});

test('mode missing: only addresses that SES has not listed by itself are put on the list', async () => {
  const fixture = await createFixture();
  fixture.policy = { ...fixture.policy, accountList: { mode: 'missing', regions: [] } };
  await fixture.deliver(bounces('listed', 'missing'));
  fixture.addToList([entry(at('listed'), noon)]);
  await syncAndWaitOneDay(fixture);
  expect(fixture.home.calls).toEqual([]);
  expect(await driftNow(fixture)).toEqual({ ...none, 'missing-at-ses': 1 });
  await syncAndWaitOneDay(fixture);
  expect(fixture.listed()).toEqual(['listed@example.net BOUNCE', 'missing@example.net BOUNCE']);
  expect(await driftNow(fixture)).toEqual(none);
});

test('mode off: the list is adopted, and never changed', async () => {
  const fixture = await createFixture();
  fixture.policy = { ...fixture.policy, accountList: { mode: 'off', regions: [] } };
  await fixture.deliver(bounces('lost', 'freed'));
  await fixture.release(at('freed'));
  fixture.addToList([entry(at('freed'), noon), entry(at('new'), noon)]);
  fixture.system.now += day;
  expect(await driftNow(fixture)).toEqual({ ...none, 'missing-here': 1 });
  await syncAndWaitOneDay(fixture);
  expect(fixture.home.calls.map(({ operation }) => operation)).toEqual(['ListSuppressedDestinations']);
  expect(await fixture.system.record(at('freed'))).toMatchObject({ status: 'released' });
});

test('a record written under another policy becomes pending, or stops being pending, as the current policy says', async () => {
  const fixture = await createFixture();
  const always = fixture.policy;
  fixture.policy = { ...always, accountList: { mode: 'off', regions: [] } };
  await fixture.deliver(bounces('unmarked'));
  fixture.policy = always;
  expect(await driftNow(fixture)).toEqual(none);
  expect(await fixture.pendingRegions()).toEqual({ [at('unmarked')]: 'home' });
  fixture.policy = { ...always, accountList: { mode: 'off', regions: [] } };
  await driftNow(fixture);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('more entries than fit into one transaction are all restored', async () => {
  const fixture = await createFixture();
  const names = Array.from({ length: 150 }, (_, i) => `lost-${i}`);
  await fixture.deliver(bounces(...names));
  for (let run = 0; run < 4; run++) await fixture.sync();
  expect(fixture.home.list.size).toBe(150);
  fixture.system.now += day;
  fixture.home.list.clear();
  expect(await driftNow(fixture)).toEqual({ ...none, 'missing-at-ses': 150 });
  expect(Object.keys(await fixture.pendingRegions())).toHaveLength(150);
});
