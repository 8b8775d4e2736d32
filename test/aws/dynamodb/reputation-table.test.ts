import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../../shared/aws/dynamodb/reputation-table.ts';
import { initialAlarm } from '../../../shared/domain/reputation/alarm.ts';
import type { ScopeState } from '../../../shared/monitoring/reputation-store.ts';
import { busyScope } from '../../support/busy-scope.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { itemSize } from '../../support/item-size.ts';
import { createMonitoring, type Monitoring, minute } from '../../support/monitoring.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { createSystem, type System, useSystem } from '../../support/system.ts';

useSystem();

let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
});

const midnight = noon + 12 * hour;
const readAccount = () => monitoring.store.read('account', system.now, true);
const readBuckets = async () => (await readAccount()).buckets;
const keys = async (scope = 'account') => (await system.items(scope)).map((item) => String(item.hour));
const sumOf = (all: Awaited<ReturnType<typeof readBuckets>>) => {
  const total = (counter: 'sends' | 'hard' | 'complaints' | 'prevented') =>
    all.reduce((sum, one) => sum + one[counter], 0);
  return [total('sends'), total('hard'), total('complaints'), total('prevented')];
};
const rollUp = async () => monitoring.store.rollUp('account', await readAccount(), system.now);

describe('hours that are over', () => {
  beforeEach(async () => {
    await monitoring.count({ sends: 100, hard: 5, complaints: 1, prevented: 3, soft: 7 }, { sentAt: noon });
    await monitoring.count({ sends: 50, hard: 2 }, { sentAt: noon + 7 * minute, shard: 3 });
    await monitoring.count({ sends: 10 }, { sentAt: noon + hour });
    await monitoring.count({ sends: 1 }, { sentAt: midnight });
    system.now = midnight + 2 * hour;
  });

  test('are rolled up into the item of their day, without changing the sums', async () => {
    const before = sumOf(await readBuckets());
    expect(before).toEqual([161, 7, 1, 3]);
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-21T00#0']);
    expect(sumOf(await readBuckets())).toEqual(before);
    expect(await readBuckets()).toEqual([
      { start: noon, sends: 150, hard: 7, complaints: 1, prevented: 3 },
      { start: noon + hour, sends: 10, hard: 0, complaints: 0, prevented: 0 },
      { start: midnight, sends: 1, hard: 0, complaints: 0, prevented: 0 },
    ]);
    const [item] = await system.items('account');
    expect(String(item?.soft).split(',')[12]).toBe('7');
    expect(item?.expiresAt).toBe((midnight + 45 * day) / 1000);
  });

  test('are not rolled up before they have been over for six hours', async () => {
    system.now = noon + 7 * hour - 1;
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20T12#0', '2026-11-20T12#3', '2026-11-20T13#0', '2026-11-21T00#0']);
    system.now += 1;
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-20T13#0', '2026-11-21T00#0']);
    expect((await readBuckets()).map(({ start, sends }) => [start, sends])).toEqual([
      [noon, 150],
      [noon + hour, 10],
      [midnight, 1],
    ]);
    system.now += hour + 20 * minute;
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-21T00#0']);
  });

  test('include late counts, which are rolled up later', async () => {
    await rollUp();
    await monitoring.count({ hard: 4 }, { sentAt: noon + 20 * minute });
    await monitoring.count({ sends: 30 }, { sentAt: noon - 3 * hour });
    const expected = [
      { start: noon - 3 * hour, sends: 30, hard: 0, complaints: 0, prevented: 0 },
      { start: noon, sends: 150, hard: 11, complaints: 1, prevented: 3 },
    ];
    expect((await readBuckets()).slice(0, 2)).toEqual(expected);
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-21T00#0']);
    expect((await readBuckets()).slice(0, 2)).toEqual(expected);
  });

  test('keep the number of recipients in feedback received, by the hour', async () => {
    system.now = noon + 30 * minute;
    await monitoring.counters.addReceived({ bounces: 3, complaints: 1 });
    await monitoring.counters.addReceived({ bounces: 4, complaints: 0 });
    system.now = midnight + 3 * hour;
    const received = async () => [...(await readAccount()).received].filter(([, { bounces }]) => bounces > 0);
    expect(await received()).toEqual([[noon, { bounces: 7, complaints: 1 }]]);
    await rollUp();
    expect(await received()).toEqual([[noon, { bounces: 7, complaints: 1 }]]);
  });

  test('are rolled up once by several concurrent runs', async () => {
    const states = await Promise.all([1, 2, 3].map(readAccount));
    await Promise.all(states.map((state) => monitoring.store.rollUp('account', state, system.now)));
    expect(sumOf(await readBuckets())).toEqual([161, 7, 1, 3]);
  });

  test('are not rolled up from a stale read: later counts are neither lost nor doubled', async () => {
    const stale = await readAccount();
    await monitoring.count({ hard: 2 }, { sentAt: noon + 20 * minute });
    await monitoring.store.rollUp('account', stale, system.now);
    expect(sumOf(await readBuckets())).toEqual([161, 9, 1, 3]);
    await rollUp();
    // An hour that was deleted and created again has one write, which may be the number that was read.
    await monitoring.count({ hard: 1 }, { sentAt: noon + hour });
    const states = await Promise.all([1, 2].map(readAccount));
    await monitoring.store.rollUp('account', states[0] as ScopeState, system.now);
    await monitoring.count({ hard: 1 }, { sentAt: noon + hour });
    await monitoring.store.rollUp('account', states[1] as ScopeState, system.now);
    expect(sumOf(await readBuckets())).toEqual([161, 11, 1, 3]);
  });

  test('are rolled up by each evaluation, late counts only in the first minutes of an hour', async () => {
    system.now = midnight + 2 * hour + 20 * minute;
    await monitoring.evaluate();
    expect(await keys()).toContain('2026-11-20#day');
    await monitoring.count({ hard: 1 }, { sentAt: noon });
    await monitoring.evaluate();
    expect(await keys()).toContain('2026-11-20T12#0');
    system.now = midnight + 3 * hour + 4 * minute;
    await monitoring.evaluate();
    expect(await keys()).not.toContain('2026-11-20T12#0');
  });
});

test('an incident is evaluated the same whether its days are rolled up or not', async () => {
  const noticesOf = async (isRolledUp: boolean) => {
    system = await createSystem();
    monitoring = createMonitoring(system);
    for (let i = 0; i < 96; i++) {
      system.now = noon + i * hour;
      await monitoring.count({ sends: 100, hard: i >= 30 && i < 40 ? 12 : 1 });
      system.now += 10 * minute;
      await monitoring.evaluate();
      if (isRolledUp) await rollUp();
    }
    return monitoring.notices.map(({ at, to }) => `${at} ${to}`);
  };
  expect(await noticesOf(true)).toEqual(await noticesOf(false));
  expect(monitoring.notices.map(({ kind }) => kind)).toEqual(['raised', 'raised', 'reminder', 'resolved']);
});

test('reading a busy scope costs less than ten read units', () => {
  const size = busyScope('account', midnight - 1, 4).reduce((sum, item) => sum + itemSize(item), 0);
  expect(size / 4096 / 2).toBeLessThan(10);
});

test('if there is no time for all scopes, the log says how many were skipped, and no scope is skipped every time', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `tenant:t${i}`);
  await monitoring.count({ sends: 1 }, { scopes: names });
  const read: string[] = [];
  const store = {
    ...monitoring.store,
    read: (scope: string, now: number) => {
      read.push(scope);
      return monitoring.store.read(scope, now);
    },
  };
  for (let run = 0; run < 60; run++) {
    system.now = noon + run * minute;
    let left = 3;
    const entry = await monitoring.evaluate({ store, remaining: () => left-- });
    expect(entry.evaluated + entry.skipped).toBeGreaterThan(entry.evaluated);
  }
  expect(new Set(read).size).toBe(41);
});

describe('an error', () => {
  let proxy: FaultProxy;
  beforeEach(async () => {
    proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
    monitoring = createMonitoring(system, createDynamoDBClient({ endpoint: proxy.endpoint, maxAttempts: 1 }));
    proxy.misbehave(() => undefined);
  });
  afterEach(() => proxy.close());

  test('in one scope does not stop the evaluation of the others', async () => {
    await monitoring.count({ sends: 10 }, { scopes: ['account', 'tenant:a', 'tenant:b'] });
    const denied = { kind: 'respond', status: 400, body: { __type: 'AccessDeniedException' } } as const;
    proxy.misbehave(({ body }) => (JSON.stringify(body).includes('tenant:a') ? denied : undefined));
    let [evaluated, failed] = [0, 0];
    for (let i = 0; i < 5; i++, system.now += minute) {
      const entry = await monitoring.evaluate();
      evaluated += entry.evaluated;
      failed += entry.failed;
    }
    expect([evaluated, failed]).toEqual([7, 1]);
  });

  test('of a missing table says what to do about it', async () => {
    const store = createReputationTable({
      client: createDynamoDBClient(),
      reputationTable: 'nothing',
      clock: () => noon,
    });
    await expect(store.read('account', noon)).rejects.toThrow(/The table does not exist/);
    await expect(store.saveAlarm({ scope: 'account', rule: 'missing-feedback' }, initialAlarm, 1)).rejects.toThrow(
      /The table does not exist/,
    );
  });
});
