import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const to = 'ann@example.net';
const entry = (emailAddress: string, reason: 'BOUNCE' | 'COMPLAINT' = 'BOUNCE') => ({
  emailAddress,
  reason,
  lastUpdateTime: noon - day,
});
const home = { region: 'home', isImporting: false };
const suppressionBounce = (options: object) => bounce({ ...options, to, subType: 'OnAccountSuppressionList' });

test('an address is let go in the table and at SES, in every spelling, and the outbox makes sure', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to: 'Ann@example.net', mailId: 'a' }), bounce({ to: 'ANN@example.net', mailId: 'b' })]);
  world.fill(['Ann@example.net', 'ANN@example.net', to, 'bob@example.net'].map((spelling) => entry(spelling)));
  expect(await world.letGoEverywhere('aNN@example.net')).toEqual({
    address: to,
    table: 'was suppressed',
    regions: [{ ...home, removed: ['ANN@example.net', 'Ann@example.net', to] }],
  });
  expect(world.listed()).toEqual(['bob@example.net BOUNCE']);
  expect(await world.system.record(to)).toMatchObject({
    status: 'released',
    releasedBy: 'ops',
    releasedFor: 'asked by phone',
    addressVariants: ['ANN@example.net', 'Ann@example.net', 'aNN@example.net'],
  });
  expect(await world.marks()).toEqual({ [to]: 'home' });
  world.system.now += 60_000;
  const { length } = world.home.calls;
  await world.drain();
  expect(world.home.calls.slice(length).map(({ operation, address }) => [operation, address])).toEqual(
    ['ANN@example.net', 'Ann@example.net', 'aNN@example.net', to].map((one) => ['DeleteSuppressedDestination', one]),
  );
  expect(await world.marks()).toEqual({});
});

test('a spelling only the operator knows is removed, also of a record that holds as many as it may', async () => {
  const world = await createWorld();
  await world.deliver(
    Array.from({ length: 12 }, (_, i) => {
      const domain = [...'example'].map((letter, at) => (i & (1 << at) ? letter.toUpperCase() : letter)).join('');
      return bounce({ to: `ann@${domain}.net`, mailId: `m-${i}` });
    }),
  );
  expect((await world.system.record(to))?.addressVariants).toHaveLength(10);
  world.fill([entry('ann@example.neT')]);
  const { regions } = await world.letGoEverywhere('ann@example.neT');
  expect(regions).toEqual([{ ...home, removed: ['ann@example.neT'] }]);
  expect(world.listed()).toEqual([]);
});

test('what only SES holds is noted before it is deleted, and old feedback suppresses it no more', async () => {
  const world = await createWorld();
  world.fill([entry('Ann@example.net', 'COMPLAINT')]);
  let held: unknown;
  world.home.fault = ({ operation }) => {
    if (operation === 'DeleteSuppressedDestination') held ??= world.system.record(to);
    return undefined;
  };
  expect(await world.letGoEverywhere('Ann@example.net')).toEqual({
    address: to,
    table: 'unknown',
    regions: [{ ...home, removed: ['Ann@example.net'] }],
  });
  expect(await held).toMatchObject({ status: 'released', mirror: expect.any(String) });
  await world.deliver([complaint({ to: 'Ann@example.net', mailId: 'c' })]);
  expect(await world.system.record(to)).toMatchObject({ status: 'released' });
  await world.drain();
  expect(world.listed()).toEqual([]);
});

test('what nobody holds changes nothing', async () => {
  const world = await createWorld(['eu-west-1']);
  world.fill([entry('bob@example.net')]);
  const before = await world.records();
  expect(await world.letGoEverywhere('Ann@example.net')).toEqual({ address: to, table: 'unknown', regions: [] });
  expect(await world.records()).toEqual(before);
  expect(world.listed()).toEqual(['bob@example.net BOUNCE']);
  expect(world.home.calls.map(({ operation, address }) => [operation, address])).toEqual([
    ['GetSuppressedDestination', 'Ann@example.net'],
    ['GetSuppressedDestination', to],
  ]);
});

test('a record that has expired and is not deleted yet is held by nobody: SES is asked', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to, type: 'Transient', subType: 'MailboxFull' })]);
  world.system.now += 100 * day;
  expect(await world.letGoEverywhere(to)).toEqual({ address: to, table: 'unknown', regions: [] });
  world.fill([entry(to)]);
  world.system.now += 1000;
  const regions = [{ ...home, removed: [to] }];
  expect(await world.letGoEverywhere(to)).toEqual({ address: to, table: 'unknown', regions });
  expect(await world.system.record(to)).toMatchObject({ status: 'released' });
});

test('one that is watched is noted, too', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to, type: 'Transient', subType: 'MailboxFull' })]);
  const regions = [{ ...home, removed: [] }];
  expect(await world.letGoEverywhere(to)).toEqual({ address: to, table: 'was not suppressed', regions });
  expect(await world.system.record(to)).toMatchObject({ status: 'released' });
});

test('letting go twice, and twice at once, is letting go', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to })]);
  await world.drain();
  const reports = await Promise.all([world.letGoEverywhere(to), world.letGoEverywhere(to)]);
  const removed = reports.flatMap(({ regions }) => regions.flatMap((region) => region.removed));
  expect(removed).toEqual([to]);
  world.system.now += 60_000;
  const regions = [{ ...home, removed: [] }];
  expect(await world.letGoEverywhere(to)).toEqual({ address: to, table: 'was not suppressed', regions });
  for (let run = 0; run < 2; run++) await world.drain();
  expect(await world.system.record(to)).toMatchObject({ status: 'released' });
  expect(world.listed()).toEqual([]);
  expect(await world.marks()).toEqual({});
});

test('after a release nothing old suppresses again, in either vocabulary; what happens later does', async () => {
  const world = await createWorld();
  const old = (['identity', 'configuration-set'] as const).flatMap((channel) => [
    bounce({ to, channel, mailId: 'a' }),
    complaint({ to, channel, mailId: 'b' }),
    suppressionBounce({ channel, mailId: 'c' }),
  ]);
  await world.deliver(old);
  await world.drain();
  await world.letGoEverywhere(to);
  const releasedAt = world.system.now;
  await world.drain();
  // SES goes by what it has deleted for a while.
  const late = suppressionBounce({ mailId: 'd', sentAt: releasedAt + 30_000, at: releasedAt + 31_000 });
  world.system.now += hour;
  await world.deliver([...old, late, bounce({ to, mailId: 'never-seen' })]);
  await world.deliver(old);
  await world.drain();
  expect(await world.system.record(to)).toMatchObject({ status: 'released' });
  expect(world.listed()).toEqual([]);
  await world.deliver([bounce({ to, mailId: 'new', sentAt: world.system.now })]);
  await world.drain();
  expect(await world.system.record(to)).toMatchObject({ status: 'suppressed', reason: 'hard' });
  expect(world.listed()).toEqual([`${to} BOUNCE`]);
});
