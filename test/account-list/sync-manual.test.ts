import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const to = 'ann@example.net';
const abroad = 'eu-west-1';

const isSuppressed = ({ system }: AccountListWorld, address = to) =>
  createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now }).isSuppressed(address);
const listedEverywhere = (world: AccountListWorld) => [...world.lists.keys()].map((region) => world.listed(region));
const prevented = (at: number) =>
  bounce({ to, mailId: `prevented-${at}`, subType: 'OnAccountSuppressionList', sentAt: at, at });

test.each(['always', 'missing'] as const)(
  'mode %s: who is suppressed by hand for good comes to the lists of all Regions, as the operator writes it',
  async (mode) => {
    const world = await createWorld([abroad]);
    world.policy = { ...world.policy, accountList: { mode, regions: [abroad] } };
    await world.suppress('Ann@Example.net');
    expect(await world.marks()).toEqual({ [to]: `home+${abroad}` });
    await world.drain();
    expect(listedEverywhere(world)).toEqual([['Ann@Example.net COMPLAINT'], ['Ann@Example.net COMPLAINT']]);
    expect(await world.marks()).toEqual({});
    await world.suppress(to);
    expect(await world.marks()).toEqual({});
  },
);

test('mode off: nobody is told', async () => {
  const world = await createWorld();
  world.policy = { ...world.policy, accountList: { mode: 'off', regions: [] } };
  await world.suppress(to);
  expect(await isSuppressed(world)).toBe(true);
  expect(await world.marks()).toEqual({});
});

test('who is suppressed by hand for a time is not told of, at its beginning or its end', async () => {
  const world = await createWorld();
  const until = world.system.now + day;
  await world.suppress(to, until);
  for (const now of [noon + hour, until - 1, until, until + 40 * day]) {
    world.system.now = now;
    expect(await isSuppressed(world)).toBe(now < until);
    await world.drain();
  }
  expect(world.home.calls).toEqual([]);
});

test('who bounced for good is told of as before; a complaint and a release, too', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to })]);
  await world.suppress(to);
  await world.drain();
  expect(world.listed()).toEqual([`${to} BOUNCE`]);
  await world.deliver([complaint({ to, mailId: 'c' })]);
  await world.drain();
  expect(world.listed()).toEqual([`${to} COMPLAINT`]);
  await world.letGo(to);
  await world.drain();
  expect(world.listed()).toEqual([]);
  await world.suppress(to);
  await world.drain();
  expect(world.listed()).toEqual([`${to} COMPLAINT`]);
  expect(await world.marks()).toEqual({});
});

describe('a suppression for good that gets an end', () => {
  async function cutShort(isTold: boolean) {
    const world = await createWorld([abroad]);
    await world.suppress(to);
    if (isTold) await world.drain();
    const until = world.system.now + day;
    await world.suppress(to, until);
    return { world, until };
  }

  test('comes off the lists at that end, and not before', async () => {
    const { world, until } = await cutShort(true);
    world.system.now = until - 120_000;
    await world.drain();
    expect(listedEverywhere(world)).toEqual([[`${to} COMPLAINT`], [`${to} COMPLAINT`]]);
    world.system.now = until;
    await world.drain();
    expect(listedEverywhere(world)).toEqual([[], []]);
    expect(await world.marks()).toEqual({});
    expect(await isSuppressed(world)).toBe(false);
  });

  test.each(['home', abroad])(
    'while %s is being told comes off all the same: nobody has noted that it was',
    async (region) => {
      const world = await createWorld([abroad]);
      await world.suppress(to);
      const until = world.system.now + day;
      const list = world.lists.get(region) as AccountList;
      const put: AccountList['put'] = async (...given) => {
        await world.suppress(to, until);
        return list.put(...given);
      };
      await world.drain({ lists: new Map([[region, { ...list, put }]]) });
      expect(world.listed(region)).toEqual([`${to} COMPLAINT`]);
      world.system.now = until;
      await world.drain();
      expect(listedEverywhere(world)).toEqual([[], []]);
      expect(await world.marks()).toEqual({});
    },
  );

  test('explains what SES refuses in between and shortly after, also where that is heard of days later', async () => {
    const { world, until } = await cutShort(true);
    await world.deliver([prevented(until - hour)]);
    world.system.now = until + hour;
    await world.drain();
    world.system.now = until + 10 * day;
    await world.deliver([prevented(until + 90 * 60_000)]);
    expect(await isSuppressed(world)).toBe(false);
    expect(await world.system.record(to)).toMatchObject({ prevented: 2 });
    await world.deliver([prevented(until + 3 * hour)]);
    expect(await isSuppressed(world)).toBe(true);
  });

  test('leaves on the list what SES had listed before', async () => {
    const world = await createWorld();
    world.fill([{ emailAddress: to, reason: 'BOUNCE', lastUpdateTime: noon - day }]);
    await world.reconcile();
    await world.suppress(to);
    for (let run = 0; run < 2; run++) await world.drain();
    await world.suppress(to, world.system.now + day);
    world.system.now += 2 * day;
    await world.drain();
    expect(world.listed()).toEqual([expect.stringContaining(to)]);
    expect(await isSuppressed(world)).toBe(true);
  });
});

test('reconciling puts back who was suppressed by hand and is gone from the list, and adopts nothing of its own', async () => {
  const world = await createWorld();
  await world.suppress(to);
  await world.suppress('bob@example.net', noon + 9 * day);
  await world.drain();
  world.system.now += day;
  const drift = async () => (await world.reconcile()).regions[0]?.drift;
  const none = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };
  expect(await drift()).toEqual(none);
  world.home.list.delete(to);
  expect(await drift()).toEqual({ ...none, 'missing-at-ses': 1 });
  await world.drain();
  expect(world.listed()).toEqual([`${to} COMPLAINT`]);
});
