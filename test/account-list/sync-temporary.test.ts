import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { type BounceOptions, bounce, complaint, day, hour } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const to = 'dan@example.net';

const isSuppressed = ({ system }: AccountListWorld, address = to) =>
  createSuppressionList({ tableName: system.tables.suppressionsTable, clock: () => system.now }).isSuppressed(address);

/** SES lists every permanent bounce for good, also one that says no more than that the sender is blocked. */
async function block(world: AccountListWorld, options: BounceOptions = {}) {
  const { system, home } = world;
  const at = system.now;
  await world.deliver([bounce({ to, mailId: `block-${at}`, status: '5.7.1', sentAt: at, at, ...options })]);
  home.list.set(to, { emailAddress: to, reason: 'BOUNCE', lastUpdateTime: at });
  return at + 14 * day;
}

/** SES did not send, as its list held the address. */
const prevented = (at: number) =>
  bounce({ to, mailId: `prevented-${at}`, subType: 'OnAccountSuppressionList', sentAt: at, at });

test('who bounces softly, is away, or is a mailbox of the simulator is never put on the list', async () => {
  const world = await createWorld();
  const { system } = world;
  const softly = [0, 1, 2, 3, 4].map((days) => {
    const sentAt = system.now - days * day;
    return bounce({ to: 'soft@example.net', mailId: `s${days}`, type: 'Transient', status: '4.2.2', sentAt });
  });
  await world.deliver([
    ...softly,
    bounce({ to: 'away@example.net', mailId: 'a', type: 'Transient' }),
    bounce({ to: 'large@example.net', mailId: 'l', type: 'Transient', subType: 'MessageTooLarge' }),
    complaint({ to: 'happy@example.net', mailId: 'h', feedbackType: 'not-spam' }),
    bounce({ to: 'Bounce+1@simulator.amazonses.com', mailId: 'b' }),
    complaint({ to: 'complaint@simulator.amazonses.com', mailId: 'c' }),
  ]);
  expect(await isSuppressed(world, 'soft@example.net')).toBe(true);
  expect(await isSuppressed(world, 'bounce+1@simulator.amazonses.com')).toBe(true);
  expect(await world.marks()).toEqual({});
  for (const wait of [0, 2 * hour, 40 * day]) {
    system.now += wait;
    await world.drain();
  }
  expect(world.home.calls).toEqual([]);
});

test('who was blocked stays listed until the block ends, and is deleted then: not before, and no later than a minute', async () => {
  const world = await createWorld();
  const end = await block(world);
  expect(await world.marks()).toEqual({ [to]: 'home' });
  world.system.now = end - 1;
  await world.drain();
  expect(world.home.calls).toEqual([]);
  expect(world.listed()).toEqual([`${to} BOUNCE`]);
  world.system.now = end;
  expect((await world.drain())[0]).toMatchObject({ told: 1, left: 0 });
  expect(world.listed()).toEqual([]);
  expect(await isSuppressed(world)).toBe(false);
  expect(await world.marks()).toEqual({});
});

test('another block moves the end, and one that bounces for good meanwhile stays', async () => {
  const world = await createWorld();
  const first = await block(world);
  world.system.now += 5 * day;
  const second = await block(world);
  world.system.now = first + hour;
  await world.drain();
  expect(world.listed()).toEqual([`${to} BOUNCE`]);
  await world.deliver([complaint({ to, mailId: 'complaint', sentAt: world.system.now })]);
  await world.drain();
  world.system.now = second + hour;
  await world.drain();
  expect(world.listed()).toEqual([`${to} COMPLAINT`]);
});

test('a soft suppression that outlasts the block puts off the delete, and the record is kept until it is done', async () => {
  const world = await createWorld();
  const end = await block(world);
  const { system } = world;
  system.now = end - 5 * day;
  const softly = [5, 4, 3, 2, 1].map((days) => {
    const at = end - (4 + days) * day;
    return bounce({ to, mailId: `s${days}`, type: 'Transient', status: '4.2.2', sentAt: at, at });
  });
  await world.deliver(softly);
  system.now = end + day;
  await world.drain();
  expect(world.listed()).toEqual([`${to} BOUNCE`]);
  system.now = end + 60 * day;
  expect(await system.record(to)).not.toHaveProperty('expiresAt');
  await world.drain();
  expect(world.listed()).toEqual([]);
  expect(await system.record(to)).toHaveProperty('expiresAt');
});

describe('SES, which still held an address whose block had ended, did not send', () => {
  async function afterDelete() {
    const world = await createWorld();
    const end = await block(world);
    return { world, end, at: end + 3 * hour };
  }

  test('before it was deleted: that is only late, and the address is free with the delete', async () => {
    const { world, end, at } = await afterDelete();
    world.system.now = at;
    await world.deliver([prevented(end + hour)]);
    expect(await isSuppressed(world)).toBe(false);
    await world.drain();
    expect(world.listed()).toEqual([]);
    expect(await isSuppressed(world)).toBe(false);
    await world.deliver([prevented(end + 2 * hour)]);
    expect(await isSuppressed(world)).toBe(false);
    expect(await world.marks()).toEqual({});
  });

  test.each([
    ['within an hour after', hour, false],
    ['more than an hour after', hour + 1, true],
  ])(
    '%s it was deleted: whether it stands there for a reason of its own is known by then',
    async (_when, after, holds) => {
      const { world, at } = await afterDelete();
      world.system.now = at;
      await world.drain();
      const record = (await world.system.record(to)) as { syncStates: { home: { at: string } } };
      const told = record.syncStates.home.at;
      world.system.now += 5 * hour;
      await world.deliver([prevented(Date.parse(told) + after)]);
      expect(await isSuppressed(world)).toBe(holds);
      expect(await world.system.record(to)).toMatchObject(holds ? { reason: 'ses-list' } : { reason: 'policy-block' });
    },
  );
});

test('a released address stays released against mail that was prevented before the delete, however late that is', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to })]);
  await world.drain();
  await world.letGo(to);
  world.home.fault = () => 'unavailable';
  world.system.now += 30 * hour;
  await world.drain();
  await world.deliver([prevented(world.system.now)]);
  expect(await world.system.record(to)).toMatchObject({ status: 'released' });
  world.home.fault = undefined;
  await world.drain();
  await world.deliver([prevented(world.system.now)]);
  expect(await isSuppressed(world)).toBe(false);
  world.system.now += 2 * hour;
  await world.deliver([prevented(world.system.now)]);
  expect(await isSuppressed(world)).toBe(true);
});
