import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';

/** A simulated clock that calls advance, and a deadline. */
function createSetup({ until = Number.POSITIVE_INFINITY, callTakes = 0 } = {}) {
  const state = { now: 0, calls: [] as number[], waits: [] as number[] };
  const rateLimiter = createRateLimiter({
    clock: () => state.now,
    sleep: async (milliseconds) => {
      state.waits.push(milliseconds);
      state.now += milliseconds;
    },
    remaining: () => until - state.now,
  });
  const call = (kind = 'done') =>
    rateLimiter.run(async () => {
      state.calls.push(state.now);
      state.now += callTakes;
      return { kind };
    });
  return { state, call };
}

const intervals = (calls: readonly number[]) => calls.slice(1).map((at, index) => at - (calls[index] as number));

test('the first call does not wait; the next starts one second after it ends', async () => {
  const { state, call } = createSetup({ callTakes: 300 });
  for (let index = 0; index < 3; index++) expect(await call()).toEqual({ kind: 'done' });
  expect(state).toEqual({ now: 2900, calls: [0, 1300, 2600], waits: [1000, 1000] });
});

test('a call waits only for the rest of the second', async () => {
  const { state, call } = createSetup();
  await call();
  state.now = 1000;
  await call();
  state.now = 1400;
  await call();
  expect(state.calls).toEqual([0, 1000, 2000]);
  expect(state.waits).toEqual([600]);
});

test('each throttled call doubles the interval, up to sixteen seconds', async () => {
  const { state, call } = createSetup();
  for (let index = 0; index < 7; index++) await call('throttled');
  expect(intervals(state.calls)).toEqual([2000, 4000, 8000, 16_000, 16_000, 16_000]);
});

test('each call that is not throttled shortens the interval, down to one second', async () => {
  const { state, call } = createSetup();
  for (let index = 0; index < 3; index++) await call('throttled');
  for (let index = 0; index < 40; index++) await call('failed');
  const [first, second, third, fourth, ...rest] = intervals(state.calls).map(Math.round) as [
    number,
    number,
    number,
    number,
  ];
  expect([first, second, third, fourth]).toEqual([2000, 4000, 8000, 7200]);
  expect((rest as number[]).at(-1)).toBe(1000);
  expect(Math.min(...(rest as number[]))).toBe(1000);
});

test('a call for which no time is left is neither made nor waited for', async () => {
  const { state, call } = createSetup({ until: 1000 });
  expect(await call()).toEqual({ kind: 'done' });
  expect(await call()).toBeUndefined();
  expect(state).toEqual({ now: 0, calls: [0], waits: [] });
  const longer = createSetup({ until: 1001 });
  await longer.call();
  expect(await longer.call()).toEqual({ kind: 'done' });
  longer.state.now = 5000;
  expect(await longer.call()).toBeUndefined();
});
