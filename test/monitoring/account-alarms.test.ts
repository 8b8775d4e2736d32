import { createWatch, minute, type Watch } from '../support/monitoring.ts';
import { bounce, day, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let system: System;
let cusum: Watch;
beforeEach(async () => {
  system = await createSystem();
  watch = createWatch(system);
  // The first look of all writes down that it was.
  await watch.look();
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
      'account/near-threshold/bounceRate ok → approaching',
      'account/near-threshold/bounceRate approaching → critical',
    ]);
    // 5 % of 10,000 are 500: 100 have bounced, and each further one is a mail more, too.
    expect(watch.notices[0]).toMatchObject({ ses: { rate: 0.03 }, headroom: { to: 'review', left: 421 } });
    watch.facts = { enforcementStatus: 'HEALTHY' };
    await watch.lookUntil(noon + 3 * hour, 30);
    expect(watch.entries.at(-1)).toMatchObject({
      unknown: ['Reputation.BounceRate', 'Reputation.ComplaintRate', 'Bounce and Complaint'],
    });
    const low = [0, 30, 60].map((minutes) => ({ at: noon + 3 * hour + minutes * minute, value: 0.02 }));
    watch.facts = { ...watch.facts, reputation: { bounceRate: low, complaintRate: [] } };
    await watch.look();
    expect(watch.told().at(-1)).toBe('account/near-threshold/bounceRate critical → ok');
  });

  test('a review is critical at once, and its end is told', async () => {
    for (const enforcementStatus of ['HEALTHY', 'PROBATION', 'PROBATION', undefined, 'SOMETHING NEW', 'HEALTHY']) {
      const { enforcementStatus: _, ...facts } = watch.facts;
      watch.facts = { ...facts, ...(enforcementStatus !== undefined && { enforcementStatus }) };
      await watch.look();
      system.now += minute;
    }
    expect(watch.told()).toEqual(['account/account-status ok → critical', 'account/account-status critical → ok']);
  });

  test('feedback that does not come in is told: half of what SES counted is missing', async () => {
    // It has listened for more than a day.
    system.now = noon + 26 * hour;
    await system.deliver(
      Array.from({ length: 9 }, (_, i) => bounce({ mailId: `m${i}`, to: `r${i}@example.net`, sentAt: system.now })),
    );
    system.now += hour;
    for (const feedbackCount of [18, 19, 20, 30, 12, 11]) {
      watch.facts = { ...watch.facts, feedbackCount };
      await watch.look();
    }
    expect(watch.told()).toEqual(['account/loop ok → critical', 'account/loop critical → ok']);
    expect(watch.notices[0]?.ses).toEqual({ feedback: { ses: 20, ours: 9 } });
    // What came in more than a day ago is no sign of life.
    system.now += day;
    watch.facts = { ...watch.facts, feedbackCount: 20 };
    await watch.look();
    expect(watch.notices.at(-1)?.ses).toEqual({ feedback: { ses: 20, ours: 0 } });
  });

  test('what SES counted before anybody listened here is not missing', async () => {
    watch.facts = { ...watch.facts, feedbackCount: 100 };
    for (const hours of [0, 1, 12, 24]) {
      system.now = noon + hours * hour;
      await watch.look();
    }
    expect(watch.told()).toEqual([]);
  });
});
