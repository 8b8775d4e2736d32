import { createWatch, minute, type Watch } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let system: System;
let cusum: Watch;
beforeEach(async () => {
  system = await createSystem();
  watch = createWatch(system);
  // The first look of all writes down that it was.
  await watch.look();
});

const keys = async (scope = 'account') => (await system.items(scope)).map((item) => String(item.hour));
const buckets = async () => (await watch.store.read('account', system.now, true)).buckets;
const sumOf = (all: Awaited<ReturnType<typeof buckets>>) => {
  const total = (counter: 'sends' | 'hard' | 'complaints' | 'prevented') =>
    all.reduce((sum, one) => sum + one[counter], 0);
  return [total('sends'), total('hard'), total('complaints'), total('prevented')];
};

describe('where sends are those of SES', () => {
  beforeEach(() => {
    watch.policy = { ...watch.policy, sendsFrom: 'ses' };
  });
  const sends = (...values: number[]) => values.map((value, i) => ({ at: noon + i * 5 * minute, value }));

  test('they are counted, and counted again where SES corrects itself', async () => {
    system.now = noon + 20 * minute;
    watch.facts = { ...watch.facts, sends: sends(100, 50) };
    await watch.look();
    await watch.look();
    expect(sumOf(await buckets())[0]).toBe(150);
    watch.facts = { ...watch.facts, sends: sends(110, 50, 7) };
    await watch.look();
    expect(sumOf(await buckets())[0]).toBe(167);
    expect(watch.entries.filter(({ kind }) => kind === 'rates').at(-1)).toMatchObject({ Sends: 167 });
  });

  test('they raise an alarm on bounces as any others do', async () => {
    await watch.count({ hard: 30 }, { sentAt: noon });
    system.now = noon + 20 * minute;
    watch.facts = { ...watch.facts, sends: sends(100) };
    await watch.look();
    expect(watch.told()).toEqual(['account/rate-exceeded/bounceRate ok → critical']);
  });

  test('those of an hour that is rolled up are left as they are', async () => {
    system.now = noon + 20 * minute;
    watch.facts = { ...watch.facts, sends: sends(100) };
    await watch.look();
    system.now = noon + 8 * hour;
    await watch.look();
    watch.facts = { ...watch.facts, sends: sends(120) };
    await watch.look();
    expect(await keys()).toContain('2026-11-20#day');
    expect(sumOf(await buckets())[0]).toBe(100);
    // Nor by a run that has been asleep meanwhile.
    await watch.store.setSends(noon, new Map([[0, 100]]));
    expect(sumOf(await buckets())[0]).toBe(100);
  });

  test('those of five minutes that are not over yet wait, and those that were counted by events are not counted again', async () => {
    await watch.count({ sends: 70 }, { sentAt: noon });
    system.now = noon + 10 * minute;
    watch.facts = { ...watch.facts, sends: sends(100, 50) };
    await watch.look();
    expect(sumOf(await buckets())[0]).toBe(70);
    system.now += minute;
    await watch.look();
    expect(sumOf(await buckets())[0]).toBe(120);
  });

  test('where they cannot be had, nothing is judged and nothing is lost', async () => {
    system.now = noon + 20 * minute;
    await watch.look();
    expect(sumOf(await buckets())[0]).toBe(0);
  });
});
