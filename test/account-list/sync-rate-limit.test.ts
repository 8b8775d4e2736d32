import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { bounce } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `a${index}@example.net`);
const bounces = (all: readonly string[]) => all.map((to) => bounce({ to, mailId: to }));
const entriesOf = (all: readonly string[]) => all.map((address) => `${address} BOUNCE`).sort();

const statuses = ({ home }: AccountListFixture) => [...new Set(home.calls.map(({ status }) => status))];
const shortestInterval = ({ home }: AccountListFixture) =>
  Math.min(...home.calls.slice(1).map(({ at }, index) => at - (home.calls[index]?.at as number)));

test('a Region gets at most one call per second, in every run, and the oldest address comes first', async () => {
  const fixture = await createFixture();
  const all = addresses(70);
  for (const [index, to] of all.entries()) {
    fixture.system.now += 1;
    await fixture.deliver([bounce({ to, mailId: to, sentAt: fixture.system.now, at: fixture.system.now + index })]);
  }
  const [first] = await fixture.sync();
  expect(first).toEqual({
    kind: 'account-list',
    region: 'home',
    synced: 52,
    rejected: 0,
    pending: 18,
    oldestMs: expect.any(Number),
  });
  expect(fixture.home.calls.map(({ address }) => address)).toEqual(all.slice(0, 52));
  expect(first?.oldestMs).toBeGreaterThan(51_000);
  expect((await fixture.sync())[0]).toEqual({
    kind: 'account-list',
    region: 'home',
    synced: 18,
    rejected: 0,
    pending: 0,
    oldestMs: 0,
  });
  expect(fixture.listed()).toEqual(entriesOf(all));
  expect(statuses(fixture)).toEqual([200]);
  expect(shortestInterval(fixture)).toBe(1000);
});

test('the calls for all variants of one address are also one second apart, and all variants are deleted', async () => {
  const fixture = await createFixture();
  const variants = ['Ann@Example.net', 'ANN@example.net', 'aNN@example.net', 'ann@example.net'];
  await fixture.deliver(variants.map((to) => bounce({ to, mailId: to })));
  await fixture.sync();
  expect(fixture.listed()).toEqual(['ANN@example.net BOUNCE']);
  for (const emailAddress of [...variants, 'Else@example.net'])
    fixture.home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: fixture.system.now });
  await fixture.release('ann@example.net');
  expect((await fixture.sync())[0]).toMatchObject({ synced: 1, pending: 0 });
  expect(fixture.listed()).toEqual(['Else@example.net BOUNCE']);
  const deletes = fixture.home.calls.filter(({ operation }) => operation === 'DeleteSuppressedDestination');
  expect(deletes.map(({ address }) => address).sort()).toEqual([...variants].sort());
  expect(statuses(fixture)).toEqual([200]);
  expect(shortestInterval(fixture)).toBe(1000);
});

test('while other callers use up the quota the interval doubles, and the same address is retried until it is synced', async () => {
  const fixture = await createFixture();
  await fixture.deliver(bounces(addresses(3)));
  let throttles = 3;
  fixture.home.fault = () => (throttles-- > 0 ? 'throttle' : undefined);
  expect((await fixture.sync())[0]).toMatchObject({ synced: 3, pending: 0 });
  const { calls } = fixture.home;
  expect(calls.map(({ status }) => status)).toEqual([429, 429, 429, 200, 200, 200]);
  expect(new Set(calls.slice(0, 4).map(({ address }) => address)).size).toBe(1);
  const intervals = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at as number));
  expect(intervals).toEqual([2000, 4000, 8000, 7200, 6480]);
});

test('an hour of throttling loses nothing and does not affect feedback', async () => {
  const fixture = await createFixture();
  const early = addresses(3);
  const late = early.map((address) => `late-${address}`);
  await fixture.deliver(bounces(early));
  fixture.home.fault = () => 'throttle';
  for (let minute = 0; minute < 60; minute++) {
    const [entry] = await fixture.sync();
    expect(entry).toMatchObject({ synced: 0, rejected: 0, pending: minute < 15 ? 3 : 6 });
    expect(entry).not.toHaveProperty('error');
    if (minute === 14) await fixture.deliver(bounces(late));
  }
  expect(await fixture.system.count('account', 'hard')).toBe(6);
  expect(fixture.listed()).toEqual([]);
  // Five or six calls per run, because the interval is long by then.
  expect(fixture.home.calls.length).toBeLessThan(60 * 7);
  fixture.home.fault = undefined;
  expect((await fixture.sync())[0]).toMatchObject({ synced: 6, pending: 0, oldestMs: 0 });
  expect(fixture.listed()).toEqual(entriesOf([...early, ...late]));
  expect(await fixture.pendingRegions()).toEqual({});
});
