import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
  // The first evaluation stores when it took place.
  await monitoring.evaluate();
});

const keys = async (scope = 'account') => (await system.items(scope)).map((item) => String(item.hour));
const buckets = async () => (await monitoring.store.read('account', system.now, true)).buckets;
const sumOf = (all: Awaited<ReturnType<typeof buckets>>) => {
  const total = (counter: 'sends' | 'hard' | 'complaints' | 'prevented') =>
    all.reduce((sum, one) => sum + one[counter], 0);
  return [total('sends'), total('hard'), total('complaints'), total('prevented')];
};

describe('sends counted by SES', () => {
  beforeEach(() => {
    monitoring.policy = { ...monitoring.policy, sendsFrom: 'ses' };
  });
  const sends = (...values: number[]) => values.map((value, i) => ({ at: noon + i * 5 * minute, value }));

  test('are counted, and replaced if SES corrects them', async () => {
    system.now = noon + 20 * minute;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends: sends(100, 50) };
    await monitoring.evaluate();
    await monitoring.evaluate();
    expect(sumOf(await buckets())[0]).toBe(150);
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends: sends(110, 50, 7) };
    await monitoring.evaluate();
    expect(sumOf(await buckets())[0]).toBe(167);
    expect(monitoring.entries.filter(({ kind }) => kind === 'rates').at(-1)).toMatchObject({ Sends: 167 });
  });

  test('raise an alarm as other sends do', async () => {
    await monitoring.count({ hard: 30 }, { sentAt: noon });
    system.now = noon + 20 * minute;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends: sends(100) };
    await monitoring.evaluate();
    expect(monitoring.published()).toEqual(['account/rate-exceeded/bounceRate ok → critical']);
  });

  test('are not replaced after their hour was rolled up', async () => {
    system.now = noon + 20 * minute;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends: sends(100) };
    await monitoring.evaluate();
    system.now = noon + 8 * hour;
    await monitoring.evaluate();
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends: sends(120) };
    await monitoring.evaluate();
    expect(await keys()).toContain('2026-11-20#day');
    expect(sumOf(await buckets())[0]).toBe(100);
    // Nor by a run that started before the roll-up.
    await monitoring.store.setSends(noon, new Map([[0, 100]]));
    expect(sumOf(await buckets())[0]).toBe(100);
  });

  test('are not counted before their five minutes are over, nor if volume events have counted them', async () => {
    await monitoring.count({ sends: 70 }, { sentAt: noon });
    system.now = noon + 10 * minute;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends: sends(100, 50) };
    await monitoring.evaluate();
    expect(sumOf(await buckets())[0]).toBe(70);
    system.now += minute;
    await monitoring.evaluate();
    expect(sumOf(await buckets())[0]).toBe(120);
  });

  test('that cannot be read change nothing', async () => {
    system.now = noon + 20 * minute;
    await monitoring.evaluate();
    expect(sumOf(await buckets())[0]).toBe(0);
  });
});
