import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { knownScopesPartition } from '../../../shared/aws/dynamodb/counter-table.ts';
import { createReputationTable } from '../../../shared/aws/dynamodb/reputation-table.ts';
import { initialAlarm } from '../../../shared/domain/reputation/alarm.ts';
import { busyScope } from '../../support/busy-scope.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { itemSize } from '../../support/item-size.ts';
import { createWatch, minute, type Watch } from '../../support/monitoring.ts';
import { day, hour, noon } from '../../support/ses.ts';
import { createSystem, type System, useSystem } from '../../support/system.ts';

useSystem();

let system: System;
let watch: Watch;
beforeEach(async () => {
  system = await createSystem();
  watch = createWatch(system);
});

const midnight = noon + 12 * hour;
const keys = async (scope = 'account') => (await system.items(scope)).map((item) => String(item.hour));
const stretches = async () => (await watch.store.read('account', system.now, true)).buckets;
const sumOf = (all: Awaited<ReturnType<typeof stretches>>) => {
  const total = (counter: 'sends' | 'hard' | 'complaints' | 'prevented') =>
    all.reduce((sum, one) => sum + one[counter], 0);
  return [total('sends'), total('hard'), total('complaints'), total('prevented')];
};
const rollUp = async () => (await watch.store.read('account', system.now, true)).rollUp(system.now);

describe('hours that are over are rolled up', () => {
  beforeEach(async () => {
    await watch.count({ sends: 100, hard: 5, complaints: 1, prevented: 3, soft: 7 }, { sentAt: noon });
    await watch.count({ sends: 50, hard: 2 }, { sentAt: noon + 7 * minute, shard: 3 });
    await watch.count({ sends: 10 }, { sentAt: noon + hour });
    await watch.count({ sends: 1 }, { sentAt: midnight });
    system.now = midnight + 2 * hour;
  });

  test('into an item of their day, and the sums stay', async () => {
    const before = sumOf(await stretches());
    expect(before).toEqual([161, 7, 1, 3]);
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-21T00#0']);
    expect(sumOf(await stretches())).toEqual(before);
    expect(await stretches()).toEqual([
      { start: noon, sends: 150, hard: 7, complaints: 1, prevented: 3 },
      { start: noon + hour, sends: 10, hard: 0, complaints: 0, prevented: 0 },
      { start: midnight, sends: 1, hard: 0, complaints: 0, prevented: 0 },
    ]);
    const [item] = await system.items('account');
    expect(String(item?.soft).split(',')[12]).toBe('7');
    expect(item?.expiresAt).toBe((midnight + 45 * day) / 1000);
  });

  test('but not before they have been over for six hours', async () => {
    system.now = noon + 7 * hour - 1;
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20T12#0', '2026-11-20T12#3', '2026-11-20T13#0', '2026-11-21T00#0']);
    system.now += 1;
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-20T13#0', '2026-11-21T00#0']);
    expect((await stretches()).map(({ start, sends }) => [start, sends])).toEqual([
      [noon, 150],
      [noon + hour, 10],
      [midnight, 1],
    ]);
    system.now += hour + 20 * minute;
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-21T00#0']);
  });

  test('and what comes in later is added to its hours, and rolled up in its turn', async () => {
    await rollUp();
    await watch.count({ hard: 4 }, { sentAt: noon + 20 * minute });
    await watch.count({ sends: 30 }, { sentAt: noon - 3 * hour });
    const expected = [
      { start: noon - 3 * hour, sends: 30, hard: 0, complaints: 0, prevented: 0 },
      { start: noon, sends: 150, hard: 11, complaints: 1, prevented: 3 },
    ];
    expect((await stretches()).slice(0, 2)).toEqual(expected);
    await rollUp();
    expect(await keys()).toEqual(['2026-11-20#day', '2026-11-21T00#0']);
    expect((await stretches()).slice(0, 2)).toEqual(expected);
  });

  test('also how much feedback came in, by the hour', async () => {
    system.now = noon + 30 * minute;
    await watch.counters.addReceived(3);
    await watch.counters.addReceived(4);
    system.now = midnight + 3 * hour;
    const received = async () =>
      [...(await watch.store.read('account', system.now, true)).received].filter(([, n]) => n > 0);
    expect(await received()).toEqual([[noon, 7]]);
    await rollUp();
    expect(await received()).toEqual([[noon, 7]]);
  });

  test('by one of several runs, each with its own view of it', async () => {
    const views = await Promise.all([1, 2, 3].map(() => watch.store.read('account', system.now, true)));
    await Promise.all(views.map((view) => view.rollUp(system.now)));
    expect(sumOf(await stretches())).toEqual([161, 7, 1, 3]);
  });

  test('not with a stale view: what was counted since is neither lost nor doubled', async () => {
    const view = await watch.store.read('account', system.now, true);
    await watch.count({ hard: 2 }, { sentAt: noon + 20 * minute });
    await view.rollUp(system.now);
    expect(sumOf(await stretches())).toEqual([161, 9, 1, 3]);
    await rollUp();
    // An hour that was deleted and made anew is at one write again, as it may have been when it was read.
    await watch.count({ hard: 1 }, { sentAt: noon + hour });
    const [second, third] = await Promise.all([1, 2].map(() => watch.store.read('account', system.now, true)));
    await second?.rollUp(system.now);
    await watch.count({ hard: 1 }, { sentAt: noon + hour });
    await third?.rollUp(system.now);
    expect(sumOf(await stretches())).toEqual([161, 11, 1, 3]);
  });

  test('by the watch itself, at once; and what comes in late in the first minutes of an hour', async () => {
    system.now = midnight + 2 * hour + 20 * minute;
    await watch.look();
    expect(await keys()).toContain('2026-11-20#day');
    await watch.count({ hard: 1 }, { sentAt: noon });
    await watch.look();
    expect(await keys()).toContain('2026-11-20T12#0');
    system.now = midnight + 3 * hour + 4 * minute;
    await watch.look();
    expect(await keys()).not.toContain('2026-11-20T12#0');
  });
});

test('an incident is judged the same whether its days are rolled up or not', async () => {
  const tell = async (isRolledUp: boolean) => {
    system = await createSystem();
    watch = createWatch(system);
    for (let i = 0; i < 96; i++) {
      system.now = noon + i * hour;
      await watch.count({ sends: 100, hard: i >= 30 && i < 40 ? 12 : 1 });
      system.now += 10 * minute;
      await watch.look();
      if (isRolledUp) await rollUp();
    }
    return watch.notices.map(({ at, to }) => `${at} ${to}`);
  };
  expect(await tell(true)).toEqual(await tell(false));
  expect(watch.notices.map(({ to }) => to)).toEqual(['approaching', 'critical', 'ok']);
});

test('reading a busy scope costs less than ten read units', () => {
  const size = busyScope('account', midnight - 1, 4).reduce((sum, item) => sum + itemSize(item), 0);
  expect(size / 4096 / 2).toBeLessThan(10);
});

test('a thousand scopes with thirty days of history are judged within the time of the function, in five turns', async () => {
  const client = createDynamoDBClient();
  const names = Array.from({ length: 1000 }, (_, i) => `tenant:t${i}`);
  const items = [
    ...['account', ...names].flatMap((scope) => busyScope(scope, midnight + 12 * minute, 1)),
    ...names.map((scope) => ({ scope: knownScopesPartition, hour: scope, expiresAt: (noon + 45 * day) / 1000 })),
  ];
  const requests = items.map((item): WriteRequest => ({ PutRequest: { Item: marshall(item) } }));
  for (let from = 0; from < requests.length; from += 25) {
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [system.tables.reputationTable]: requests.slice(from, from + 25) } }),
    );
  }
  let judged = 0;
  for (let turn = 0; turn < 5; turn++) {
    system.now = midnight + (10 + turn) * minute;
    const end = Date.now() + 45_000;
    const entry = await watch.look({ remaining: () => end - Date.now() });
    expect(entry).toMatchObject({ left: 0, failed: 0, changes: 0 });
    judged += entry.evaluated;
  }
  expect(judged).toBe(1005);
}, 120_000);

test('where there is no time for all scopes the rest is said, and none is always among the rest', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `tenant:t${i}`);
  await watch.count({ sends: 1 }, { scopes: names });
  const read: string[] = [];
  const store = {
    ...watch.store,
    read: (scope: string, now: number) => {
      read.push(scope);
      return watch.store.read(scope, now);
    },
  };
  for (let round = 0; round < 60; round++) {
    system.now = noon + round * minute;
    let left = 3;
    const entry = await watch.look({ store, remaining: () => left-- });
    expect(entry.evaluated + entry.skipped).toBeGreaterThan(entry.evaluated);
  }
  expect(new Set(read).size).toBe(41);
});

describe('faults', () => {
  let proxy: FaultProxy;
  beforeEach(async () => {
    proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
    watch = createWatch(system, createDynamoDBClient({ endpoint: proxy.endpoint, maxAttempts: 1 }));
    proxy.misbehave(() => undefined);
  });
  afterEach(() => proxy.close());

  test('of one scope keep nobody from judging the others', async () => {
    await watch.count({ sends: 10 }, { scopes: ['account', 'tenant:a', 'tenant:b'] });
    const denied = { kind: 'answer', status: 400, body: { __type: 'AccessDeniedException' } } as const;
    proxy.misbehave(({ body }) => (JSON.stringify(body).includes('tenant:a') ? denied : undefined));
    let [judged, failed] = [0, 0];
    for (let i = 0; i < 5; i++, system.now += minute) {
      const entry = await watch.look();
      judged += entry.evaluated;
      failed += entry.failed;
    }
    expect([judged, failed]).toEqual([7, 1]);
  });

  test('of the table name what to do about it', async () => {
    const store = createReputationTable({
      client: createDynamoDBClient(),
      reputationTable: 'nothing',
      clock: () => noon,
    });
    await expect(store.read('account', noon)).rejects.toThrow(/the table does not exist/);
    await expect(store.saveAlarm({ scope: 'account', rule: 'missing-feedback' }, initialAlarm, 1)).rejects.toThrow(
      /the table does not exist/,
    );
  });
});
