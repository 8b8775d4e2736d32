import { createWatch, minute, type Watch } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
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

/** Two thousand mails, four hundred bounced, at {@link noon}; `now` is when they are judged. */
async function badList(scopes = ['account']) {
  await watch.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes });
  system.now = noon + 10 * minute;
}

describe('the brake', () => {
  const news = 'configuration-set:news';
  beforeEach(() => {
    watch.policy = { ...watch.policy, autoPause: { enabled: true, minSends: 1000 } };
  });

  test('requestsPause the configuration set once, and says how to resume, also where the account speaks for it', async () => {
    await badList(['account', news]);
    watch.isSending = false;
    await watch.lookUntil(noon + 30 * minute, 1);
    expect(watch.paused).toEqual(['news']);
    expect(watch.told()).toEqual([
      'account/rate-exceeded/bounceRate ok → critical',
      `${news}/rate-exceeded/bounceRate ok → critical`,
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
    watch.policy = { ...watch.policy, autoPause: { enabled: false, minSends: 1000 } };
    await watch.count({ sends: 2000, hard: 300 }, { sentAt: noon, scopes: ['configuration-set:other'] });
    await watch.lookUntil(noon + 40 * minute, 1);
    expect(watch.paused).toEqual([]);
  });

  test('requestsPause a set that turned critical before it had sent enough, as soon as it has', async () => {
    await watch.count({ sends: 300, hard: 60 }, { sentAt: noon, scopes: [news] });
    watch.isSending = false;
    await watch.lookUntil(noon + 20 * minute, 1);
    expect([watch.told(), watch.paused]).toEqual([[`${news}/rate-exceeded/bounceRate ok → critical`], []]);
    await watch.count({ sends: 800, hard: 160 }, { sentAt: noon + 20 * minute, scopes: [news] });
    await watch.lookUntil(noon + 50 * minute, 1);
    expect(watch.paused).toEqual(['news']);
    expect(watch.notices.map(({ pausedConfigurationSet }) => pausedConfigurationSet)).toEqual([undefined, 'news']);
  });

  test('does not overrule who resumed the sending while its notice waited', async () => {
    await badList([news]);
    watch.publishes = () => Promise.reject(new Error('no topic'));
    await watch.lookUntil(noon + 40 * minute, 1);
    watch.publishes = async () => {};
    await watch.lookUntil(noon + 50 * minute, 1);
    expect(watch.paused).toEqual(['news']);
    expect(watch.notices[0]).toMatchObject({ pausedConfigurationSet: 'news' });
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
      `${news}/rate-exceeded/bounceRate ok → critical`,
      `${news}/rate-exceeded/complaintRate ok → critical`,
    ]);
    expect(watch.entries).toContainEqual({ kind: 'fault', what: `whether ${news} is paused`, reason: 'Error' });
  });

  test('that fails is told as such, with what to do by hand', async () => {
    await badList([news]);
    const sending = { pause: () => Promise.reject(new Error('denied')), isEnabled: async () => true };
    for (let i = 0; i < 20; i++, system.now += minute) await watch.look({ sending });
    expect(watch.notices).toMatchObject([{ pausedConfigurationSet: 'news', pauseError: 'Error' }]);
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
      `${news}/rate-exceeded/bounceRate ok → critical`,
      `${news}/rate-exceeded/bounceRate critical → ok`,
    ]);
    expect(watch.notices[1]).toMatchObject({ resumedConfigurationSet: 'news' });
    await watch.count({ sends: 2000, hard: 400 }, { sentAt: noon + 2 * hour, scopes: [news] });
    await watch.lookUntil(noon + 3 * hour, 1);
    expect(watch.paused).toEqual(['news', 'news']);
  });
});
