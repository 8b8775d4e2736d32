import type { AddressKey } from '../../shared/domain/address.ts';
import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const at = (name: string) => `${name}@example.net` as AddressKey;
const entry = (name: string) => ({ emailAddress: at(name), reason: 'BOUNCE' as const, lastUpdateTime: noon - day });
const drift = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };
const complete = { state: 'complete', unreadableCount: 0, unreadable: [] };
const eu = 'eu-west-1';

test.each([
  ['home', eu],
  [eu, 'home'],
])('that the list of %s cannot be read does not keep that of %s from being reconciled', async (broken, sound) => {
  const world = await createWorld([eu]);
  await world.deliver([bounce({ to: at('lost'), mailId: 'l' })]);
  await world.drain();
  world.system.now += day;
  for (const region of ['home', eu]) {
    world.ses[region]?.list.clear();
    world.fill([entry(`new-${region}`)], region);
  }
  Object.assign(world.ses[broken] as object, { fault: () => 'denied' });
  const { regions } = await world.reconcile();
  const reports = {
    [broken]: { region: broken, state: 'failed', entries: 0, reason: 'AccessDeniedException', drift },
    [sound]: { ...complete, region: sound, entries: 1, drift: { ...drift, 'missing-here': 1, 'missing-at-ses': 1 } },
  };
  expect(regions).toEqual([
    { unreadableCount: 0, unreadable: [], ...reports.home },
    { unreadableCount: 0, unreadable: [], ...reports[eu] },
  ]);
  expect(Object.keys(await world.records())).toEqual(
    expect.arrayContaining([`${at('lost')} account`, `${at(`new-${sound}`)} account`]),
  );
  expect(Object.keys(await world.records())).toHaveLength(2);
  expect(await world.system.record(at('lost'))).toMatchObject({
    syncStates: { [sound]: { value: 'absent' }, [broken]: { value: 'BOUNCE' } },
  });
  world.system.now += hour;
  await world.drain();
  expect(world.listed(sound)).toContain('lost@example.net BOUNCE');
});

test('notes that cannot be kept for one Region hold up no other', async () => {
  const world = await createWorld([eu]);
  world.fill([entry('a')]);
  world.fill([entry('b')], eu);
  const storage = {
    read: async (name: string) => world.notes.get(name),
    async write(name: string, text: string) {
      if (name.startsWith('home')) throw Object.assign(new Error('s3://secret'), { name: 'AccessDenied' });
      world.notes.set(name, text);
    },
    remove: async (name: string) => void world.notes.delete(name),
  };
  const { regions } = await world.reconcile({ storage });
  expect(regions).toMatchObject([
    { region: 'home', state: 'failed', reason: 'AccessDenied' },
    { region: eu, state: 'complete', drift: { 'missing-here': 1 } },
  ]);
  expect(Object.keys(await world.records())).toEqual([`${at('b')} account`]);
});

test('a Region whose listing is cut is gone on with, and the other one is read again', async () => {
  const world = await createWorld([eu]);
  world.pageSize = 2;
  world.fill(['a', 'b'].map(entry));
  world.fill(['c', 'd', 'e', 'f'].map(entry), eu);
  const remainingToRead = () => ((world.ses[eu]?.calls.length ?? 0) < 1 ? hour : 0);
  expect((await world.reconcile({ remainingToRead })).regions).toMatchObject([
    { region: 'home', state: 'complete', drift: { 'missing-here': 2 } },
    { region: eu, state: 'unfinished', entries: 2, drift },
  ]);
  expect(Object.keys(await world.records())).toHaveLength(2);
  world.system.now += hour;
  expect((await world.reconcile()).regions).toMatchObject([
    { region: 'home', state: 'complete', drift },
    { region: eu, state: 'complete', entries: 4, drift: { ...drift, 'missing-here': 4 } },
  ]);
  expect(world.home.calls).toHaveLength(2);
  expect(world.ses[eu]?.calls).toHaveLength(2);
});

test('what only another Region lists is not gone from home', async () => {
  const world = await createWorld([eu]);
  world.fill([entry('elsewhere')], eu);
  await world.reconcile();
  for (let run = 0; run < 2; run++) await world.drain();
  world.system.now += day;
  const before = await world.records();
  expect((await world.reconcile()).regions).toMatchObject([{ drift }, { drift }]);
  expect(await world.records()).toEqual(before);
  world.ses[eu]?.list.clear();
  expect((await world.reconcile()).regions).toMatchObject([{ drift: { ...drift, 'removed-at-ses': 1 } }, { drift }]);
});

test('an address two Regions list is adopted once, and said of both', async () => {
  const world = await createWorld([eu]);
  world.fill([entry('both')]);
  world.fill([{ ...entry('both'), emailAddress: 'BOTH@example.net', reason: 'COMPLAINT' }], eu);
  const one = { ...drift, 'missing-here': 1 };
  expect((await world.reconcile()).regions).toMatchObject([{ drift: one }, { drift: one }]);
  const records = await world.records();
  expect(Object.keys(records)).toEqual([`${at('both')} account`]);
  expect(records[`${at('both')} account`]).toMatchObject({
    addressVariants: ['BOTH@example.net'],
    status: 'suppressed',
  });
  expect((await world.reconcile()).regions).toMatchObject([{ drift }, { drift }]);
  expect(await world.records()).toEqual(records);
});

test('what one Region has lost and another one spells otherwise is put right in one run', async () => {
  const world = await createWorld([eu]);
  await world.deliver([bounce({ to: at('ann'), mailId: 'a' })]);
  await world.drain();
  world.system.now += day;
  world.home.list.clear();
  world.fill([{ ...entry('ann'), emailAddress: 'ANN@example.net' }], eu);
  expect((await world.reconcile()).regions).toMatchObject([
    { drift: { ...drift, 'missing-at-ses': 1 } },
    { drift: { ...drift, 'missing-here': 1 } },
  ]);
  expect(await world.marks()).toEqual({ [at('ann')]: 'home' });
  expect(await world.system.record(at('ann'))).toMatchObject({ addressVariants: ['ANN@example.net'] });
});
