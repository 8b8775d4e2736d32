import type { AddressKey } from '../../shared/domain/address.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (name: string) => ({ emailAddress: at(name), reason: 'BOUNCE' as const, lastUpdateTime: noon - day });
const drift = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };
const complete = { state: 'complete', unreadableCount: 0, unreadable: [] };
const eu = 'eu-west-1';

test.each([
  ['home', eu],
  [eu, 'home'],
])('when the list of %s cannot be read, the list of %s is still reconciled', async (broken, working) => {
  const fixture = await createFixture([eu]);
  await fixture.deliver([bounce({ to: at('lost'), mailId: 'l' })]);
  await fixture.sync();
  fixture.system.now += day;
  for (const region of ['home', eu]) {
    fixture.ses[region]?.list.clear();
    fixture.addToList([entry(`new-${region}`)], region);
  }
  Object.assign(fixture.ses[broken] as object, { fault: () => 'denied' });
  const { regions } = await fixture.reconcile();
  const reports = {
    [broken]: { region: broken, state: 'failed', entries: 0, reason: 'AccessDeniedException', drift },
    [working]: {
      ...complete,
      region: working,
      entries: 1,
      drift: { ...drift, 'missing-here': 1, 'missing-at-ses': 1 },
    },
  };
  expect(regions).toEqual([
    { unreadableCount: 0, unreadable: [], ...reports.home },
    { unreadableCount: 0, unreadable: [], ...reports[eu] },
  ]);
  expect(Object.keys(await fixture.records())).toEqual(
    expect.arrayContaining([`${at('lost')} account`, `${at(`new-${working}`)} account`]),
  );
  expect(Object.keys(await fixture.records())).toHaveLength(2);
  expect(await fixture.system.record(at('lost'))).toMatchObject({
    mirrored: { [working]: { says: 'absent' }, [broken]: { says: 'BOUNCE' } },
  });
  fixture.system.now += hour;
  await fixture.sync();
  expect(fixture.listed(working)).toContain('lost@example.net BOUNCE');
});

test('when the listing of one Region cannot be stored, the other Region is still reconciled', async () => {
  const fixture = await createFixture([eu]);
  fixture.addToList([entry('a')]);
  fixture.addToList([entry('b')], eu);
  const storage = {
    read: async (name: string) => fixture.storage.get(name),
    async write(name: string, text: string) {
      if (name.startsWith('home')) throw Object.assign(new Error('s3://secret'), { name: 'AccessDenied' });
      fixture.storage.set(name, text);
    },
    remove: async (name: string) => void fixture.storage.delete(name),
  };
  const { regions } = await fixture.reconcile({ storage });
  expect(regions).toMatchObject([
    { region: 'home', state: 'failed', reason: 'AccessDenied' },
    { region: eu, state: 'complete', drift: { 'missing-here': 1 } },
  ]);
  expect(Object.keys(await fixture.records())).toEqual([`${at('b')} account`]);
});

test('the listing of a Region that was interrupted continues, and a completed one is read again', async () => {
  const fixture = await createFixture([eu]);
  fixture.pageSize = 2;
  fixture.addToList(['a', 'b'].map(entry));
  fixture.addToList(['c', 'd', 'e', 'f'].map(entry), eu);
  const remainingToRead = () => ((fixture.ses[eu]?.calls.length ?? 0) < 1 ? hour : 0);
  expect((await fixture.reconcile({ remainingToRead })).regions).toMatchObject([
    { region: 'home', state: 'complete', drift: { 'missing-here': 2 } },
    { region: eu, state: 'unfinished', entries: 2, drift },
  ]);
  expect(Object.keys(await fixture.records())).toHaveLength(2);
  fixture.system.now += hour;
  expect((await fixture.reconcile()).regions).toMatchObject([
    { region: 'home', state: 'complete', drift },
    { region: eu, state: 'complete', entries: 4, drift: { ...drift, 'missing-here': 4 } },
  ]);
  expect(fixture.home.calls).toHaveLength(2);
  expect(fixture.ses[eu]?.calls).toHaveLength(2);
});

test('an address that only another Region lists is not reported as removed from the home Region', async () => {
  const fixture = await createFixture([eu]);
  fixture.addToList([entry('elsewhere')], eu);
  await fixture.reconcile();
  for (let run = 0; run < 2; run++) await fixture.sync();
  fixture.system.now += day;
  const before = await fixture.records();
  expect((await fixture.reconcile()).regions).toMatchObject([{ drift }, { drift }]);
  expect(await fixture.records()).toEqual(before);
  fixture.ses[eu]?.list.clear();
  expect((await fixture.reconcile()).regions).toMatchObject([{ drift: { ...drift, 'removed-at-ses': 1 } }, { drift }]);
});

test('an address that two Regions list is adopted once and reported for both', async () => {
  const fixture = await createFixture([eu]);
  fixture.addToList([entry('both')]);
  fixture.addToList([{ ...entry('both'), emailAddress: 'BOTH@example.net', reason: 'COMPLAINT' }], eu);
  const one = { ...drift, 'missing-here': 1 };
  expect((await fixture.reconcile()).regions).toMatchObject([{ drift: one }, { drift: one }]);
  const records = await fixture.records();
  expect(Object.keys(records)).toEqual([`${at('both')} account`]);
  expect(records[`${at('both')} account`]).toMatchObject({
    spellings: ['BOTH@example.net'],
    status: 'suppressed',
  });
  expect((await fixture.reconcile()).regions).toMatchObject([{ drift }, { drift }]);
  expect(await fixture.records()).toEqual(records);
});

test('an entry that one Region has lost and another has in a different case is repaired in one run', async () => {
  const fixture = await createFixture([eu]);
  await fixture.deliver([bounce({ to: at('ann'), mailId: 'a' })]);
  await fixture.sync();
  fixture.system.now += day;
  fixture.home.list.clear();
  fixture.addToList([{ ...entry('ann'), emailAddress: 'ANN@example.net' }], eu);
  expect((await fixture.reconcile()).regions).toMatchObject([
    { drift: { ...drift, 'missing-at-ses': 1 } },
    { drift: { ...drift, 'missing-here': 1 } },
  ]);
  expect(await fixture.pendingRegions()).toEqual({ [at('ann')]: 'home' });
  expect(await fixture.system.record(at('ann'))).toMatchObject({ spellings: ['ANN@example.net'] });
});
