import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const to = 'ann@example.net';
const eu = 'eu-west-1';

const isSuppressed = ({ system }: AccountListFixture, address = to) =>
  createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now }).isSuppressed(address);
const listedEverywhere = (fixture: AccountListFixture) =>
  [...fixture.lists.keys()].map((region) => fixture.listed(region));
const prevented = (at: number) =>
  bounce({ to, mailId: `prevented-${at}`, subType: 'OnAccountSuppressionList', sentAt: at, at });

test.each(['always', 'missing'] as const)(
  'mode %s: a permanent manual suppression is put on the lists of all Regions, as the operator enters it',
  async (mode) => {
    const fixture = await createFixture([eu]);
    fixture.policy = { ...fixture.policy, accountList: { mode, regions: [eu] } };
    await fixture.suppress('Ann@Example.net');
    expect(await fixture.pendingRegions()).toEqual({ [to]: `home+${eu}` });
    await fixture.sync();
    expect(listedEverywhere(fixture)).toEqual([['Ann@Example.net COMPLAINT'], ['Ann@Example.net COMPLAINT']]);
    expect(await fixture.pendingRegions()).toEqual({});
    await fixture.suppress(to);
    expect(await fixture.pendingRegions()).toEqual({});
  },
);

test('mode off: a manual suppression is not pending', async () => {
  const fixture = await createFixture();
  fixture.policy = { ...fixture.policy, accountList: { mode: 'off', regions: [] } };
  await fixture.suppress(to);
  expect(await isSuppressed(fixture)).toBe(true);
  expect(await fixture.pendingRegions()).toEqual({});
});

test('a temporary manual suppression is not synced, neither at its start nor at its end', async () => {
  const fixture = await createFixture();
  const until = fixture.system.now + day;
  await fixture.suppress(to, until);
  for (const now of [noon + hour, until - 1, until, until + 40 * day]) {
    fixture.system.now = now;
    expect(await isSuppressed(fixture)).toBe(now < until);
    await fixture.sync();
  }
  expect(fixture.home.calls).toEqual([]);
});

test('on a manually suppressed address, a bounce, a complaint and a release are synced as usual', async () => {
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to })]);
  await fixture.suppress(to);
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} BOUNCE`]);
  await fixture.deliver([complaint({ to, mailId: 'c' })]);
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} COMPLAINT`]);
  await fixture.release(to);
  await fixture.sync();
  expect(fixture.listed()).toEqual([]);
  await fixture.suppress(to);
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} COMPLAINT`]);
  expect(await fixture.pendingRegions()).toEqual({});
});

describe('a permanent manual suppression that gets an end', () => {
  async function createWithEnd(isSynced: boolean) {
    const fixture = await createFixture([eu]);
    await fixture.suppress(to);
    if (isSynced) await fixture.sync();
    const until = fixture.system.now + day;
    await fixture.suppress(to, until);
    return { fixture, until };
  }

  test('is deleted from the lists at that time, and not before', async () => {
    const { fixture, until } = await createWithEnd(true);
    fixture.system.now = until - 120_000;
    await fixture.sync();
    expect(listedEverywhere(fixture)).toEqual([[`${to} COMPLAINT`], [`${to} COMPLAINT`]]);
    fixture.system.now = until;
    await fixture.sync();
    expect(listedEverywhere(fixture)).toEqual([[], []]);
    expect(await fixture.pendingRegions()).toEqual({});
    expect(await isSuppressed(fixture)).toBe(false);
  });

  test.each(['home', eu])(
    'while the put in %s is under way is deleted as well, although no record says that it was put',
    async (region) => {
      const fixture = await createFixture([eu]);
      await fixture.suppress(to);
      const until = fixture.system.now + day;
      const list = fixture.lists.get(region) as AccountList;
      const put: AccountList['put'] = async (...args) => {
        await fixture.suppress(to, until);
        return list.put(...args);
      };
      await fixture.sync({ lists: new Map([[region, { ...list, put }]]) });
      expect(fixture.listed(region)).toEqual([`${to} COMPLAINT`]);
      fixture.system.now = until;
      await fixture.sync();
      expect(listedEverywhere(fixture)).toEqual([[], []]);
      expect(await fixture.pendingRegions()).toEqual({});
    },
  );

  test('explains email that SES prevents until shortly after, even if the feedback arrives days later', async () => {
    const { fixture, until } = await createWithEnd(true);
    await fixture.deliver([prevented(until - hour)]);
    fixture.system.now = until + hour;
    await fixture.sync();
    fixture.system.now = until + 10 * day;
    await fixture.deliver([prevented(until + 90 * 60_000)]);
    expect(await isSuppressed(fixture)).toBe(false);
    expect(await fixture.system.record(to)).toMatchObject({ prevented: 2 });
    await fixture.deliver([prevented(until + 3 * hour)]);
    expect(await isSuppressed(fixture)).toBe(true);
  });

  test('stays on the list if SES had listed the address before', async () => {
    const fixture = await createFixture();
    fixture.addToList([{ emailAddress: to, reason: 'BOUNCE', lastUpdateTime: noon - day }]);
    await fixture.reconcile();
    await fixture.suppress(to);
    for (let run = 0; run < 2; run++) await fixture.sync();
    await fixture.suppress(to, fixture.system.now + day);
    fixture.system.now += 2 * day;
    await fixture.sync();
    expect(fixture.listed()).toEqual([expect.stringContaining(to)]);
    expect(await isSuppressed(fixture)).toBe(true);
  });
});

test('reconciling restores a missing manual suppression, and does not adopt the entry that the sync has put', async () => {
  const fixture = await createFixture();
  await fixture.suppress(to);
  await fixture.suppress('bob@example.net', noon + 9 * day);
  await fixture.sync();
  fixture.system.now += day;
  const drift = async () => (await fixture.reconcile()).regions[0]?.drift;
  const none = { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 };
  expect(await drift()).toEqual(none);
  fixture.home.list.delete(to);
  expect(await drift()).toEqual({ ...none, 'missing-at-ses': 1 });
  await fixture.sync();
  expect(fixture.listed()).toEqual([`${to} COMPLAINT`]);
});
