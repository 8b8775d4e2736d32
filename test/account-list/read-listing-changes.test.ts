import fc from 'fast-check';
import type { AccountList, ListPage } from '../../shared/account-list/account-list.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { runs } from '../support/runs.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

/** Somebody changes SES's list between two pages. */
function between(world: AccountListWorld, change: (page: number) => void) {
  const list = world.lists.get('home') as AccountList;
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

async function suppressed(world: AccountListWorld) {
  const records = Object.values(await world.records());
  return records.flatMap(({ status, address }) => (status === 'suppressed' ? [String(address)] : []));
}

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const spellings = names.flatMap((name) => [`${name}@example.net`, `${name.toUpperCase()}@example.net`]);
const change = fc.record({
  page: fc.integer({ min: 1, max: 6 }),
  emailAddress: fc.constantFrom(...addressVariants),
  does: fc.constantFrom('add' as const, 'remove' as const),
});

test('however the list changes while it is read, nobody is suppressed less, and who stood there all the time is adopted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.constantFrom(...addressVariants)),
      fc.subarray(names),
      fc.array(change),
      async (start, bounced, changes) => {
        const world = await createWorld();
        world.pageSize = 3;
        await world.deliver(bounced.map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
        await world.drain();
        world.home.list.clear();
        const add = (emailAddress: string, lastUpdateTime: number) =>
          world.fill([{ emailAddress: emailAddress, reason: 'BOUNCE', lastUpdateTime }]);
        for (const emailAddress of start) add(emailAddress, noon - day);
        world.system.now += day;
        const before = await suppressed(world);
        const touched = new Set<string>();
        const options = between(world, (page) => {
          for (const { emailAddress, does, page: when } of changes) {
            if (when !== page) continue;
            touched.add(emailAddress);
            if (does === 'add') add(emailAddress, world.system.now);
            else world.home.list.delete(emailAddress);
          }
        });
        const { failed, regions } = await world.reconcile(options);
        expect({ failed, state: regions[0]?.state }).toEqual({ failed: 0, state: 'complete' });
        const after = await suppressed(world);
        const stood = start
          .filter((emailAddress) => !touched.has(emailAddress))
          .map((emailAddress) => emailAddress.toLowerCase());
        expect(after).toEqual(expect.arrayContaining([...before, ...stood]));
        const known = new Set([...before, ...[...start, ...touched].map((emailAddress) => emailAddress.toLowerCase())]);
        expect(after.filter((address) => !known.has(address))).toEqual([]);
        // When the list stands still, one more run has all of it.
        world.system.now += hour;
        await world.drain();
        await world.reconcile();
        const listed = [...world.home.list.keys()].map((emailAddress) => emailAddress.toLowerCase());
        expect(await suppressed(world)).toEqual(expect.arrayContaining(listed));
        await world.close();
      },
    ),
    { numRuns: runs(20) },
  );
});

test('an entry that moves to a later page while it is read is adopted once, as it was last', async () => {
  const world = await createWorld();
  const entry = (emailAddress: string, updatedAt: number) => ({ emailAddress, reason: 'BOUNCE' as const, updatedAt });
  const pages: Record<string, ListPage> = {
    first: { kind: 'page', entries: [entry('Ann@example.net', noon - day), entry('bob@example.net', noon)], next: '2' },
    2: { kind: 'page', entries: [entry('Ann@example.net', noon), entry('ann@example.net', noon)], next: '3' },
    3: { kind: 'page', entries: [] },
  };
  const list = { ...world.lists.get('home'), list: async (token = 'first') => pages[token] } as AccountList;
  const { regions } = await world.reconcile({ lists: new Map([['home', list]]) });
  expect(regions[0]).toMatchObject({ state: 'complete', entries: 4, drift: { 'missing-here': 2 } });
  const record = await world.system.record('ann@example.net');
  expect(record).toMatchObject({
    status: 'suppressed',
    since: new Date(noon).toISOString(),
    spellings: ['Ann@example.net'],
  });
  expect(record?.evidence).toHaveLength(1);
});
