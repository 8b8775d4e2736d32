import { createDynamoDBClient } from '../shared/aws/dynamodb-client.ts';
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { bounce, day, hour, noon } from './support/ses.ts';
import { createSystem, type System, useSystem } from './support/system.ts';
import { createWatch, minute, type Watch } from './support/watch.ts';

useSystem();

let proxy: FaultProxy;
let system: System;
let watch: Watch;
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
const raised = 'account/excess/bounceRate#1';
const alarm = async () =>
  (await watch.store.read('account', system.now, true)).alarms.find(({ rule }) => rule === 'excess')?.alarm;
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
      'account/excess/bounceRate ok → critical',
      'account/excess/bounceRate critical → ok',
    ]);
  });

  test('where one scope has a notice nobody takes, the others are judged all the same', async () => {
    await badList(['account', 'tenant:a']);
    watch.publishes = async ({ attributes }) => {
      if (attributes.scope === 'account') throw new Error('refused');
    };
    watch.facts = { ...watch.facts, enforcement: 'PROBATION' };
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
    expect(ids()).toEqual([raised, 'account/excess/bounceRate#2']);
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
      const wrong = state.stretches.map((stretch) => ({ ...stretch, hard: 20 * stretch.hard }));
      return consistent ? state : { ...state, stretches: wrong };
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
  expect(watch.notices).toMatchObject([{ id: raised, causes: [] }]);
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
    'account/excess/bounceRate ok → critical',
    'account/excess/bounceRate still critical',
    'account/excess/bounceRate still critical',
  ]);
  expect(watch.messages[1]?.parts.email).toContain('Raised 2026-11-20 12:10 UTC, and not over.');
});

describe('what SES says of the account', () => {
  const reputation = (bounceRate: number, at = system.now) => ({
    reputation: { bounceRate: [{ at, value: bounceRate }], complaintRate: [] },
  });

  test('its own rate near the line is told, with the bounces that are left', async () => {
    await watch.count({ sends: 10_000, hard: 100 }, { sentAt: noon - hour });
    system.now = noon;
    watch.facts = { ...watch.facts, ...reputation(0.029) };
    await watch.look();
    expect(watch.told()).toEqual([]);
    watch.facts = { ...watch.facts, ...reputation(0.03) };
    await watch.look();
    watch.facts = { ...watch.facts, ...reputation(0.046) };
    await watch.look();
    expect(watch.told()).toEqual([
      'account/headroom/bounceRate ok → approaching',
      'account/headroom/bounceRate approaching → critical',
    ]);
    // 5 % of 10,000 are 500: 100 have bounced, and each further one is a mail more, too.
    expect(watch.notices[0]).toMatchObject({ ses: { rate: 0.03 }, headroom: { to: 'review', left: 421 } });
    watch.facts = { enforcement: 'HEALTHY' };
    await watch.lookUntil(noon + 3 * hour, 30);
    expect(watch.entries.at(-1)).toMatchObject({
      unknown: ['Reputation.BounceRate', 'Reputation.ComplaintRate', 'Bounce and Complaint'],
    });
    const low = [0, 30, 60].map((minutes) => ({ at: noon + 3 * hour + minutes * minute, value: 0.02 }));
    watch.facts = { ...watch.facts, reputation: { bounceRate: low, complaintRate: [] } };
    await watch.look();
    expect(watch.told().at(-1)).toBe('account/headroom/bounceRate critical → ok');
  });

  test('a review is critical at once, and its end is told', async () => {
    for (const enforcement of ['HEALTHY', 'PROBATION', 'PROBATION', undefined, 'SOMETHING NEW', 'HEALTHY']) {
      const { enforcement: _, ...facts } = watch.facts;
      watch.facts = { ...facts, ...(enforcement !== undefined && { enforcement }) };
      await watch.look();
      system.now += minute;
    }
    expect(watch.told()).toEqual(['account/enforcement ok → critical', 'account/enforcement critical → ok']);
  });

  test('feedback that does not come in is told: half of what SES counted is missing', async () => {
    // It has listened for more than a day.
    system.now = noon + 26 * hour;
    await system.deliver(
      Array.from({ length: 9 }, (_, i) => bounce({ mailId: `m${i}`, to: `r${i}@example.net`, sentAt: system.now })),
    );
    system.now += hour;
    for (const feedback of [18, 19, 20, 30, 12, 11]) {
      watch.facts = { ...watch.facts, feedback };
      await watch.look();
    }
    expect(watch.told()).toEqual(['account/loop ok → critical', 'account/loop critical → ok']);
    expect(watch.notices[0]?.ses).toEqual({ feedback: { ses: 20, ours: 9 } });
    // What came in more than a day ago is no sign of life.
    system.now += day;
    watch.facts = { ...watch.facts, feedback: 20 };
    await watch.look();
    expect(watch.notices.at(-1)?.ses).toEqual({ feedback: { ses: 20, ours: 0 } });
  });

  test('what SES counted before anybody listened here is not missing', async () => {
    watch.facts = { ...watch.facts, feedback: 100 };
    for (const hours of [0, 1, 12, 24]) {
      system.now = noon + hours * hour;
      await watch.look();
    }
    expect(watch.told()).toEqual([]);
  });
});

describe('the brake', () => {
  const news = 'configuration-set:news';
  beforeEach(() => {
    watch.policy = { ...watch.policy, brake: { pauseOnCritical: true, atLeastSends: 1000 } };
  });

  test('pauses the configuration set once, and says how to resume, also where the account speaks for it', async () => {
    await badList(['account', news]);
    watch.isSending = false;
    await watch.lookUntil(noon + 30 * minute, 1);
    expect(watch.paused).toEqual(['news']);
    expect(watch.told()).toEqual([
      'account/excess/bounceRate ok → critical',
      `${news}/excess/bounceRate ok → critical`,
    ]);
    expect(watch.messages[1]?.parts.email).toContain(
      'aws sesv2 put-configuration-set-sending-options --configuration-set-name news --sending-enabled\n',
    );
  });

  test('is off by default, does nothing below its floor, and to nothing but a configuration set', async () => {
    await watch.count({ sends: 999, hard: 300 }, { sentAt: noon, scopes: ['account', 'tenant:a', news] });
    await watch.count({ sends: 2000, hard: 300 }, { sentAt: noon, scopes: ['tenant:b'] });
    await watch.lookUntil(noon + 30 * minute, 1);
    expect(watch.paused).toEqual([]);
    watch.policy = { ...watch.policy, brake: { pauseOnCritical: false, atLeastSends: 1000 } };
    await watch.count({ sends: 2000, hard: 300 }, { sentAt: noon, scopes: ['configuration-set:other'] });
    await watch.lookUntil(noon + 40 * minute, 1);
    expect(watch.paused).toEqual([]);
  });

  test('pauses a set that turned critical before it had sent enough, as soon as it has', async () => {
    await watch.count({ sends: 300, hard: 60 }, { sentAt: noon, scopes: [news] });
    watch.isSending = false;
    await watch.lookUntil(noon + 20 * minute, 1);
    expect([watch.told(), watch.paused]).toEqual([[`${news}/excess/bounceRate ok → critical`], []]);
    await watch.count({ sends: 800, hard: 160 }, { sentAt: noon + 20 * minute, scopes: [news] });
    await watch.lookUntil(noon + 50 * minute, 1);
    expect(watch.paused).toEqual(['news']);
    expect(watch.notices.map(({ paused }) => paused)).toEqual([undefined, 'news']);
  });

  test('does not overrule who resumed the sending while its notice waited', async () => {
    await badList([news]);
    watch.publishes = () => Promise.reject(new Error('no topic'));
    await watch.lookUntil(noon + 40 * minute, 1);
    watch.publishes = async () => {};
    await watch.lookUntil(noon + 50 * minute, 1);
    expect(watch.paused).toEqual(['news']);
    expect(watch.notices[0]).toMatchObject({ paused: 'news' });
  });

  test('of a set that cannot be asked for holds its alarm, and no other', async () => {
    await badList([news]);
    watch.isSending = false;
    await watch.lookUntil(noon + 20 * minute, 1);
    await watch.count({ sends: 2000, complaints: 100 }, { sentAt: noon + 20 * minute, scopes: [news] });
    const sending = { pause: async () => {}, isEnabled: () => Promise.reject(new Error('denied')) };
    for (; system.now < noon + 50 * minute; system.now += minute)
      expect((await watch.look({ sending })).failed).toBe(0);
    expect(watch.told()).toEqual([
      `${news}/excess/bounceRate ok → critical`,
      `${news}/excess/complaintRate ok → critical`,
    ]);
    expect(watch.entries).toContainEqual({ kind: 'fault', what: `whether ${news} is paused`, reason: 'Error' });
  });

  test('that fails is told as such, with what to do by hand', async () => {
    await badList([news]);
    const sending = { pause: () => Promise.reject(new Error('denied')), isEnabled: async () => true };
    for (let i = 0; i < 20; i++, system.now += minute) await watch.look({ sending });
    expect(watch.notices).toMatchObject([{ paused: 'news', pauseFault: 'Error' }]);
    expect(watch.messages[0]?.parts.email).toContain('--no-sending-enabled\n');
  });

  test('is armed again when somebody resumes the sending', async () => {
    await badList([news]);
    watch.isSending = false;
    await watch.lookUntil(noon + hour, 1);
    expect(watch.paused).toHaveLength(1);
    watch.isSending = true;
    await watch.lookUntil(noon + 2 * hour, 1);
    expect(watch.told()).toEqual([
      `${news}/excess/bounceRate ok → critical`,
      `${news}/excess/bounceRate critical → ok`,
    ]);
    expect(watch.notices[1]).toMatchObject({ resumed: 'news' });
    await watch.count({ sends: 2000, hard: 400 }, { sentAt: noon + 2 * hour, scopes: [news] });
    await watch.lookUntil(noon + 3 * hour, 1);
    expect(watch.paused).toEqual(['news', 'news']);
  });
});
