import type { SesMetrics } from '../../shared/domain/reputation/ses-metrics.ts';
import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

// Auto-pause waits if the numbers of SES, or the volume queue, contradict the rate. The rules: test/domain/reputation/pause-obstacle.test.ts.
useSystem();

const news = 'configuration-set:news';
const bounceRate = [{ at: noon, value: 0.01 }];
let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
  monitoring.policy = { ...monitoring.policy, autoPause: { enabled: true, minSends: 1000 } };
  // The first evaluation stores when it took place.
  await monitoring.evaluate();
});

/** Counts 2,000 emails at {@link noon}, of which 400 bounced, and moves to the time at which they are evaluated. */
async function countBadList(scopes: readonly string[]) {
  await monitoring.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes });
  system.now = noon + 10 * minute;
}

test.each<[string, Partial<SesMetrics>]>([
  ['SES itself measures a low rate', { reputation: { bounceRate, complaintRate: [] } }],
  ['SES counts more sends', { sends: [{ at: noon, value: 20_000 }] }],
  ['Send events are in the dead-letter queue', { volumeDeadLetters: 1 }],
])('nothing is paused while %s, and then it is', async (_name, metrics) => {
  const healthy = monitoring.sesMetrics;
  monitoring.sesMetrics = { ...healthy, ...metrics };
  await countBadList(['account', news]);
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  expect(monitoring.paused).toEqual([]);
  monitoring.sesMetrics = healthy;
  monitoring.isSendingEnabled = false;
  await monitoring.evaluateUntil(noon + 40 * minute, 1);
  expect(monitoring.paused).toEqual(['news']);
});

test.each<[string, Partial<SesMetrics>]>([
  [
    'SES measures a rate that is high as well',
    { reputation: { bounceRate: [{ at: noon, value: 0.04 }], complaintRate: [] } },
  ],
  ['SES counts as many sends', { sends: [{ at: noon, value: 2000 }] }],
  [
    'SES counts as many sends, although its long-term rate is low',
    { sends: [{ at: noon, value: 2000 }], reputation: { bounceRate, complaintRate: [] } },
  ],
  ['the volume queue is a minute behind', { volumeDelayMs: minute, volumeDeadLetters: 0 }],
])('a configuration set is paused if %s', async (_name, metrics) => {
  monitoring.sesMetrics = { ...monitoring.sesMetrics, ...metrics };
  monitoring.isSendingEnabled = false;
  await countBadList(['account', news]);
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  expect(monitoring.paused).toEqual(['news']);
});

test('the notice of a configuration set says why it is not paused', async () => {
  monitoring.sesMetrics = { ...monitoring.sesMetrics, volumeDeadLetters: 3 };
  await countBadList([news]);
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  expect(monitoring.messages[0]?.parts.email).toContain(
    'Auto-pause waits: Send events are in the dead-letter queue, so the rate may be too high.\n',
  );
});

test('nothing is paused while the account cannot be evaluated', async () => {
  await countBadList(['account', news]);
  const read: Monitoring['store']['read'] = (scope, ...rest) =>
    scope === 'account' ? Promise.reject(new Error('no table')) : monitoring.store.read(scope, ...rest);
  for (let i = 0; i < 20; i++, system.now += minute)
    await monitoring.evaluate({ store: { ...monitoring.store, read } });
  expect(monitoring.paused).toEqual([]);
});
