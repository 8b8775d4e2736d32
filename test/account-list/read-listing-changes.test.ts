import fc from 'fast-check';
import type { AccountList, ListPage } from '../../shared/account-list/account-list.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { runs } from '../support/runs.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

/** Changes the SES list between two pages. */
function changeBetweenPages(fixture: AccountListFixture, change: (page: number) => void) {
  const list = fixture.lists.get('home') as AccountList;
  let pages = 0;
  const changing: AccountList = {
    ...list,
    async list(token) {
      const page = await list.list(token);
      change(++pages);
      return page;
    },
  };
  return { lists: new Map([['home', changing]]) };
}

async function suppressedAddresses(fixture: AccountListFixture) {
  const records = Object.values(await fixture.records());
  return records.flatMap(({ status, address }) => (status === 'suppressed' ? [String(address)] : []));
}

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const variants = names.flatMap((name) => [`${name}@example.net`, `${name.toUpperCase()}@example.net`]);
const change = fc.record({
  page: fc.integer({ min: 1, max: 6 }),
  emailAddress: fc.constantFrom(...variants),
  action: fc.constantFrom('add' as const, 'remove' as const),
});

test('however the list changes while it is read, no address is released and every unchanged entry is adopted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...variants)),
      fc.subarray(names),
      fc.array(change),
      async (start, bounced, changes) => {
        const fixture = await createFixture();
        fixture.pageSize = 3;
        await fixture.deliver(bounced.map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
        await fixture.sync();
        fixture.home.list.clear();
        const add = (emailAddress: string, lastUpdateTime: number) =>
          fixture.addToList([{ emailAddress, reason: 'BOUNCE', lastUpdateTime }]);
        for (const emailAddress of start) add(emailAddress, noon - day);
        fixture.system.now += day;
        const before = await suppressedAddresses(fixture);
        const touched = new Set<string>();
        const options = changeBetweenPages(fixture, (page) => {
          for (const { emailAddress, action, page: when } of changes) {
            if (when !== page) continue;
            touched.add(emailAddress);
            if (action === 'add') add(emailAddress, fixture.system.now);
            else fixture.home.list.delete(emailAddress);
          }
        });
        const { failed, regions } = await fixture.reconcile(options);
        expect({ failed, state: regions[0]?.state }).toEqual({ failed: 0, state: 'complete' });
        const after = await suppressedAddresses(fixture);
        const unchanged = start
          .filter((emailAddress) => !touched.has(emailAddress))
          .map((emailAddress) => emailAddress.toLowerCase());
        expect(after).toEqual(expect.arrayContaining([...before, ...unchanged]));
        const known = new Set([...before, ...[...start, ...touched].map((emailAddress) => emailAddress.toLowerCase())]);
        expect(after.filter((address) => !known.has(address))).toEqual([]);
        // Once the list no longer changes, one more run adopts all of it.
        fixture.system.now += hour;
        await fixture.sync();
        await fixture.reconcile();
        const listed = [...fixture.home.list.keys()].map((emailAddress) => emailAddress.toLowerCase());
        expect(await suppressedAddresses(fixture)).toEqual(expect.arrayContaining(listed));
        await fixture.close();
      },
    ),
    { numRuns: runs(20) },
  );
});

test('an entry that moves to a later page during the listing is adopted once, in its latest state', async () => {
  const fixture = await createFixture();
  const entry = (emailAddress: string, updatedAt: number) => ({ emailAddress, reason: 'BOUNCE' as const, updatedAt });
  const pages: Record<string, ListPage> = {
    first: { kind: 'page', entries: [entry('Ann@example.net', noon - day), entry('bob@example.net', noon)], next: '2' },
    2: { kind: 'page', entries: [entry('Ann@example.net', noon), entry('ann@example.net', noon)], next: '3' },
    3: { kind: 'page', entries: [] },
  };
  const list = { ...fixture.lists.get('home'), list: async (token = 'first') => pages[token] } as AccountList;
  const { regions } = await fixture.reconcile({ lists: new Map([['home', list]]) });
  expect(regions[0]).toMatchObject({ state: 'complete', entries: 4, drift: { 'missing-here': 2 } });
  const record = await fixture.system.record('ann@example.net');
  expect(record).toMatchObject({
    status: 'suppressed',
    since: new Date(noon).toISOString(),
    spellings: ['Ann@example.net'],
  });
  expect(record?.evidence).toHaveLength(1);
});
