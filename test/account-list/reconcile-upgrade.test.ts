import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

// Records from before the outbox existed, before a Region was configured, or under another mode.
const createFixture = useAccountListFixtures();
const eu = 'eu-west-1';
const off = readPolicy({ accountList: { mode: 'off' } });
const weeksAgo = noon - 20 * day;

/** Creates two records that have been suppressed for weeks and are not pending: SES has an entry for one of them. */
async function createOld(regions: readonly string[] = []): Promise<AccountListFixture> {
  const fixture = await createFixture(regions);
  const { policy } = fixture;
  fixture.policy = off;
  await fixture.deliver(
    ['listed@example.net', 'lost@example.net'].map((to) => bounce({ to, mailId: to, sentAt: weeksAgo, at: weeksAgo })),
  );
  fixture.policy = policy;
  fixture.addToList([{ emailAddress: 'listed@example.net', reason: 'BOUNCE', lastUpdateTime: weeksAgo }]);
  expect(await fixture.pendingRegions()).toEqual({});
  return fixture;
}

const drift = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };

test('an address on the list is recorded without a call; one that is missing is reported and put on it, due from now', async () => {
  const fixture = await createOld();
  const dry = await fixture.reconcile({ isDryRun: true });
  expect(dry.regions).toMatchObject([{ state: 'complete', drift: { ...drift, 'missing-at-ses': 1 } }]);
  expect(await fixture.pendingRegions()).toEqual({});
  expect(await fixture.reconcile()).toEqual(dry);
  expect(Object.keys(await fixture.pendingRegions())).toEqual(['lost@example.net']);
  expect(await fixture.system.record('lost@example.net')).toMatchObject({ mirrorDue: expect.any(Number) });
  const { mirrorDue } = (await fixture.system.record('lost@example.net')) ?? {};
  // Due from now, not from the bounce of weeks ago, which would raise the alarm on the delay.
  expect(fixture.system.now - Number(mirrorDue)).toBeLessThan(hour);
  const calls = fixture.home.calls.length;
  expect((await fixture.sync())[0]).toMatchObject({ synced: 1, pending: 0 });
  expect(new Set(fixture.home.calls.slice(calls).map(({ operation, address }) => `${operation} ${address}`))).toEqual(
    new Set(['PutSuppressedDestination lost@example.net']),
  );
  fixture.system.now += day;
  expect((await fixture.reconcile()).regions).toMatchObject([{ drift }]);
});

test('when the list of one Region cannot be read, the records catch up with the other Region', async () => {
  const fixture = await createOld([eu]);
  const other = fixture.ses[eu];
  if (other === undefined) throw new Error('no such Region');
  other.fault = () => 'denied';
  const { regions } = await fixture.reconcile();
  expect(regions).toMatchObject([
    { region: homeRegion, state: 'complete', drift: { ...drift, 'missing-at-ses': 1 } },
    { region: eu, state: 'failed', drift },
  ]);
  expect(await fixture.system.record('listed@example.net')).toMatchObject({ mirrored: { home: { says: 'held' } } });
});

test('the records catch up with a Region that is configured later', async () => {
  const fixture = await createOld([eu]);
  const { regions } = await fixture.reconcile();
  expect(regions).toMatchObject([
    { drift: { ...drift, 'missing-at-ses': 1 } },
    { region: eu, drift: { ...drift, 'missing-at-ses': 2 } },
  ]);
  await fixture.sync();
  expect(fixture.listed(eu)).toEqual(['listed@example.net BOUNCE', 'lost@example.net BOUNCE']);
});

test('an address released meanwhile is deleted from the list; one that is not on it is only recorded', async () => {
  const fixture = await createOld();
  const { policy } = fixture;
  fixture.policy = off;
  for (const address of ['listed@example.net', 'lost@example.net']) await fixture.release(address);
  fixture.policy = policy;
  fixture.system.now += 2 * hour;
  expect((await fixture.reconcile()).regions).toMatchObject([{ drift: { ...drift, 'still-at-ses': 1 } }]);
  expect(Object.keys(await fixture.pendingRegions())).toEqual(['listed@example.net']);
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
});
