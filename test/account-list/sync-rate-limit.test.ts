import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { bounce } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@example.net`);
const bounces = (all: readonly string[]) => all.map((to) => bounce({ to, mailId: to }));
const listedAll = (all: readonly string[]) => all.map((address) => `${address} BOUNCE`).sort();

const statuses = ({ home }: AccountListWorld) => [...new Set(home.calls.map(({ status }) => status))];
const shortestGap = ({ home }: AccountListWorld) =>
  Math.min(...home.calls.slice(1).map(({ at }, index) => at - (home.calls[index]?.at as number)));

test('a Region gets a call a second and never more, run after run, the longest waiting first', async () => {
  const world = await createWorld();
  const all = addresses(70);
  for (const [index, to] of all.entries()) {
    world.system.now += 1;
    await world.deliver([bounce({ to, mailId: to, sentAt: world.system.now, at: world.system.now + index })]);
  }
  const [first] = await world.drain();
  expect(first).toEqual({
    kind: 'account-list',
    region: 'home',
    told: 52,
    refused: 0,
    left: 18,
    oldest: expect.any(Number),
  });
  expect(world.home.calls.map(({ address }) => address)).toEqual(all.slice(0, 52));
  expect(first?.oldestMs).toBeGreaterThan(51_000);
  expect((await world.drain())[0]).toEqual({
    kind: 'account-list',
    region: 'home',
    told: 18,
    refused: 0,
    left: 0,
    oldest: 0,
  });
  expect(world.listed()).toEqual(listedAll(all));
  expect(statuses(world)).toEqual([200]);
  expect(shortestGap(world)).toBe(1000);
});

test('the many calls for one address with several spellings are a second apart as well, and all are deleted', async () => {
  const world = await createWorld();
  const spellings = ['Ann@Example.net', 'ANN@example.net', 'aNN@example.net', 'ann@example.net'];
  await world.deliver(spellings.map((to) => bounce({ to, mailId: to })));
  await world.drain();
  expect(world.listed()).toEqual(['ANN@example.net BOUNCE']);
  for (const emailAddress of [...addressVariants, 'Else@example.net'])
    world.home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: world.system.now });
  await world.letGo('ann@example.net');
  expect((await world.drain())[0]).toMatchObject({ told: 1, left: 0 });
  expect(world.listed()).toEqual(['Else@example.net BOUNCE']);
  const deletes = world.home.calls.filter(({ operation }) => operation === 'DeleteSuppressedDestination');
  expect(deletes.map(({ address }) => address).sort()).toEqual([...addressVariants].sort());
  expect(statuses(world)).toEqual([200]);
  expect(shortestGap(world)).toBe(1000);
});

test('while others use up the calls the pause doubles, and the address whose turn it was is told in the end', async () => {
  const world = await createWorld();
  await world.deliver(bounces(addresses(3)));
  let refusals = 3;
  world.home.fault = () => (refusals-- > 0 ? 'throttle' : undefined);
  expect((await world.drain())[0]).toMatchObject({ told: 3, left: 0 });
  const { calls } = world.home;
  expect(calls.map(({ status }) => status)).toEqual([429, 429, 429, 200, 200, 200]);
  expect(new Set(calls.slice(0, 4).map(({ address }) => address)).size).toBe(1);
  const gaps = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at as number));
  expect(gaps).toEqual([2000, 4000, 8000, 7200, 6480]);
});

test('an hour of throttling loses nothing, and feedback comes in meanwhile as ever', async () => {
  const world = await createWorld();
  const early = addresses(3);
  const late = early.map((address) => `late-${address}`);
  await world.deliver(bounces(early));
  world.home.fault = () => 'throttle';
  for (let minute = 0; minute < 60; minute++) {
    const [entry] = await world.drain();
    expect(entry).toMatchObject({ told: 0, refused: 0, left: minute < 15 ? 3 : 6 });
    expect(entry).not.toHaveProperty('fault');
    if (minute === 14) await world.deliver(bounces(late));
  }
  expect(await world.system.count('account', 'hard')).toBe(6);
  expect(world.listed()).toEqual([]);
  // Five or six a run, as the pause is long by then.
  expect(world.home.calls.length).toBeLessThan(60 * 7);
  world.home.fault = undefined;
  expect((await world.drain())[0]).toMatchObject({ told: 6, left: 0, oldest: 0 });
  expect(world.listed()).toEqual(listedAll([...early, ...late]));
  expect(await world.marks()).toEqual({});
});
