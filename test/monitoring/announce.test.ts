import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { createWatch, minute, type Watch } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let proxy: FaultProxy;
let system: System;
let cusum: Watch;
beforeEach(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
  system = await createSystem();
  watch = createWatch(system, createDynamoDBClient({ endpoint: proxy.endpoint, maxAttempts: 1 }));
  // The first look of all writes down that it was.
  await watch.look();
  proxy.misbehave(() => undefined);
});
afterEach(() => proxy.close());

/** Two hundred mails, forty bounced, at {@link noon}; `now` is when they are judged. */
async function badList(scopes = ['account']) {
  await watch.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes });
  system.now = noon + 10 * minute;
}
const raised = 'account/rate-exceeded/bounceRate#1';
const alarm = async () =>
  (await watch.store.read('account', system.now, true)).alarms.find(({ rule }) => rule === 'rate-exceeded')?.alarm;
const ids = () => watch.notices.map(({ id }) => id);
/** The writes of one announcement, in order. */
const isWrite = (operation: string) => operation === 'PutItem' || operation === 'UpdateItem';

describe('a notice goes out, with the same id if twice', () => {
  test('where the publication fails: the next minute tells it', async () => {
    await badList();
    watch.publishes = () => Promise.reject(new Error('no topic'));
    expect(await watch.look()).toMatchObject({
      failed: 1,
      reason: 'a notice could not be published: Error',
      changes: 1,
    });
    expect(ids()).toEqual([]);
    watch.publishes = async () => {};
    system.now += minute;
    expect(await watch.look()).toMatchObject({ failed: 0 });
    expect(ids()).toEqual([raised]);
    expect((await alarm())?.pending).toBeUndefined();
  });

  test('where it fails for a day, and the incident is over meanwhile: both are told, in order', async () => {
    await badList();
    watch.publishes = () => Promise.reject(new Error('no topic'));
    await watch.look();
    for (let i = 1; i < 20; i++) await watch.count({ sends: 2000 }, { sentAt: noon + i * hour });
    await watch.lookUntil(noon + 20 * hour, 30);
    watch.publishes = async () => {};
    await watch.lookUntil(system.now + 3 * minute, 1);
    expect(watch.told()).toEqual([
      'account/rate-exceeded/bounceRate ok → critical',
      'account/rate-exceeded/bounceRate critical → ok',
    ]);
  });

  test('where one scope has a notice nobody takes, the others are judged all the same', async () => {
    await badList(['account', 'tenant:a']);
    watch.publishes = async ({ attributes }) => {
      if (attributes.scope === 'account') throw new Error('refused');
    };
    watch.facts = { ...watch.facts, enforcementStatus: 'PROBATION' };
    await watch.look();
    await watch.lookUntil(system.now + 6 * minute, 1);
    expect((await watch.store.read('tenant:a', system.now)).alarms[0]?.alarm.status).toBe('critical');
  });

  test('a run that tells makes seven calls to the database, so what follows are all its deaths', async () => {
    await badList();
    proxy.misbehave(() => undefined);
    await watch.look();
    expect(proxy.requests).toHaveLength(7);
  });

  test.each([0, 1, 2, 3, 4, 5, 6])('where the run dies after %i calls to the database', async (calls) => {
    await badList();
    let left = calls;
    proxy.misbehave(() => (left-- > 0 ? undefined : { kind: 'drop' }));
    await watch.look().catch(() => {});
    proxy.misbehave(() => undefined);
    await watch.lookUntil(system.now + 3 * minute, 1);
    expect([...new Set(ids())]).toEqual([raised]);
    expect(ids().length).toBeLessThanOrEqual(2);
    expect((await alarm())?.pending).toBeUndefined();
  });

  test('where the answer to a write is lost, each of them', async () => {
    for (const nth of [0, 1]) {
      system = await createSystem();
      watch = createWatch(system, createDynamoDBClient({ endpoint: proxy.endpoint, maxAttempts: 1 }));
      await badList();
      let writes = 0;
      proxy.misbehave(({ operation }) =>
        isWrite(operation) && writes++ === nth ? { kind: 'lose answer' } : undefined,
      );
      await watch.look().catch(() => {});
      proxy.misbehave(() => undefined);
      await watch.lookUntil(system.now + 3 * minute, 1);
      expect([...new Set(ids())]).toEqual([raised]);
      expect(ids().length).toBeLessThanOrEqual(2);
    }
  });
});

describe('two runs that overlap tell once', () => {
  test('where both see the same at the same moment', async () => {
    await badList();
    await Promise.all([watch.look(), watch.look(), watch.look()]);
    expect(ids()).toEqual([raised]);
  });

  test('where the second begins while the first is publishing', async () => {
    await badList();
    let second: Promise<unknown> | undefined;
    watch.publishes = async () => {
      second ??= watch.look();
      await second;
    };
    await watch.look();
    expect(ids()).toEqual([raised]);
  });

  test('where both find a notice that another run has left', async () => {
    await badList();
    watch.publishes = () => Promise.reject(new Error('no topic'));
    await watch.look();
    watch.publishes = async () => {};
    system.now += 2 * minute;
    await Promise.all([watch.look(), watch.look(), watch.look()]);
    expect(ids()).toEqual([raised]);
  });

  test('at random, over a whole incident', async () => {
    await badList();
    for (let i = 1; i < 12; i++) await watch.count({ sends: 2000 }, { sentAt: noon + i * hour });
    for (; system.now < noon + 12 * hour; system.now += 10 * minute) await Promise.all([watch.look(), watch.look()]);
    expect(ids()).toEqual([raised, 'account/rate-exceeded/bounceRate#2']);
  });
});

test('what is about to be told is read once more, consistently', async () => {
  await watch.count({ sends: 2000, hard: 20 }, { sentAt: noon });
  system.now = noon + 10 * minute;
  // The first answer has the day twice, as while it is being rolled up; the second has not.
  const store = {
    ...watch.store,
    read: async (scope: string, now: number, consistent?: boolean) => {
      const state = await watch.store.read(scope, now, consistent);
      const wrong = state.buckets.map((stretch) => ({ ...stretch, hard: 20 * stretch.hard }));
      return consistent ? state : { ...state, buckets: wrong };
    },
  };
  expect(await watch.look({ store })).toMatchObject({ changes: 0 });
  expect(ids()).toEqual([]);
});

test('a notice goes out without its causes where they cannot be read', async () => {
  await badList(['account', 'tenant:a']);
  const store = {
    ...watch.store,
    causes: () => Promise.reject(new Error('throttled')),
    read: (scope: string, now: number, consistent?: boolean) =>
      scope === 'account' ? watch.store.read(scope, now, consistent) : Promise.reject(new Error('damaged')),
  };
  await watch.look({ store });
  expect(watch.notices).toMatchObject([{ id: raised, contributors: [] }]);
});

test('the account is judged where the scopes cannot be read, and the fault is said', async () => {
  await badList();
  const store = { ...watch.store, knownScopes: () => Promise.reject(new Error('throttled')) };
  expect(await watch.look({ store })).toMatchObject({ judged: 1, failed: 1, reason: 'Error' });
  expect(ids()).toEqual([raised]);
});

test('who is reminded: once a day, while mail goes out', async () => {
  await badList();
  await watch.lookUntil(noon + 50 * hour, 60);
  expect(ids()).toEqual([raised]);
  for (let i = 51; i < 80; i++) await watch.count({ sends: 100, hard: 10 }, { sentAt: noon + i * hour });
  await watch.lookUntil(noon + 80 * hour, 60);
  expect(watch.told()).toEqual([
    'account/rate-exceeded/bounceRate ok → critical',
    'account/rate-exceeded/bounceRate still critical',
    'account/rate-exceeded/bounceRate still critical',
  ]);
  expect(watch.messages[1]?.parts.email).toContain('Raised 2026-11-20 12:10 UTC, and not over.');
});
