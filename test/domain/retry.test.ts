import { backOff, type RetryContext, retryTransient } from '../../shared/domain/retry.ts';
import { StoreError } from '../../shared/domain/suppression/store.ts';

/** Returns a context in which waiting takes no real time. It records the waits. */
function createContext({ random = 0.5, timeLimitMs = 60_000 } = {}) {
  const waits: number[] = [];
  let remaining = timeLimitMs;
  const context: RetryContext = {
    random: () => random,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      remaining -= milliseconds;
    },
    remaining: () => remaining,
  };
  return { context, waits };
}

const transient = () => new StoreError('throttled', { scope: 'transient' });

describe('backOff', () => {
  test('does not wait before the first attempt', async () => {
    const { context, waits } = createContext();
    expect(await backOff(0, context)).toBe(true);
    expect(waits).toEqual([]);
  });

  test('does not start the first attempt after the time is up', async () => {
    expect(await backOff(0, createContext({ timeLimitMs: 1 }).context)).toBe(true);
    expect(await backOff(0, createContext({ timeLimitMs: 0 }).context)).toBe(false);
  });

  test('waits twice as long before each further attempt, up to two seconds', async () => {
    const { context, waits } = createContext();
    for (let attempt = 1; attempt <= 9; attempt++) expect(await backOff(attempt, context)).toBe(true);
    expect(waits).toEqual([25, 50, 100, 200, 400, 800, 1000, 1000, 1000]);
  });

  test('waits no longer than the limit of the context', async () => {
    const { context, waits } = createContext();
    for (const attempt of [5, 6, 7]) await backOff(attempt, { ...context, maxBackOffMs: 1000 });
    expect(waits).toEqual([400, 500, 500]);
  });

  test('waits for a random part of that time', async () => {
    const { context, waits } = createContext({ random: 0.1 });
    await backOff(3, context);
    expect(waits).toEqual([20]);
  });

  test('does not wait if no time is left for the attempt', async () => {
    const { context, waits } = createContext({ timeLimitMs: 25 });
    expect(await backOff(1, context)).toBe(false);
    expect(waits).toEqual([]);
    expect(await backOff(1, createContext({ timeLimitMs: 26 }).context)).toBe(true);
  });
});

describe('retryTransient', () => {
  test('returns the result of the first attempt that succeeds', async () => {
    const { context, waits } = createContext();
    let failures = 3;
    const result = await retryTransient(async () => {
      if (failures-- > 0) throw transient();
      return 'done';
    }, context);
    expect(result).toBe('done');
    expect(waits).toEqual([25, 50, 100]);
  });

  test('throws a transient error when the time is up', async () => {
    const { context, waits } = createContext({ timeLimitMs: 100 });
    const work = () => Promise.reject(transient());
    await expect(retryTransient(work, context)).rejects.toMatchObject({
      name: 'StoreError',
      message: 'out of time',
      scope: 'transient',
    });
    expect(waits).toEqual([25, 50]);
  });

  test.each([
    ['a permanent error', new StoreError('no table', { scope: 'permanent' })],
    ['an error in the request', new StoreError('invalid', { scope: 'request' })],
    ['an error of another type', Object.assign(new Error('bug'), { scope: 'transient' })],
  ])('throws %s at once', async (_name, error) => {
    const { context, waits } = createContext();
    await expect(retryTransient(() => Promise.reject(error), context)).rejects.toBe(error);
    expect(waits).toEqual([]);
  });
});
