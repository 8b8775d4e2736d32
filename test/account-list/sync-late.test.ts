import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce, hour, noon } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

test('a spelling that late feedback shows after the delete is deleted, too', async () => {
  const world = await createWorld();
  const { system, home } = world;
  const at = system.now;
  home.list.set('Ann@Example.net', { emailAddress: 'Ann@Example.net', reason: 'BOUNCE', lastUpdateTime: at });
  // SES refuses the next mail, which was written in another way; the bounce itself is still under way.
  await world.deliver([
    bounce({ to: 'ann@example.net', mailId: 'b', subType: 'OnAccountSuppressionList', sentAt: at }),
  ]);
  system.now += 1000;
  await world.letGo('ann@example.net');
  await world.drain();
  expect(world.listed()).toEqual(['Ann@Example.net BOUNCE']);
  expect(await world.marks()).toEqual({});
  await world.deliver([bounce({ to: 'Ann@Example.net', mailId: 'a', sentAt: at, at })]);
  await world.drain();
  expect(world.listed()).toEqual([]);
  expect(await system.record('ann@example.net')).toMatchObject({ status: 'released' });
});

test('what keeps failing comes after all others, whatever waits longest', async () => {
  const world = await createWorld();
  const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}@example.net`);
  const feedback = names.map((to, i) =>
    bounce({ to, mailId: to, sentAt: noon - hour + i * 1000, at: noon - hour + i * 1000 }),
  );
  await world.deliver(feedback);
  world.home.fault = ({ address = '' }) => (names.slice(0, 3).includes(address) ? 'unavailable' : undefined);
  expect((await world.drain())[0]).toMatchObject({ told: 0, left: 6, fault: 'ServiceUnavailableException' });
  expect((await world.drain())[0]).toMatchObject({ told: 3, left: 3 });
  expect(world.listed()).toEqual(names.slice(3).map((address) => `${address} BOUNCE`));
  world.home.fault = undefined;
  expect((await world.drain())[0]).toMatchObject({ told: 3, left: 0 });
});
