import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { bounce, complaint, hour, noon, send } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

/** Each test has tables of its own, because alarms persist. */
let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
});

/** Counts two days with a hundred emails an hour, of which one bounced, and moves to {@link noon}. */
async function countHealthyDays() {
  for (let i = 1; i <= 48; i++) await monitoring.count({ sends: 100, hard: 1 }, { sentAt: noon - i * hour });
  system.now = noon;
}
const raised = 'account/rate-exceeded/bounceRate ok → critical';

test('a bad list causes one notice, and one when the incident is resolved', async () => {
  await countHealthyDays();
  await monitoring.evaluate();
  expect(monitoring.published()).toEqual([]);
  await monitoring.count({ sends: 200, hard: 40 }, { sentAt: noon + minute });
  await monitoring.evaluateUntil(noon + hour, 1);
  expect(monitoring.published()).toEqual([raised]);
  // The emails of 12:01 are in the bucket of 12:00 to 12:05, which is evaluated five minutes after its end.
  expect(monitoring.notices[0]).toMatchObject({ at: '2026-11-20T12:10:00.000Z', bad: 40, total: 200 });
  for (let i = 2; i < 20; i++) await monitoring.count({ sends: 100 }, { sentAt: noon + i * hour });
  await monitoring.evaluateUntil(noon + 20 * hour);
  expect(monitoring.published()).toEqual([raised, 'account/rate-exceeded/bounceRate critical → ok']);
  expect(monitoring.notices[1]).toMatchObject({
    kind: 'resolved',
    // The good emails of 14:00 to 16:00, when they are twelve hours old.
    durationMinutes: 1016,
    peak: { bad: 61, total: 2400 },
  });
  expect(monitoring.notices.map(({ id }) => id)).toEqual([
    'account/rate-exceeded/bounceRate#1',
    'account/rate-exceeded/bounceRate#2',
  ]);
});

test('a notice names the top contributors: the scope, the sub-type of the bounces, and the mailbox provider', async () => {
  await countHealthyDays();
  const scopesOf = (configurationSet: string) => [
    'account',
    'identity:example.com',
    `configuration-set:${configurationSet}`,
  ];
  await monitoring.count({ sends: 400, hard: 2 }, { scopes: scopesOf('receipts') });
  await monitoring.count({ sends: 200, hard: 40 }, { scopes: scopesOf('news') });
  await monitoring.countContributors({
    hard_is_NoEmail: 38,
    hard_is_General: 4,
    hard_at_gmail: 30,
    hard_at_other: 12,
    complaints_at_aol: 99,
  });
  system.now = noon + 10 * minute;
  await monitoring.evaluate();
  expect(monitoring.notices[0]?.contributors).toEqual([
    { kind: 'scope', name: 'configuration-set:news', bad: 40, of: 42 },
    { kind: 'sub-type', name: 'NoEmail', bad: 38, of: 42 },
    { kind: 'provider', name: 'gmail', bad: 30, of: 42 },
  ]);
});

test('the alarm of the account inhibits those of other scopes, except a scope that is bad alone or stays critical for a day longer', async () => {
  await countHealthyDays();
  const [identity, news] = ['identity:example.com', 'configuration-set:news'];
  await monitoring.count({ sends: 1000, hard: 300 }, { scopes: ['account', identity, news] });
  await monitoring.evaluateUntil(noon + 20 * minute, 1);
  expect(monitoring.published()).toEqual([raised]);
  const [alarm] = (await monitoring.store.read(news, system.now)).alarms;
  expect(alarm?.alarm).toMatchObject({ status: 'critical', announced: 'ok' });
  // The account and the identity recover. There is no notice about the identity, and one about the configuration set a
  // day later.
  await monitoring.count({ sends: 40_000 }, { sentAt: noon + hour, scopes: ['account', identity] });
  await monitoring.count({ sends: 100, hard: 5 }, { sentAt: noon + hour, scopes: [news] });
  await monitoring.count({ sends: 60, hard: 30 }, { sentAt: noon + hour, scopes: ['configuration-set:other'] });
  await monitoring.evaluateUntil(noon + 2 * hour, 1);
  expect(monitoring.published().slice(1)).toEqual(['configuration-set:other/rate-exceeded/bounceRate ok → critical']);
  await monitoring.evaluateUntil(noon + 23 * hour, 31);
  expect(monitoring.published().slice(2)).toEqual(['account/rate-exceeded/bounceRate critical → ok']);
  await monitoring.evaluateUntil(noon + 25 * hour, 7);
  expect(monitoring.published()[3]).toBe('configuration-set:news/rate-exceeded/bounceRate ok → critical');
});

test('while the account cannot be read, a bad list raises no alarms of the other scopes', async () => {
  await countHealthyDays();
  const scopes = ['account', 'identity:example.com', 'configuration-set:news', 'tenant:t1'];
  await monitoring.count({ sends: 1000, hard: 300 }, { scopes });
  const store = {
    ...monitoring.store,
    read: async (scope: string, ...rest: [number, boolean?]) => {
      if (scope === 'account') throw new Error('not read');
      return monitoring.store.read(scope, ...rest);
    },
  };
  for (system.now = noon + 10 * minute; system.now < noon + 20 * minute; system.now += minute)
    expect(await monitoring.evaluate({ store })).toMatchObject({ failed: 1, changes: 0 });
  await monitoring.evaluateUntil(noon + hour, 1);
  expect(monitoring.published()).toEqual([raised]);
});

test('simulator emails, prevented sends, out-of-office replies and not-spam reports count in no rate; bounces by the global suppression list do', async () => {
  const to = (i: number) => `r${i}@example.net`;
  const sends = Array.from({ length: 100 }, (_, i) => send({ to: to(i), mailId: `m${i}` }));
  const simulator = Array.from({ length: 30 }, (_, i) =>
    send({ to: 'bounce@simulator.amazonses.com', mailId: `s${i}` }),
  );
  const feedback = [
    ...Array.from({ length: 30 }, (_, i) => bounce({ to: 'bounce@simulator.amazonses.com', mailId: `s${i}` })),
    ...[0, 1, 2].map((i) => bounce({ to: to(i), mailId: `m${i}`, subType: 'OnAccountSuppressionList' })),
    ...[3, 4].map((i) => bounce({ to: to(i), mailId: `m${i}`, subType: 'OnTenantSuppressionList' })),
    ...[5, 6].map((i) => bounce({ to: to(i), mailId: `m${i}`, type: 'Transient' })),
    ...[7].map((i) => complaint({ to: to(i), mailId: `m${i}`, feedbackType: 'not-spam' })),
    ...[8, 9].map((i) => bounce({ to: to(i), mailId: `m${i}`, subType: 'Suppressed' })),
    ...[10].map((i) => complaint({ to: to(i), mailId: `m${i}` })),
  ];
  await system.deliver([...sends, ...simulator, ...feedback]);
  system.now = noon + 10 * minute;
  await monitoring.evaluate();
  const entry = monitoring.entries.find(({ kind }) => kind === 'rates');
  expect(entry).toMatchObject({
    bounces: { '1h': { bad: 2, total: 95 } },
    complaints: { '1h': { bad: 1, total: 95 } },
  });
});

test('bounces that arrive before the sends of their emails raise no alarm', async () => {
  await countHealthyDays();
  // 5,000 emails at 2 %: the bounces arrive at once, the sends four minutes later, and the rates are evaluated every
  // minute.
  for (let i = 0; i < 10; i++) {
    system.now = noon + i * minute;
    await monitoring.count({ hard: 10 });
    await monitoring.evaluate();
    if (i >= 4) await monitoring.count({ sends: 500 }, { sentAt: noon + (i - 4) * minute });
  }
  for (let i = 6; i < 10; i++) await monitoring.count({ sends: 500 }, { sentAt: noon + i * minute });
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  expect(monitoring.published()).toEqual([]);
});

test('emails are not evaluated while their volume events are waiting in the queue', async () => {
  await countHealthyDays();
  monitoring.sesMetrics = { ...monitoring.sesMetrics, volumeDelayMs: 40 * minute };
  await monitoring.count({ hard: 20, sends: 100 });
  await monitoring.evaluateUntil(noon + 40 * minute);
  expect(monitoring.published()).toEqual([]);
  await monitoring.evaluateUntil(noon + 60 * minute);
  expect(monitoring.published()).toEqual([raised]);
});

test('missed runs, a clock set back and one that jumps ahead raise and resolve no alarm', async () => {
  await countHealthyDays();
  for (const at of [0, 1, 17, 17, 3, 48, 49, 24, 240, 2]) {
    system.now = noon + at * hour;
    await monitoring.evaluate();
  }
  expect(monitoring.published()).toEqual([]);
  await monitoring.count({ sends: 200, hard: 40 }, { sentAt: noon + minute });
  for (const at of [1, 0, 30, 2]) {
    system.now = noon + at * hour;
    await monitoring.evaluate();
  }
  expect(monitoring.published()).toEqual([raised]);
});

test('bounces redriven after three days count at the time their emails were sent', async () => {
  await countHealthyDays();
  for (let i = 0; i < 72; i++) await monitoring.count({ sends: 1000, hard: 10 }, { sentAt: noon + i * hour });
  await monitoring.evaluateUntil(noon + 72 * hour, 60);
  await monitoring.count({ hard: 60 }, { sentAt: noon + 2 * hour });
  await monitoring.evaluateUntil(noon + 74 * hour);
  expect(monitoring.published()).toEqual([]);
});

test('more bounces than sends, no sends, and a new scope are reported without an error', async () => {
  await monitoring.evaluate();
  expect(monitoring.entries[0]).toMatchObject({ Sends: 0, alarms: [] });
  await monitoring.count({ hard: 30, complaints: 2 });
  system.now = noon + 10 * minute;
  await monitoring.evaluate();
  expect(monitoring.published()).toEqual([]);
  await monitoring.count({ sends: 10, hard: 30 }, { sentAt: noon + 9 * minute, scopes: ['account', 'tenant:new'] });
  system.now = noon + 20 * minute;
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  expect(monitoring.published()).toEqual([raised]);
  expect(monitoring.notices[0]).toMatchObject({
    bad: 30,
    total: 10,
    rates: { '1h': { bad: 60, total: 10, rate: 6, high: 1 } },
  });
  expect(monitoring.messages[0]?.parts.default).toContain('30 of 10 (300 %)');
});

test('the rates and sends of the account and of selected scopes are CloudWatch metrics', async () => {
  monitoring.policy = { ...monitoring.policy, metricScopes: ['configuration-set:news'] };
  await monitoring.count(
    { sends: 1000, hard: 20, complaints: 1 },
    { scopes: ['account', 'configuration-set:news', 'tenant:x'] },
  );
  system.now = noon + 10 * minute;
  await monitoring.evaluateUntil(noon + 15 * minute, 1);
  const rates = monitoring.entries.flatMap((entry) => (entry.kind === 'rates' ? entry : []));
  expect([...new Set(rates.map(({ scope }) => scope))]).toEqual(['account', 'configuration-set:news']);
  expect(rates[0]).toMatchObject({ BounceRate: 0.02, ComplaintRate: 0.001, Sends: 1000, scope: 'account' });
  expect(rates[0]?._aws).toEqual({
    Timestamp: noon + 10 * minute,
    CloudWatchMetrics: [
      {
        Namespace: 'ses-feedback-dev',
        Dimensions: [['scope']],
        Metrics: [
          { Name: 'BounceRate', Unit: 'None' },
          { Name: 'ComplaintRate', Unit: 'None' },
          { Name: 'Sends', Unit: 'Count' },
        ],
      },
    ],
  });
});
