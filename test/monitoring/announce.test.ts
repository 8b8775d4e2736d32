import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let proxy: FaultProxy;
let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
  system = await createSystem();
  monitoring = createMonitoring(system, createDynamoDBClient({ endpoint: proxy.endpoint, maxAttempts: 1 }));
  // The first evaluation stores when it took place.
  await monitoring.evaluate();
  proxy.misbehave(() => undefined);
});
afterEach(() => proxy.close());

/** Counts 2,000 emails at {@link noon}, of which 400 bounced, and moves to the time at which they are evaluated. */
async function countBadList(scopes = ['account']) {
  await monitoring.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes });
  system.now = noon + 10 * minute;
}
const raisedId = 'account/rate-exceeded/bounceRate#1';
const alarm = async () =>
  (await monitoring.store.read('account', system.now, true)).alarms.find(({ rule }) => rule === 'rate-exceeded')?.alarm;
const ids = () => monitoring.notices.map(({ id }) => id);
/** Whether a request writes an alarm. */
const isWrite = (operation: string) => operation === 'PutItem' || operation === 'UpdateItem';

describe('a notice is published, under the same id each time', () => {
  test('after a failed publication: by the next run', async () => {
    await countBadList();
    monitoring.onPublish = () => Promise.reject(new Error('no topic'));
    expect(await monitoring.evaluate()).toMatchObject({
      failed: 1,
      reason: 'a notice could not be published: Error',
      changes: 1,
    });
    expect(ids()).toEqual([]);
    monitoring.onPublish = async () => {};
    system.now += minute;
    expect(await monitoring.evaluate()).toMatchObject({ failed: 0 });
    expect(ids()).toEqual([raisedId]);
    expect((await alarm())?.pending).toBeUndefined();
  });

  test('after a day of failed publications: the notice and then that of the resolved incident', async () => {
    await countBadList();
    monitoring.onPublish = () => Promise.reject(new Error('no topic'));
    await monitoring.evaluate();
    for (let i = 1; i < 20; i++) await monitoring.count({ sends: 2000 }, { sentAt: noon + i * hour });
    await monitoring.evaluateUntil(noon + 20 * hour, 30);
    monitoring.onPublish = async () => {};
    await monitoring.evaluateUntil(system.now + 3 * minute, 1);
    expect(monitoring.published()).toEqual([
      'account/rate-exceeded/bounceRate ok → critical',
      'account/rate-exceeded/bounceRate critical → ok',
    ]);
  });

  test('and the other scopes are evaluated even while its publication fails', async () => {
    await countBadList(['account', 'tenant:a']);
    monitoring.onPublish = async ({ attributes }) => {
      if (attributes.scope === 'account') throw new Error('refused');
    };
    monitoring.sesMetrics = { ...monitoring.sesMetrics, enforcementStatus: 'PROBATION' };
    await monitoring.evaluate();
    await monitoring.evaluateUntil(system.now + 6 * minute, 1);
    expect((await monitoring.store.read('tenant:a', system.now)).alarms[0]?.alarm.status).toBe('critical');
  });

  test('by a run that makes eight database requests, so the next test covers every crash', async () => {
    await countBadList();
    proxy.misbehave(() => undefined);
    await monitoring.evaluate();
    expect(proxy.requests).toHaveLength(8);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])('if the run crashes after %i database requests', async (requests) => {
    await countBadList();
    let remaining = requests;
    proxy.misbehave(() => (remaining-- > 0 ? undefined : { kind: 'drop' }));
    await monitoring.evaluate().catch(() => {});
    proxy.misbehave(() => undefined);
    await monitoring.evaluateUntil(system.now + 3 * minute, 1);
    expect([...new Set(ids())]).toEqual([raisedId]);
    expect(ids().length).toBeLessThanOrEqual(2);
    expect((await alarm())?.pending).toBeUndefined();
  });

  test('if the response to either write is lost', async () => {
    for (const nth of [0, 1]) {
      system = await createSystem();
      monitoring = createMonitoring(system, createDynamoDBClient({ endpoint: proxy.endpoint, maxAttempts: 1 }));
      await countBadList();
      let writes = 0;
      proxy.misbehave(({ operation }) =>
        isWrite(operation) && writes++ === nth ? { kind: 'lose response' } : undefined,
      );
      await monitoring.evaluate().catch(() => {});
      proxy.misbehave(() => undefined);
      await monitoring.evaluateUntil(system.now + 3 * minute, 1);
      expect([...new Set(ids())]).toEqual([raisedId]);
      expect(ids().length).toBeLessThanOrEqual(2);
    }
  });
});

describe('two overlapping runs publish a notice once', () => {
  test('if both evaluate at the same time', async () => {
    await countBadList();
    await Promise.all([monitoring.evaluate(), monitoring.evaluate(), monitoring.evaluate()]);
    expect(ids()).toEqual([raisedId]);
  });

  test('if the second one starts while the first one is publishing', async () => {
    await countBadList();
    let second: Promise<unknown> | undefined;
    monitoring.onPublish = async () => {
      second ??= monitoring.evaluate();
      await second;
    };
    await monitoring.evaluate();
    expect(ids()).toEqual([raisedId]);
  });

  test('if both find a notice that an earlier run did not publish', async () => {
    await countBadList();
    monitoring.onPublish = () => Promise.reject(new Error('no topic'));
    await monitoring.evaluate();
    monitoring.onPublish = async () => {};
    system.now += 2 * minute;
    await Promise.all([monitoring.evaluate(), monitoring.evaluate(), monitoring.evaluate()]);
    expect(ids()).toEqual([raisedId]);
  });

  test('over a whole incident', async () => {
    await countBadList();
    for (let i = 1; i < 12; i++) await monitoring.count({ sends: 2000 }, { sentAt: noon + i * hour });
    for (; system.now < noon + 24 * hour; system.now += 20 * minute)
      await Promise.all([monitoring.evaluate(), monitoring.evaluate()]);
    expect(ids()).toEqual([raisedId, 'account/rate-exceeded/bounceRate#2']);
  });
});

test('an alarm is raised only after a second, consistent read', async () => {
  await monitoring.count({ sends: 2000, hard: 20 }, { sentAt: noon });
  system.now = noon + 10 * minute;
  // The first read returns too many bounces, as it can during a roll-up. The second one does not.
  const store = {
    ...monitoring.store,
    read: async (scope: string, now: number, consistent?: boolean) => {
      const state = await monitoring.store.read(scope, now, consistent);
      const wrong = state.buckets.map((bucket) => ({ ...bucket, hard: 20 * bucket.hard }));
      return consistent ? state : { ...state, buckets: wrong };
    },
  };
  expect(await monitoring.evaluate({ store })).toMatchObject({ changes: 0 });
  expect(ids()).toEqual([]);
});

test('a notice is published without contributors if they cannot be read', async () => {
  await countBadList(['account', 'tenant:a']);
  const store = {
    ...monitoring.store,
    contributors: () => Promise.reject(new Error('throttled')),
    read: (scope: string, now: number, consistent?: boolean) =>
      scope === 'account' ? monitoring.store.read(scope, now, consistent) : Promise.reject(new Error('damaged')),
  };
  await monitoring.evaluate({ store });
  expect(monitoring.notices).toMatchObject([{ id: raisedId, contributors: [] }]);
});

test('the account is evaluated even if the other scopes cannot be read, and the error is reported', async () => {
  await countBadList();
  const store = { ...monitoring.store, knownScopes: () => Promise.reject(new Error('throttled')) };
  expect(await monitoring.evaluate({ store })).toMatchObject({ evaluated: 1, failed: 1, reason: 'Error' });
  expect(ids()).toEqual([raisedId]);
});

test('a reminder is published once a day while emails are being sent', async () => {
  await countBadList();
  await monitoring.evaluateUntil(noon + 50 * hour, 60);
  expect(ids()).toEqual([raisedId]);
  for (let i = 51; i < 80; i++) await monitoring.count({ sends: 100, hard: 10 }, { sentAt: noon + i * hour });
  await monitoring.evaluateUntil(noon + 80 * hour, 60);
  expect(monitoring.published()).toEqual([
    'account/rate-exceeded/bounceRate ok → critical',
    'account/rate-exceeded/bounceRate still critical',
    'account/rate-exceeded/bounceRate still critical',
  ]);
  expect(monitoring.messages[1]?.parts.email).toContain('The alarm has been active since 2026-11-20 12:10 UTC.');
});
