import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { createMonitoring, minute } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
import { createSystem, useSystem } from '../support/system.ts';

useSystem();

/** SES's count of the sends is read every minute, and lags behind by some minutes. */
async function evaluateWithDelay(delayMs: number) {
  const system = await createSystem();
  const monitoring = createMonitoring(system);
  monitoring.policy = readPolicy({ sendsFrom: 'ses', missingFeedback: { enabled: false } });
  system.now = noon - hour;
  for (; system.now < noon + hour; system.now += minute) {
    // A burst of 10,000 emails at noon, of which 1 % bounce at once.
    if (system.now === noon) await monitoring.count({ hard: 100 }, { sentAt: noon });
    const sends = Array.from({ length: 48 }, (_, slot) => ({ at: noon - hour + slot * 5 * minute, value: 10 }))
      .map(({ at, value }) => ({ at, value: at === noon ? 10_000 : value }))
      .filter(({ at }) => at + 5 * minute + delayMs <= system.now);
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends };
    await monitoring.evaluate();
  }
  return monitoring.published();
}

test.each([1, 10, 20])('bounces whose emails SES counts %i minutes later raise no alarm', async (delay) => {
  expect(await evaluateWithDelay(delay * minute)).toEqual([]);
});
