import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

/** Records of before there was an outbox, of before a Region was named, or of while the mode was another. */
const createWorld = useAccountListWorlds();
const eu = 'eu-west-1';
const off = readPolicy({ accountList: { mode: 'off' } });
const weeksAgo = noon - 20 * day;

/** Suppressed for weeks, and nobody has marked them: one that SES holds, and one that it does not. */
async function createOld(regions: readonly string[] = []): Promise<AccountListWorld> {
  const world = await createWorld(regions);
  const { policy } = world;
  world.policy = off;
  await world.deliver(
    ['held@example.net', 'lost@example.net'].map((to) => bounce({ to, mailId: to, sentAt: weeksAgo, at: weeksAgo })),
  );
  world.policy = policy;
  world.fill([{ emailAddress: 'held@example.net', reason: 'BOUNCE', lastUpdateTime: weeksAgo }]);
  expect(await world.marks()).toEqual({});
  return world;
}

const drift = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };

test('who is on the list already is noted and not told again; who is not is counted, told, and owed since now', async () => {
  const world = await createOld();
  const dry = await world.reconcile({ isDryRun: true });
  expect(dry.regions).toMatchObject([{ state: 'complete', drift: { ...drift, 'missing-at-ses': 1 } }]);
  expect(await world.marks()).toEqual({});
  expect(await world.reconcile()).toEqual(dry);
  expect(Object.keys(await world.marks())).toEqual(['lost@example.net']);
  expect(await world.system.record('lost@example.net')).toMatchObject({ mirrorDue: expect.any(Number) });
  const { mirrorDue } = (await world.system.record('lost@example.net')) ?? {};
  // Not since the bounce of weeks ago: the alarm on the delay would be raised for nothing.
  expect(world.system.now - Number(mirrorDue)).toBeLessThan(hour);
  const calls = world.home.calls.length;
  expect((await world.drain())[0]).toMatchObject({ told: 1, left: 0 });
  expect(new Set(world.home.calls.slice(calls).map(({ operation, address }) => `${operation} ${address}`))).toEqual(
    new Set(['PutSuppressedDestination lost@example.net']),
  );
  world.system.now += day;
  expect((await world.reconcile()).regions).toMatchObject([{ drift }]);
});

test('a Region whose list cannot be read does not keep another from being caught up with', async () => {
  const world = await createOld([eu]);
  const away = world.ses[eu];
  if (away === undefined) throw new Error('no such Region');
  away.fault = () => 'denied';
  const { regions } = await world.reconcile();
  expect(regions).toMatchObject([
    { region: homeRegion, state: 'complete', drift: { ...drift, 'missing-at-ses': 1 } },
    { region: eu, state: 'failed', drift },
  ]);
  expect(await world.system.record('held@example.net')).toMatchObject({ syncStates: { home: { value: 'held' } } });
});

test('a Region that is named later is caught up with', async () => {
  const world = await createOld([eu]);
  const { regions } = await world.reconcile();
  expect(regions).toMatchObject([
    { drift: { ...drift, 'missing-at-ses': 1 } },
    { region: eu, drift: { ...drift, 'missing-at-ses': 2 } },
  ]);
  await world.drain();
  expect(world.listed(eu)).toEqual(['held@example.net BOUNCE', 'lost@example.net BOUNCE']);
});

test('who was let go meanwhile is taken off the list, and who is not on it is only noted', async () => {
  const world = await createOld();
  const { policy } = world;
  world.policy = off;
  for (const address of ['held@example.net', 'lost@example.net']) await world.letGo(address);
  world.policy = policy;
  world.system.now += 2 * hour;
  expect((await world.reconcile()).regions).toMatchObject([{ drift: { ...drift, 'still-at-ses': 1 } }]);
  expect(Object.keys(await world.marks())).toEqual(['held@example.net']);
  await world.drain();
  expect(world.listed()).toEqual([]);
});
