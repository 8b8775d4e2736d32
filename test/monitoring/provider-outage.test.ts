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
  expect(raised).toContain(
    'The addresses: npx ses-feedback list --provider google --since 2026-11-20T10:20:00.000Z --stack ses-feedback-dev',
  );
  expect(resolved).toMatch(/^RESOLVED: bounces at google are as usual again\nThe alarm lasted \d\.?\d? h, since/);
  expect(resolved).toContain(
    "To release them when it is over: npx ses-feedback release --provider google --since 2026-11-20T10:20:00.000Z --stack ses-feedback-dev --note 'outage at google'",
  );
  for (const { parts, subject } of monitoring.messages) {
    expect(`${subject}${parts.email}${parts.sms}`).not.toMatch(/undefined|NaN/);
    expect(JSON.parse(parts.sqs ?? '')).toMatchObject({
      rule: 'provider-outage',
      providerOutage: { provider: 'google' },
    });
  }
});
