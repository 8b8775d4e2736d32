import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';
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
        'sends counted by SES',
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

  const countedBySes = (bounces: number, complaints: number, at = system.now - hour) => ({
    feedback: { bounceRate: [{ at, value: bounces }], complaintRate: [{ at, value: complaints }] },
  });

  /** Moves to a time from which on feedback has been counted for more than a day. */
  async function watchForADay() {
    await monitoring.evaluate();
    system.now = noon + 26 * hour;
    await monitoring.count({ sends: 5000 });
  }

  const bounces = (count: number, prefix = 'm') =>
    Array.from({ length: count }, (_, i) =>
      bounce({ mailId: `${prefix}${i}`, to: `${prefix}${i}@example.net`, sentAt: system.now }),
    );

  test('raise an alarm if a fifth of the bounces that SES counted is missing', async () => {
    await watchForADay();
    await system.deliver(bounces(9));
    system.now += hour;
    for (const count of [18, 19, 20, 30, 12, 10, 9]) {
      monitoring.sesMetrics = { ...monitoring.sesMetrics, ...countedBySes(count, 0) };
      await monitoring.evaluate();
    }
    expect(monitoring.published()).toEqual([
      'account/missing-feedback ok → critical',
      'account/missing-feedback critical → ok',
    ]);
    expect(monitoring.notices[0]?.ses).toEqual({ feedback: { ses: 20, received: 9 } });
    // Feedback received more than a day ago does not count.
    system.now += day;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...countedBySes(20, 0) };
    await monitoring.evaluate();
    expect(monitoring.notices.at(-1)?.ses).toEqual({ feedback: { ses: 20, received: 0 } });
  });

  test('raise an alarm of its own if all complaints are lost, while bounces arrive', async () => {
    await watchForADay();
    await system.deliver(bounces(96));
    system.now += hour;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...countedBySes(96, 60) };
    await monitoring.evaluate();
    expect(monitoring.published()).toEqual(['account/missing-feedback/complaintRate ok → critical']);
    await system.deliver(
      Array.from({ length: 60 }, (_, i) => complaint({ mailId: `c${i}`, to: `c${i}@example.net`, sentAt: system.now })),
    );
    await monitoring.evaluate();
    expect(monitoring.published().at(-1)).toBe('account/missing-feedback/complaintRate critical → ok');
  });

  test('raise no alarm for a burst of feedback that is still on its way', async () => {
    await watchForADay();
    await system.deliver(bounces(20, 'first'));
    for (let minutes = 0; minutes < 20; minutes++, system.now += minute) {
      monitoring.sesMetrics = { ...monitoring.sesMetrics, ...countedBySes(60, 0, noon + 26 * hour) };
      await monitoring.evaluate();
    }
    await system.deliver(bounces(40, 'second'));
    for (let minutes = 0; minutes < 60; minutes++, system.now += minute) await monitoring.evaluate();
    expect(monitoring.published()).toEqual([]);
  });

  test('raise no alarm if the policy says that others send from the account, or that nobody watches', async () => {
    await watchForADay();
    await system.deliver(bounces(40));
    system.now += hour;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...countedBySes(100, 0) };
    monitoring.policy = { ...monitoring.policy, missingFeedback: { enabled: true, minShare: 0.3 } };
    await monitoring.evaluate();
    monitoring.policy = { ...monitoring.policy, missingFeedback: { enabled: false, minShare: 0.8 } };
    await monitoring.evaluate();
    expect(monitoring.published()).toEqual([]);
    monitoring.policy = { ...monitoring.policy, missingFeedback: { enabled: true, minShare: 0.8 } };
    await monitoring.evaluate();
    expect(monitoring.published()).toEqual(['account/missing-feedback ok → critical']);
  });

  test('are compared with feedback that is counted once, also if it has no effect', async () => {
    await watchForADay();
    const tooLarge = bounce({ type: 'Transient', subType: 'MessageTooLarge', mailId: 'large', sentAt: system.now });
    for (let i = 0; i < 30; i++) await system.deliver([tooLarge]);
    await system.deliver([tooLarge, { ...tooLarge, notificationType: 'Bounce', eventType: undefined }]);
    system.now += hour;
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...countedBySes(20, 0) };
    await monitoring.evaluate();
    expect(monitoring.notices[0]?.ses).toEqual({ feedback: { ses: 20, received: 1 } });
    expect(await system.record('ann@example.net')).toBeUndefined();
  });

  test('raise an alarm if Send events stop, in the account by comparison with SES, in another scope by bounces without sends', async () => {
    await watchForADay();
    const sends = [{ at: system.now - 2 * hour, value: 8000 }];
    await monitoring.count({ sends: 1000 }, { sentAt: system.now - 2 * hour });
    await monitoring.count({ hard: 25 }, { sentAt: system.now - 2 * hour, scopes: ['tenant:a'] });
    monitoring.sesMetrics = { ...monitoring.sesMetrics, sends };
    await monitoring.evaluateUntil(system.now + 10 * minute, 1);
    expect(monitoring.published().sort()).toEqual([
      'account/missing-sends ok → critical',
      'tenant:a/missing-sends ok → critical',
    ]);
    await monitoring.count({ sends: 7000 }, { sentAt: system.now - 2 * hour, scopes: ['account', 'tenant:a'] });
    await monitoring.evaluateUntil(system.now + 10 * minute, 1);
    expect(monitoring.published().slice(2).sort()).toEqual([
      'account/missing-sends critical → ok',
      'tenant:a/missing-sends critical → ok',
    ]);
  });

  test('without them, 20 bounces and no send in the account are noticed as well', async () => {
    await monitoring.count({ hard: 200 }, { sentAt: noon - 2 * hour });
    await monitoring.evaluate();
    expect(monitoring.published()).toContain('account/missing-sends ok → critical');
  });

  test('raise no alarm for feedback that SES counted before the stack was deployed', async () => {
    monitoring.sesMetrics = { ...monitoring.sesMetrics, ...countedBySes(100, 100, noon - 2 * hour) };
    for (const hours of [0, 1, 12, 24]) {
      system.now = noon + hours * hour;
      await monitoring.evaluate();
    }
    expect(monitoring.published()).toEqual([]);
  });
});
