import type { AccountList } from '../../shared/account-list/account-list.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const addresses = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `${name}@example.net`);

/** Creates seven unknown entries on four pages, and a record whose entry is missing at SES. */
async function createListed(): Promise<AccountListFixture> {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to: 'lost@example.net' })]);
  await fixture.sync();
  fixture.home.list.clear();
  fixture.system.now += day;
  fixture.addToList(addresses.map((emailAddress) => ({ emailAddress, reason: 'BOUNCE', lastUpdateTime: noon })));
  fixture.pageSize = 2;
  fixture.home.calls.length = 0;
  return fixture;
}

/** Records the page tokens that SES is called with. */
function watchPages(fixture: AccountListFixture, change = (token: string | undefined) => token) {
  const tokens: (string | undefined)[] = [];
  const list = fixture.lists.get('home') as AccountList;
  const watched: AccountList = {
    ...list,
    list(token) {
      tokens.push(token);
      return list.list(change(token));
    },
  };
  return { tokens, lists: new Map([['home', watched]]) };
}

/** Leaves time for a number of calls. */
function timeForCalls(fixture: AccountListFixture, calls: number) {
  const before = fixture.home.calls.length;
  return () => (fixture.home.calls.length < before + calls ? hour : 0);
}

const drift = { 'missing-here': 7, 'missing-at-ses': 1, 'still-at-ses': 0, 'removed-at-ses': 0 };
const complete = {
  regions: [{ region: 'home', state: 'complete', entries: 7, drift, unreadableCount: 0, unreadable: [] }],
  recordCount: 1,
  failed: 0,
};

async function suppressedAddresses(fixture: AccountListFixture) {
  return Object.values(await fixture.records()).flatMap(({ status, address }) =>
    status === 'suppressed' ? [address] : [],
  );
}

const all = expect.arrayContaining(['lost@example.net', ...addresses]);

test('a listing that is interrupted after each page continues, and reads each page once', async () => {
  const fixture = await createListed();
  const { lists, tokens } = watchPages(fixture);
  const progressCalls: string[] = [];
  const progress = (region: string, entries: number) => progressCalls.push(`${region} ${entries}`);
  for (const entries of [2, 4, 6]) {
    const { regions } = await fixture.reconcile({ lists, progress, remainingToRead: timeForCalls(fixture, 1) });
    expect(regions).toMatchObject([{ state: 'unfinished', entries }]);
    fixture.system.now += hour;
  }
  expect(await fixture.reconcile({ lists, progress })).toEqual(complete);
  expect(tokens).toEqual([undefined, expect.any(String), expect.any(String), expect.any(String)]);
  expect(new Set(tokens).size).toBe(4);
  expect(progressCalls).toEqual(['home 2', 'home 4', 'home 6', 'home 7']);
  expect(await suppressedAddresses(fixture)).toEqual(all);
});

test('after a complete listing the next run reads the list from the beginning', async () => {
  const fixture = await createListed();
  expect(await fixture.reconcile()).toEqual(complete);
  const { lists, tokens } = watchPages(fixture);
  fixture.system.now += hour;
  await fixture.reconcile({ lists });
  expect(tokens).toHaveLength(4);
});

test('an expired page token restarts the listing once', async () => {
  const fixture = await createListed();
  await fixture.reconcile({ remainingToRead: timeForCalls(fixture, 2) });
  fixture.system.now += hour;
  let isExpired = false;
  const { lists, tokens } = watchPages(fixture, (token) => {
    if (isExpired) return token;
    isExpired = true;
    return 'expired';
  });
  expect(await fixture.reconcile({ lists })).toEqual(complete);
  expect(tokens).toEqual([expect.any(String), undefined, ...Array(3).fill(expect.any(String))]);
});

test('if SES accepts no page token at all, the listing fails and nothing changes', async () => {
  const fixture = await createListed();
  const before = await fixture.records();
  const { lists, tokens } = watchPages(fixture, (token) => token && 'expired');
  const { regions } = await fixture.reconcile({ lists });
  expect(regions).toMatchObject([{ state: 'failed', reason: 'InvalidNextTokenException' }]);
  expect(tokens.length).toBeLessThanOrEqual(8);
  expect(await fixture.records()).toEqual(before);
});

test.each([
  ['lost', undefined],
  ['truncated', '[{"emailAddress":"a@exa'],
  ['not a page', '{"entries":[]}'],
  ['empty', ''],
])(
  'a stored page that is %s fails the run, which changes nothing; the next run starts from the beginning',
  async (_, text) => {
    const fixture = await createListed();
    await fixture.reconcile({ remainingToRead: timeForCalls(fixture, 3) });
    fixture.system.now += hour;
    if (text === undefined) fixture.storage.delete('home/page-1');
    else fixture.storage.set('home/page-1', text);
    const before = await fixture.records();
    const { regions } = await fixture.reconcile();
    const reason = 'stored page 2 is missing or unreadable; the next run reads the list from the beginning';
    expect(regions).toMatchObject([{ state: 'failed', reason }]);
    expect(await fixture.records()).toEqual(before);
    const { lists, tokens } = watchPages(fixture);
    fixture.system.now += hour;
    expect(await fixture.reconcile({ lists })).toEqual(complete);
    expect(tokens).toHaveLength(4);
  },
);

test('a page stored by version 0.1.0 is read', async () => {
  const fixture = await createListed();
  await fixture.reconcile({ remainingToRead: timeForCalls(fixture, 1) });
  const page = JSON.parse(fixture.storage.get('home/page-0') ?? '') as { emailAddress: string }[];
  const oldPage = page.map(({ emailAddress, ...rest }) => ({ spelling: emailAddress, ...rest }));
  expect(oldPage).toHaveLength(2);
  fixture.storage.set('home/page-0', JSON.stringify(oldPage));
  fixture.system.now += hour;
  expect(await fixture.reconcile()).toEqual(complete);
  expect(await suppressedAddresses(fixture)).toEqual(all);
});

test.each(['{"startedAt":17', '{"pages":"many"}', 'null'])(
  'a stored state that is %s restarts the listing',
  async (text) => {
    const fixture = await createListed();
    fixture.storage.set('home/state', text);
    expect(await fixture.reconcile()).toEqual(complete);
  },
);

test.each([
  ['one day old starts from the beginning', day, 4],
  ['younger than one day continues', day - 10_000, 3],
])('a listing that is %s', async (_, age, calls) => {
  const fixture = await createListed();
  await fixture.reconcile({ remainingToRead: timeForCalls(fixture, 1) });
  fixture.system.now += age;
  const { lists, tokens } = watchPages(fixture);
  expect(await fixture.reconcile({ lists })).toEqual(complete);
  expect(tokens).toHaveLength(calls);
});

test('SES is called at most once per second, and less often while it throttles', async () => {
  const fixture = await createListed();
  let throttles = 4;
  fixture.home.fault = () => (throttles-- > 0 ? 'throttle' : undefined);
  expect(await fixture.reconcile()).toEqual(complete);
  const { calls } = fixture.home;
  expect(calls.map(({ status }) => status)).toEqual([429, 429, 429, 429, 200, 200, 200, 200]);
  const intervals = calls.slice(1).map(({ at }, i) => at - (calls[i]?.at ?? 0));
  expect(Math.min(...intervals)).toBeGreaterThanOrEqual(1000);
  expect(intervals.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000]);
});

test('after a crash between reading and storing a page, the next run reads that page again and misses none', async () => {
  for (let crashAt = 0; crashAt < 8; crashAt++) {
    const fixture = await createListed();
    let writes = 0;
    const crashingStorage = {
      read: async (name: string) => fixture.storage.get(name),
      async write(name: string, text: string) {
        if (writes++ >= crashAt) throw new Error('crashed');
        fixture.storage.set(name, text);
      },
      async remove(name: string) {
        if (writes++ >= crashAt) throw new Error('crashed');
        fixture.storage.delete(name);
      },
    };
    expect(await fixture.reconcile({ storage: crashingStorage })).toMatchObject({
      regions: [{ state: 'failed', reason: 'Error' }],
    });
    fixture.system.now += hour;
    expect(await fixture.reconcile()).toEqual(complete);
  }
});

test('a restarted listing is not mixed with the previous one', async () => {
  const fixture = await createListed();
  await fixture.reconcile({ remainingToRead: timeForCalls(fixture, 2) });
  fixture.system.now += hour;
  // Every page now has different entries.
  fixture.addToList([{ emailAddress: '0@example.net', reason: 'BOUNCE', lastUpdateTime: noon }]);
  const { lists } = watchPages(fixture, (token) => token && 'expired');
  const storage = {
    read: async (name: string) => fixture.storage.get(name),
    async write(name: string, text: string) {
      if (name === 'home/state') throw new Error('crashed');
      fixture.storage.set(name, text);
    },
    remove: async (name: string) => void fixture.storage.delete(name),
  };
  await fixture.reconcile({ lists, storage });
  fixture.system.now += hour;
  const { regions } = await fixture.reconcile();
  expect(regions).toMatchObject([{ state: 'complete', entries: 8, drift: { 'missing-here': 8 } }]);
});
