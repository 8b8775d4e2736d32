import type { AccountList } from '../../shared/account-list/account-list.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce, complaint } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const to = 'ann@example.net';

/** Something happens at an exact moment of a run: before or after SES does what it is asked for. */
function meanwhile(
  world: AccountListWorld,
  call: 'put' | 'delete',
  when: 'before' | 'after',
  happen: () => Promise<void>,
) {
  const list = world.lists.get(homeRegion) as AccountList;
  let isOver = false;
  const once = async (moment: typeof when) => {
    if (isOver || moment !== when) return;
    isOver = true;
    await happen();
  };
  const watched = {
    ...list,
    [call]: async (...given: Parameters<AccountList['put']>) => {
      await once('before');
      const outcome = await list[call](...given);
      await once('after');
      return outcome;
    },
  };
  return { lists: new Map([[homeRegion, watched]]) };
}

const told = async (world: AccountListWorld) =>
  ((await world.system.record(to))?.syncStates as Record<string, { value: string }> | undefined)?.home?.value;

describe.each(['before', 'after'] as const)('%s SES has done it', (when) => {
  test('a release while the address is being put: it is deleted again', async () => {
    const world = await createWorld();
    await world.deliver([bounce({ to })]);
    await world.drain(meanwhile(world, 'put', when, () => world.letGo(to)));
    expect(world.listed()).toEqual([`${to} BOUNCE`]);
    expect(await told(world)).toBeUndefined();
    expect(await world.marks()).toEqual({ [to]: 'home' });
    await world.drain();
    expect(world.listed()).toEqual([]);
    expect(await world.marks()).toEqual({});
    expect(await world.system.record(to)).toMatchObject({ status: 'released' });
  });

  test('feedback while the address is being put: the stronger reason is told next', async () => {
    const world = await createWorld();
    await world.deliver([bounce({ to })]);
    const complain = () => world.deliver([complaint({ to, mailId: 'mail-2' })]);
    await world.drain(meanwhile(world, 'put', when, complain));
    expect(await world.marks()).toEqual({ [to]: 'home' });
    await world.drain();
    expect(world.listed()).toEqual([`${to} COMPLAINT`]);
    expect(await told(world)).toBe('COMPLAINT');
    expect(await world.marks()).toEqual({});
  });

  test('feedback while a released address is being deleted: it is put again', async () => {
    const world = await createWorld();
    await world.deliver([bounce({ to })]);
    await world.drain();
    await world.letGo(to);
    const again = async () => {
      world.system.now += 1000;
      await world.deliver([bounce({ to, mailId: 'mail-2', sentAt: world.system.now - 500, at: world.system.now })]);
    };
    await world.drain(meanwhile(world, 'delete', when, again));
    await world.drain();
    expect(world.listed()).toEqual([`${to} BOUNCE`]);
    expect(await told(world)).toBe('BOUNCE');
    expect(await world.marks()).toEqual({});
  });
});

test('an address that was let go and suppressed anew while it was being put is told once more', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to })]);
  const there = async () => {
    await world.letGo(to);
    world.system.now += 1000;
    await world.deliver([bounce({ to, mailId: 'mail-2', sentAt: world.system.now - 500, at: world.system.now })]);
  };
  await world.drain(meanwhile(world, 'put', 'after', there));
  expect(await world.marks()).toEqual({ [to]: 'home' });
  await world.drain();
  expect(world.listed()).toEqual([`${to} BOUNCE`]);
  expect(await world.marks()).toEqual({});
});

test('each release is told anew, also where the address was let go before', async () => {
  const world = await createWorld();
  for (const mailId of ['mail-1', 'mail-2', 'mail-3']) {
    await world.deliver([bounce({ to, mailId, sentAt: world.system.now, at: world.system.now })]);
    expect((await world.drain())[0]).toMatchObject({ told: 1 });
    expect(world.listed()).toEqual([`${to} BOUNCE`]);
    await world.letGo(to);
    expect((await world.drain())[0]).toMatchObject({ told: 1 });
    expect(world.listed()).toEqual([]);
  }
});

test('a redelivery of what an operator has let go puts nothing back, and asks SES nothing', async () => {
  const world = await createWorld();
  await world.deliver([bounce({ to })]);
  await world.drain();
  await world.letGo(to);
  await world.drain();
  const calls = world.home.calls.length;
  await world.deliver([bounce({ to }), bounce({ to, mailId: 'older' })]);
  await world.drain();
  expect(world.listed()).toEqual([]);
  expect(world.home.calls).toHaveLength(calls);
});
