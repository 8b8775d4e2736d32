import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';

/** A clock that calls take a while by, and a limit to work to. */
function createWorld({ until = Number.POSITIVE_INFINITY, callTakes = 0 } = {}) {
  const world = { now: 0, at: [] as number[], slept: [] as number[] };
  const pace = createRateLimiter({
    clock: () => world.now,
    sleep: async (milliseconds) => {
      world.slept.push(milliseconds);
      world.now += milliseconds;
    },
    remaining: () => until - world.now,
  });
  const take = (kind = 'done') =>
    pace.run(async () => {
      world.at.push(world.now);
      world.now += callTakes;
      return { kind };
    });
  return { world, take };
}

const gaps = (at: readonly number[]) => at.slice(1).map((time, index) => time - (at[index] as number));

test('the first call waits for nothing; the next begins a second after it has ended', async () => {
  const { world, take } = createWorld({ callTakes: 300 });
  for (let call = 0; call < 3; call++) expect(await take()).toEqual({ kind: 'done' });
  expect(world).toEqual({ now: 2900, at: [0, 1300, 2600], slept: [1000, 1000] });
});

test('who comes after a pause of its own waits for nothing, and for the rest of the second otherwise', async () => {
  const { world, take } = createWorld();
  await take();
  world.now = 1000;
  await take();
  world.now = 1400;
  await take();
  expect(world.at).toEqual([0, 1000, 2000]);
  expect(world.slept).toEqual([600]);
});

test('each call that is too much doubles the pause, to sixteen seconds and no more', async () => {
  const { world, take } = createWorld();
  for (let call = 0; call < 7; call++) await take('throttled');
  expect(gaps(world.at)).toEqual([2000, 4000, 8000, 16_000, 16_000, 16_000]);
});

test('with each call that goes through the pause comes nearer to a second again, and never below it', async () => {
  const { world, take } = createWorld();
  for (let call = 0; call < 3; call++) await take('throttled');
  for (let call = 0; call < 40; call++) await take('failed');
  const [first, second, third, fourth, ...rest] = gaps(world.at).map(Math.round) as [number, number, number, number];
  expect([first, second, third, fourth]).toEqual([2000, 4000, 8000, 7200]);
  expect((rest as number[]).at(-1)).toBe(1000);
  expect(Math.min(...(rest as number[]))).toBe(1000);
});

test('a call that has no time left is not made, nor waited for', async () => {
  const { world, take } = createWorld({ until: 1000 });
  expect(await take()).toEqual({ kind: 'done' });
  expect(await take()).toBeUndefined();
  expect(world).toEqual({ now: 0, at: [0], slept: [] });
  const late = createWorld({ until: 1001 });
  await late.take();
  expect(await late.take()).toEqual({ kind: 'done' });
  late.world.now = 5000;
  expect(await late.take()).toBeUndefined();
});
