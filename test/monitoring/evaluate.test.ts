import { createWatch, minute, type Watch } from '../support/monitoring.ts';
import { bounce, complaint, hour, noon, send } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

/** Tables of its own for each test: alarms last. */
let system: System;
let cusum: Watch;
beforeEach(async () => {
  system = await createSystem();
  watch = createWatch(system);
});

/** Two days of a hundred mails an hour, one in a hundred bounced; then `now` is {@link noon}. */
async function healthyDays() {
  for (let i = 1; i <= 48; i++) await watch.count({ sends: 100, hard: 1 }, { sentAt: noon - i * hour });
  system.now = noon;
}
const raised = 'account/rate-exceeded/bounceRate ok → critical';

test('a bad list is told once, and once that it is over', async () => {
  await healthyDays();
  await watch.look();
  expect(watch.told()).toEqual([]);
  await watch.count({ sends: 200, hard: 40 }, { sentAt: noon + minute });
  await watch.lookUntil(noon + hour, 1);
  expect(watch.told()).toEqual([raised]);
  // The mails of 12:01 are settled when those of 12:05 begin to be, and not a minute earlier.
  expect(watch.notices[0]).toMatchObject({ at: '2026-11-20T12:10:00.000Z', bad: 40, total: 200 });
  for (let i = 2; i < 20; i++) await watch.count({ sends: 100 }, { sentAt: noon + i * hour });
  await watch.lookUntil(noon + 20 * hour);
  expect(watch.told()).toEqual([raised, 'account/rate-exceeded/bounceRate critical → ok']);
  expect(watch.notices[1]).toMatchObject({ kind: 'resolved', durationMinutes: 241, peak: { bad: 61, total: 2400 } });
  expect(watch.notices.map(({ id }) => id)).toEqual([
    'account/rate-exceeded/bounceRate#1',
    'account/rate-exceeded/bounceRate#2',
  ]);
});

test('the notice names where it was sent from, what SES calls it, and who it was sent to', async () => {
  await healthyDays();
  const of = (configurationSet: string) => ['account', 'identity:example.com', `configuration-set:${configurationSet}`];
  await watch.count({ sends: 400, hard: 2 }, { scopes: of('receipts') });
  await watch.count({ sends: 200, hard: 40 }, { scopes: of('news') });
  await watch.countCauses({
    hard_is_NoEmail: 38,
    hard_is_General: 4,
    hard_at_gmail: 30,
    hard_at_other: 12,
    complaints_at_aol: 99,
  });
  system.now = noon + 10 * minute;
  await watch.look();
  expect(watch.notices[0]?.contributors).toEqual([
    { kind: 'scope', name: 'configuration-set:news', bad: 40, of: 42 },
    { kind: 'sub-type', name: 'NoEmail', bad: 38, of: 42 },
    { kind: 'provider', name: 'gmail', bad: 30, of: 42 },
  ]);
});

test('the account speaks for its parts; a part that outlasts it by a day, or is bad alone, speaks for itself', async () => {
  await healthyDays();
  const [identity, news] = ['identity:example.com', 'configuration-set:news'];
  await watch.count({ sends: 1000, hard: 300 }, { scopes: ['account', identity, news] });
  await watch.lookUntil(noon + 20 * minute, 1);
  expect(watch.told()).toEqual([raised]);
  const [alarm] = (await watch.store.read(news, system.now)).alarms;
  expect(alarm?.alarm).toMatchObject({ status: 'critical', announced: 'ok' });
  // The account and the identity recover. Nobody hears of the identity, and of the part that has not recovered only a day later.
  await watch.count({ sends: 40_000 }, { sentAt: noon + hour, scopes: ['account', identity] });
  await watch.count({ sends: 100, hard: 5 }, { sentAt: noon + hour, scopes: [news] });
  await watch.count({ sends: 60, hard: 30 }, { sentAt: noon + hour, scopes: ['configuration-set:other'] });
  await watch.lookUntil(noon + 2 * hour, 1);
  expect(watch.told().slice(1).toSorted()).toEqual([
    'account/rate-exceeded/bounceRate critical → ok',
    'configuration-set:other/rate-exceeded/bounceRate ok → critical',
  ]);
  await watch.lookUntil(noon + 23 * hour, 31);
  expect(watch.told()).toHaveLength(3);
  await watch.lookUntil(noon + 25 * hour, 7);
  expect(watch.told()[3]).toBe('configuration-set:news/rate-exceeded/bounceRate ok → critical');
});

test('simulator mail, prevented sends, out-of-office replies and not-spam are on neither side; what SES itself suppresses is', async () => {
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
  await watch.look();
  const entry = watch.entries.find(({ kind }) => kind === 'rates');
  expect(entry).toMatchObject({
    bounces: { '1h': { bad: 2, total: 95 } },
    complaints: { '1h': { bad: 1, total: 95 } },
  });
});

test('bounces that overtake the sends of their own mails raise nothing', async () => {
  await healthyDays();
  // 5,000 mails at 2 %: the bounces are known at once, the sends four minutes later, and somebody looks every minute.
  for (let i = 0; i < 10; i++) {
    system.now = noon + i * minute;
    await watch.count({ hard: 10 });
    await watch.look();
    if (i >= 4) await watch.count({ sends: 500 }, { sentAt: noon + (i - 4) * minute });
  }
  for (let i = 6; i < 10; i++) await watch.count({ sends: 500 }, { sentAt: noon + i * minute });
  await watch.lookUntil(noon + 30 * minute, 1);
  expect(watch.told()).toEqual([]);
});

test('while volume events wait in their queue, mails of that time are not judged', async () => {
  await healthyDays();
  watch.facts = { ...watch.facts, volumeDelayMs: 40 * minute };
  await watch.count({ hard: 20, sends: 100 });
  await watch.lookUntil(noon + 40 * minute);
  expect(watch.told()).toEqual([]);
  await watch.lookUntil(noon + 60 * minute);
  expect(watch.told()).toEqual([raised]);
});

test('missing minutes, a clock set back and one that jumps ahead raise and clear nothing', async () => {
  await healthyDays();
  for (const at of [0, 1, 17, 17, 3, 48, 49, 24, 240, 2]) {
    system.now = noon + at * hour;
    await watch.look();
  }
  expect(watch.told()).toEqual([]);
  await watch.count({ sends: 200, hard: 40 }, { sentAt: noon + minute });
  for (const at of [1, 0, 30, 2]) {
    system.now = noon + at * hour;
    await watch.look();
  }
  expect(watch.told()).toEqual([raised]);
});

test('a redrive after three days is weighed where its mails were sent', async () => {
  await healthyDays();
  for (let i = 0; i < 72; i++) await watch.count({ sends: 1000, hard: 10 }, { sentAt: noon + i * hour });
  await watch.lookUntil(noon + 72 * hour, 60);
  await watch.count({ hard: 60 }, { sentAt: noon + 2 * hour });
  await watch.lookUntil(noon + 74 * hour);
  expect(watch.told()).toEqual([]);
});

test('more bounces than sends, nothing sent, and a scope never seen before are shown, and no crash', async () => {
  await watch.look();
  expect(watch.entries[0]).toMatchObject({ Sends: 0, alarms: [] });
  await watch.count({ hard: 30, complaints: 2 });
  system.now = noon + 10 * minute;
  await watch.look();
  expect(watch.told()).toEqual([]);
  await watch.count({ sends: 10, hard: 30 }, { sentAt: noon + 9 * minute, scopes: ['account', 'tenant:new'] });
  system.now = noon + 20 * minute;
  await watch.lookUntil(noon + 30 * minute, 1);
  expect(watch.told()).toEqual([raised]);
  expect(watch.notices[0]).toMatchObject({
    bad: 30,
    total: 10,
    rates: { '1h': { bad: 60, total: 10, rate: 6, high: 1 } },
  });
  expect(watch.messages[0]?.parts.default).toContain('30 of 10 (300 %)');
});

test('the rates of the account and of chosen scopes are metrics, with what they are shares of', async () => {
  watch.policy = { ...watch.policy, metricScopes: ['configuration-set:news'] };
  await watch.count(
    { sends: 1000, hard: 20, complaints: 1 },
    { scopes: ['account', 'configuration-set:news', 'tenant:x'] },
  );
  system.now = noon + 10 * minute;
  await watch.lookUntil(noon + 15 * minute, 1);
  const rates = watch.entries.flatMap((entry) => (entry.kind === 'rates' ? entry : []));
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
