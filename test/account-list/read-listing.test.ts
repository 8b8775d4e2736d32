import type { AccountList } from '../../shared/account-list/account-list.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const addresses = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}@example.net`);

/** Seven entries on four pages, none of them known, and one record SES has lost. */
async function createListed(): Promise<AccountListWorld> {
  const world = await createWorld();
  await world.deliver([bounce({ to: 'lost@example.net' })]);
  await world.drain();
  world.home.list.clear();
  world.system.now += day;
  world.fill(addresses.map((emailAddress) => ({ emailAddress, reason: 'BOUNCE', lastUpdateTime: noon })));
  world.pageSize = 2;
  world.home.calls.length = 0;
  return world;
}

/** Which pages were asked for: by the tokens. */
function watch(world: AccountListWorld, change = (token: string | undefined) => token) {
  const tokens: (string | undefined)[] = [];
  const list = world.lists.get('home') as AccountList;
  const watched: AccountList = {
    ...list,
    list(token) {
      tokens.push(token);
      return list.list(change(token));
    },
  };
  return { tokens, lists: new Map([['home', watched]]) };
}

/** There is time for so many calls. */
function timeFor(world: AccountListWorld, calls: number) {
  const before = world.home.calls.length;
  return () => (world.home.calls.length < before + calls ? hour : 0);
}

const drift = { 'missing-here': 7, 'missing-at-ses': 1, 'still-at-ses': 0, 'removed-at-ses': 0 };
const complete = {
  regions: [{ region: 'home', state: 'complete', entries: 7, drift, unreadableCount: 0, unreadable: [] }],
  held: 1,
  failed: 0,
};

async function suppressed(world: AccountListWorld) {
  return Object.values(await world.records()).flatMap(({ status, address }) =>
    status === 'suppressed' ? [address] : [],
  );
}

const all = expect.arrayContaining(['lost@example.net', ...addresses]);

test('a listing that is cut after each page is gone on with, and asks for each page once', async () => {
  const world = await createListed();
  const { lists, tokens } = watch(world);
  const told: string[] = [];
  const progress = (region: string, entries: number) => told.push(`${region} ${entries}`);
  for (const entries of [2, 4, 6]) {
    const { regions } = await world.reconcile({ lists, progress, remainingToRead: timeFor(world, 1) });
    expect(regions).toMatchObject([{ state: 'unfinished', entries }]);
    world.system.now += hour;
  }
  expect(await world.reconcile({ lists, progress })).toEqual(complete);
  expect(tokens).toEqual([undefined, expect.any(String), expect.any(String), expect.any(String)]);
  expect(new Set(tokens).size).toBe(4);
  expect(told).toEqual(['home 2', 'home 4', 'home 6', 'home 7']);
  expect(await suppressed(world)).toEqual(all);
});

test('what is finished is not gone on with: the next run reads the list anew', async () => {
  const world = await createListed();
  expect(await world.reconcile()).toEqual(complete);
  const { lists, tokens } = watch(world);
  world.system.now += hour;
  await world.reconcile({ lists });
  expect(tokens).toHaveLength(4);
});

test('a token that SES takes no more begins it anew, once', async () => {
  const world = await createListed();
  await world.reconcile({ remainingToRead: timeFor(world, 2) });
  world.system.now += hour;
  let isRefused = false;
  const { lists, tokens } = watch(world, (token) => {
    if (isRefused) return token;
    isRefused = true;
    return 'of yesterday';
  });
  expect(await world.reconcile({ lists })).toEqual(complete);
  expect(tokens).toEqual([expect.any(String), undefined, ...Array(3).fill(expect.any(String))]);
});

test('a SES that takes no token at all is given up, and nothing is changed', async () => {
  const world = await createListed();
  const before = await world.records();
  const { lists, tokens } = watch(world, (token) => token && 'of yesterday');
  const { regions } = await world.reconcile({ lists });
  expect(regions).toMatchObject([{ state: 'failed', reason: 'InvalidNextTokenException' }]);
  expect(tokens.length).toBeLessThanOrEqual(8);
  expect(await world.records()).toEqual(before);
});

test.each([
  ['lost', undefined],
  ['cut off', '[{"spelling":"a@exa'],
  ['not a page', '{"entries":[]}'],
  ['empty', ''],
])('a kept page that is %s fails the run, which changes nothing, and the next begins anew', async (_, text) => {
  const world = await createListed();
  await world.reconcile({ remainingToRead: timeFor(world, 3) });
  world.system.now += hour;
  if (text === undefined) world.notes.delete('home/page-1');
  else world.notes.set('home/page-1', text);
  const before = await world.records();
  const { regions } = await world.reconcile();
  expect(regions).toMatchObject([
    { state: 'failed', reason: 'page 2 of the listing is gone; the next run begins anew' },
  ]);
  expect(await world.records()).toEqual(before);
  const { lists, tokens } = watch(world);
  world.system.now += hour;
  expect(await world.reconcile({ lists })).toEqual(complete);
  expect(tokens).toHaveLength(4);
});

test.each(['{"startedAt":17', '{"pages":"many"}', 'null'])('a state that is %s begins it anew', async (text) => {
  const world = await createListed();
  world.notes.set('home/state', text);
  expect(await world.reconcile()).toEqual(complete);
});

test.each([
  ['a day and older begins anew', day, 4],
  ['younger than that is gone on with', day - 10_000, 3],
])('a listing that is %s', async (_, age, calls) => {
  const world = await createListed();
  await world.reconcile({ remainingToRead: timeFor(world, 1) });
  world.system.now += age;
  const { lists, tokens } = watch(world);
  expect(await world.reconcile({ lists })).toEqual(complete);
  expect(tokens).toHaveLength(calls);
});

test('SES is called once a second at most, and less often while it finds that too much', async () => {
  const world = await createListed();
  let throttles = 4;
  world.home.fault = () => (throttles-- > 0 ? 'throttle' : undefined);
  expect(await world.reconcile()).toEqual(complete);
  const { calls } = world.home;
  expect(calls.map(({ status }) => status)).toEqual([429, 429, 429, 429, 200, 200, 200, 200]);
  const pauses = calls.slice(1).map(({ at }, i) => at - (calls[i]?.at ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1000);
  expect(pauses.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000]);
});

test('who dies between a page and its note asks for that page again, and misses none', async () => {
  for (let fatal = 0; fatal < 8; fatal++) {
    const world = await createListed();
    let writes = 0;
    const dying = {
      read: async (name: string) => world.notes.get(name),
      async write(name: string, text: string) {
        if (writes++ >= fatal) throw new Error('dead');
        world.notes.set(name, text);
      },
      async remove(name: string) {
        if (writes++ >= fatal) throw new Error('dead');
        world.notes.delete(name);
      },
    };
    expect(await world.reconcile({ storage: dying })).toMatchObject({
      regions: [{ state: 'failed', reason: 'Error' }],
    });
    world.system.now += hour;
    expect(await world.reconcile()).toEqual(complete);
  }
});

test('a listing begun anew is not mixed with the one before it', async () => {
  const world = await createListed();
  await world.reconcile({ remainingToRead: timeFor(world, 2) });
  world.system.now += hour;
  // All pages are now others.
  world.fill([{ emailAddress: '0@example.net', reason: 'BOUNCE', lastUpdateTime: noon }]);
  const { lists } = watch(world, (token) => token && 'refused for once');
  const storage = {
    read: async (name: string) => world.notes.get(name),
    async write(name: string, text: string) {
      if (name === 'home/state') throw new Error('dead');
      world.notes.set(name, text);
    },
    remove: async (name: string) => void world.notes.delete(name),
  };
  await world.reconcile({ lists, storage });
  world.system.now += hour;
  const { regions } = await world.reconcile();
  expect(regions).toMatchObject([{ state: 'complete', entries: 8, drift: { 'missing-here': 8 } }]);
});
