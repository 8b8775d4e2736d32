import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
  // The first evaluation stores when it took place.
  await monitoring.evaluate();
});

describe('the figures that SES publishes', () => {
  const reputation = (bounceRate: number, at = system.now) => ({
    reputation: { bounceRate: [{ at, value: bounceRate }], complaintRate: [] },
  });

  test('raise an alarm if its own rate is near the threshold, with the remaining bounces', async () => {
    await monitoring.count({ sends: 10_000, hard: 100 }, { sentAt: noon - hour });
    system.now = noon;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...reputation(0.029) };
    await monitoring.evaluate();
    expect(monitoring.published()).toEqual([]);
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...reputation(0.03) };
    await monitoring.evaluate();
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...reputation(0.046) };
    await monitoring.evaluate();
    expect(monitoring.published()).toEqual([
      'account/near-threshold/bounceRate ok → approaching',
      'account/near-threshold/bounceRate approaching → critical',
    ]);
    // 5 % of 10,000 are 500, and 100 have bounced. 421, not 400, because each further bounce also adds an email.
    expect(monitoring.notices[0]).toMatchObject({ ses: { rate: 0.03 }, headroom: { to: 'review', remaining: 421 } });
    monitoring.sesMetrics = { enforcementStatus: 'HEALTHY' };
    await monitoring.evaluateUntil(noon + 3 * hour, 30);
    expect(monitoring.entries.at(-1)).toMatchObject({
      unknown: [
        'bounce rate measured by SES',
        'complaint rate measured by SES',
        'bounces and complaints counted by SES',
      ],
    });
    const low = [0, 30, 60].map((minutes) => ({ at: noon + 3 * hour + minutes * minute, value: 0.02 }));
    monitoring.sesMetrics = { ...monitoring.sesMetrics, reputation: { bounceRate: low, complaintRate: [] } };
    await monitoring.evaluate();
    expect(monitoring.published().at(-1)).toBe('account/near-threshold/bounceRate critical → ok');
  });

  test('announce a review, a pause, and each way back, at once and once', async () => {
    const review = ['PROBATION', 'PROBATION', undefined, 'SOMETHING NEW'];
    for (const enforcementStatus of ['HEALTHY', ...review, 'SHUTDOWN', 'SHUTDOWN', ...review, 'SHUTDOWN', 'HEALTHY']) {
      const { enforcementStatus: _, ...facts } = monitoring.sesMetrics;
      monitoring.sesMetrics = { ...facts, ...(enforcementStatus !== undefined && { enforcementStatus }) };
      await monitoring.evaluate();
      system.now += minute;
    }
    expect(monitoring.published()).toEqual([
      'account/account-status ok → approaching',
      'account/account-status approaching → critical',
      'account/account-status critical → approaching',
      'account/account-status approaching → critical',
      'account/account-status critical → ok',
    ]);
    expect(monitoring.notices.map(({ kind }) => kind)).toEqual(['raised', 'raised', 'eased', 'raised', 'resolved']);
  });

  test('raise an alarm if half of the feedback that SES counted is missing', async () => {
    // Feedback has been counted for more than a day.
    system.now = noon + 26 * hour;
    await system.deliver(
      Array.from({ length: 9 }, (_, i) => bounce({ mailId: `m${i}`, to: `r${i}@example.net`, sentAt: system.now })),
    );
    system.now += hour;
    for (const feedbackCount of [18, 19, 20, 30, 12, 11]) {
      monitoring.sesMetrics = { ...monitoring.sesMetrics, feedbackCount };
      await monitoring.evaluate();
    }
    expect(monitoring.published()).toEqual([
      'account/missing-feedback ok → critical',
      'account/missing-feedback critical → ok',
    ]);
    expect(monitoring.notices[0]?.ses).toEqual({ feedback: { ses: 20, received: 9 } });
    // Feedback received more than a day ago does not count.
    system.now += day;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, feedbackCount: 20 };
    await monitoring.evaluate();
    expect(monitoring.notices.at(-1)?.ses).toEqual({ feedback: { ses: 20, received: 0 } });
  });

  test('raise no alarm for feedback that SES counted before the stack was deployed', async () => {
    monitoring.sesMetrics = { ...monitoring.sesMetrics, feedbackCount: 100 };
    for (const hours of [0, 1, 12, 24]) {
      system.now = noon + hours * hour;
      await monitoring.evaluate();
    }
    expect(monitoring.published()).toEqual([]);
  });
});
