import { StoreError } from '../../shared/domain/suppression/store.ts';
import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();
let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
});

/** Counts the bounces of an hour by provider, and evaluates in it. */
async function passHour(index: number, hard: Readonly<Record<string, number>>) {
  system.now = noon + index * hour + 20 * minute;
  await monitoring.count({ sends: 1000 }, { sentAt: system.now - 10 * minute });
  const counters = Object.entries(hard).map(([provider, count]) => [`hard_at_${provider}`, count]);
  await monitoring.countContributors(Object.fromEntries(counters));
  await monitoring.evaluate();
}

test('one outage is one alarm: raised with what to look at, and resolved with the command that releases', async () => {
  for (let index = -24; index < 0; index++) await passHour(index, { gmail: 1, microsoft: 2 });
  expect(monitoring.published()).toEqual([]);
  for (let index = 0; index < 4; index++) await passHour(index, { gmail: 80, microsoft: 2 });
  for (let index = 4; index < 8; index++) await passHour(index, { gmail: 1, microsoft: 2 });
  expect(monitoring.published()).toEqual([
    'account/provider-outage ok → approaching',
    'account/provider-outage approaching → ok',
  ]);
  const [raised, resolved] = monitoring.messages.map(({ parts }) => parts.email ?? '');
  expect(raised).toContain(
    'APPROACHING: google may have an outage\nOf the emails of this hour and the one before, 81 to google bounced permanently. Usually there are 2.',
  );
  expect(raised).toContain('The addresses: npx ses-feedback list --incident 2026-11-20T11 --stack ses-feedback-dev');
  expect(resolved).toMatch(/^RESOLVED: bounces at google are as usual again\nThe alarm lasted \d\.?\d? h, since/);
  expect(resolved).toContain(
    'To release them when it is over: npx ses-feedback release --incident 2026-11-20T11 --stack ses-feedback-dev --note outage',
  );
  expect(await monitoring.store.incidents()).toEqual([
    { id: '2026-11-20T11', provider: 'google', from: noon - hour, to: noon + 5 * hour + 20 * minute, bounces: 160 },
  ]);
  for (const { parts, subject } of monitoring.messages) {
    expect(`${subject}${parts.email}${parts.sms}`).not.toMatch(/undefined|NaN/);
    expect(JSON.parse(parts.sqs ?? '')).toMatchObject({
      rule: 'provider-outage',
      providerOutage: { provider: 'google' },
    });
  }
});

test('an incident is written before its alarm, so that a run that crashes in between is repeated', async () => {
  for (let index = -24; index < 0; index++) await passHour(index, { gmail: 1 });
  const { store } = monitoring;
  const crash = { ...store, saveAlarm: async () => Promise.reject(new Error('crash')) };
  system.now = noon + 20 * minute;
  await monitoring.count({ sends: 1000 }, { sentAt: noon + 10 * minute });
  await monitoring.countContributors({ hard_at_gmail: 80 });
  await monitoring.evaluate({ store: crash });
  expect([monitoring.notices.length, (await store.incidents()).length]).toEqual([0, 1]);
  system.now += minute;
  await monitoring.evaluate();
  expect(monitoring.published()).toEqual(['account/provider-outage ok → approaching']);
  // It lasts, with the most bounces that were seen.
  await monitoring.evaluate();
  expect(await store.incidents()).toEqual([
    { id: '2026-11-20T11', provider: 'google', from: noon - hour, bounces: 81 },
  ]);
});

test('an incident that cannot be written holds back its own alarm, and no other one', async () => {
  for (let index = -24; index < 0; index++) await passHour(index, { gmail: 1 });
  const store = {
    ...monitoring.store,
    saveIncident: async () => Promise.reject(new StoreError('throttled', { scope: 'transient' })),
  };
  system.now = noon + 20 * minute;
  await monitoring.count({ sends: 1000, hard: 300 }, { sentAt: noon + 10 * minute });
  await monitoring.countContributors({ hard_at_gmail: 80 });
  expect(await monitoring.evaluate({ store })).toMatchObject({ failed: 1, reason: 'throttled' });
  expect(monitoring.published()).toEqual(['account/rate-exceeded/bounceRate ok → critical']);
  await monitoring.evaluate();
  expect(monitoring.published()).toContain('account/provider-outage ok → approaching');
});

test('two incidents on one day are two, and an end that is written twice stays the first provider', async () => {
  const { store } = monitoring;
  const first = { id: '2026-11-20T11', provider: 'google', from: noon - hour, bounces: 80 };
  await store.saveIncident(first);
  await store.saveIncident({ ...first, bounces: 70 });
  await store.saveIncident({ ...first, provider: 'yahoo', bounces: 3, to: noon + hour });
  await store.saveIncident({ ...first, provider: 'yahoo', bounces: 2, to: noon + hour });
  const second = { id: '2026-11-20T18', provider: 'yahoo', from: noon + 6 * hour, bounces: 30 };
  await store.saveIncident(second);
  expect(await store.incidents()).toEqual([{ ...first, to: noon + hour }, second]);
});
