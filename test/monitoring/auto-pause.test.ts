import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
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

/** Counts 2,000 emails at {@link noon}, of which 400 bounced, and moves to the time at which they are evaluated. */
async function countBadList(scopes = ['account']) {
  await monitoring.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes });
  system.now = noon + 10 * minute;
}

describe('auto-pause', () => {
  const news = 'configuration-set:news';
  beforeEach(() => {
    monitoring.policy = { ...monitoring.policy, autoPause: { enabled: true, minSends: 1000 } };
  });

  test('pauses a configuration set once and says how to resume it, even if the alarm of the account inhibits its alarm', async () => {
    await countBadList(['account', news]);
    monitoring.isSendingEnabled = false;
    await monitoring.evaluateUntil(noon + 30 * minute, 1);
    expect(monitoring.paused).toEqual(['news']);
    expect(monitoring.published()).toEqual([
      'account/rate-exceeded/bounceRate ok → critical',
      `${news}/rate-exceeded/bounceRate ok → critical`,
    ]);
    expect(monitoring.messages[1]?.parts.email).toContain(
      'aws sesv2 put-configuration-set-sending-options --configuration-set-name news --sending-enabled\n',
    );
  });

  test('is disabled by default, requires a minimum of sends, and only pauses configuration sets and tenants', async () => {
    await monitoring.count({ sends: 999, hard: 300 }, { sentAt: noon, scopes: ['account', 'tenant:a', news] });
    await monitoring.count({ sends: 2000, hard: 300 }, { sentAt: noon, scopes: ['identity:b.example'] });
    await monitoring.evaluateUntil(noon + 30 * minute, 1);
    expect(monitoring.paused).toEqual([]);
    monitoring.policy = { ...monitoring.policy, autoPause: { enabled: false, minSends: 1000 } };
    await monitoring.count({ sends: 2000, hard: 300 }, { sentAt: noon, scopes: ['configuration-set:other'] });
    await monitoring.evaluateUntil(noon + 40 * minute, 1);
    expect(monitoring.paused).toEqual([]);
  });

  test('pauses a configuration set that became critical before the minimum of sends, as soon as it has sent enough', async () => {
    await monitoring.count({ sends: 300, hard: 60 }, { sentAt: noon, scopes: [news] });
    monitoring.isSendingEnabled = false;
    await monitoring.evaluateUntil(noon + 20 * minute, 1);
    expect([monitoring.published(), monitoring.paused]).toEqual([
      [`${news}/rate-exceeded/bounceRate ok → critical`],
      [],
    ]);
    await monitoring.count({ sends: 800, hard: 160 }, { sentAt: noon + 20 * minute, scopes: [news] });
    await monitoring.evaluateUntil(noon + 50 * minute, 1);
    expect(monitoring.paused).toEqual(['news']);
    expect(monitoring.notices.map(({ pausedConfigurationSet }) => pausedConfigurationSet)).toEqual([undefined, 'news']);
  });

  test('does not pause again what an operator resumed while the notice could not be published', async () => {
    await countBadList([news]);
    monitoring.onPublish = () => Promise.reject(new Error('no topic'));
    await monitoring.evaluateUntil(noon + 40 * minute, 1);
    monitoring.onPublish = async () => {};
    await monitoring.evaluateUntil(noon + 50 * minute, 1);
    expect(monitoring.paused).toEqual(['news']);
    expect(monitoring.notices[0]).toMatchObject({ pausedConfigurationSet: 'news' });
  });

  test('leaves an alarm unchanged while the sending status is unknown, and continues with the others', async () => {
    await countBadList([news]);
    monitoring.isSendingEnabled = false;
    await monitoring.evaluateUntil(noon + 20 * minute, 1);
    await monitoring.count({ sends: 2000, complaints: 100 }, { sentAt: noon + 20 * minute, scopes: [news] });
    const sending = {
      findings: async () => [],
      pause: async () => {},
      isEnabled: () => Promise.reject(new Error('denied')),
    };
    for (; system.now < noon + 50 * minute; system.now += minute)
      expect((await monitoring.evaluate({ sending })).failed).toBe(0);
    expect(monitoring.published()).toEqual([
      `${news}/rate-exceeded/bounceRate ok → critical`,
      `${news}/rate-exceeded/complaintRate ok → critical`,
    ]);
    expect(monitoring.entries).toContainEqual({
      kind: 'error',
      subject: `the sending status of ${news}`,
      reason: 'Error',
    });
  });

  test('reports a failed pause, and how to pause manually', async () => {
    await countBadList([news]);
    const sending = {
      findings: async () => [],
      pause: () => Promise.reject(new Error('denied')),
      isEnabled: async () => true,
    };
    for (let i = 0; i < 20; i++, system.now += minute) await monitoring.evaluate({ sending });
    expect(monitoring.notices).toMatchObject([{ pausedConfigurationSet: 'news', pauseError: 'Error' }]);
    expect(monitoring.messages[0]?.parts.email).toContain('--no-sending-enabled\n');
  });

  test('can pause again after an operator has resumed sending', async () => {
    await countBadList([news]);
    monitoring.isSendingEnabled = false;
    await monitoring.evaluateUntil(noon + hour, 1);
    expect(monitoring.paused).toHaveLength(1);
    monitoring.isSendingEnabled = true;
    await monitoring.evaluateUntil(noon + 2 * hour, 1);
    expect(monitoring.published()).toEqual([
      `${news}/rate-exceeded/bounceRate ok → critical`,
      `${news}/rate-exceeded/bounceRate critical → ok`,
    ]);
    expect(monitoring.notices[1]).toMatchObject({ resumedConfigurationSet: 'news' });
    await monitoring.count({ sends: 2000, hard: 400 }, { sentAt: noon + 2 * hour, scopes: [news] });
    await monitoring.evaluateUntil(noon + 3 * hour, 1);
    expect(monitoring.paused).toEqual(['news', 'news']);
  });

  test('is tried again an hour after it failed, and the notice says what became of it', async () => {
    await countBadList([news]);
    let isAllowed = false;
    const sending = {
      findings: async () => [],
      pause: async ({ name }: { readonly name: string }) => {
        if (!isAllowed) throw new Error('denied');
        monitoring.paused.push(name);
      },
      isEnabled: async () => false,
    };
    for (; system.now < noon + hour; system.now += minute) await monitoring.evaluate({ sending });
    isAllowed = true;
    for (; system.now < noon + 2 * hour; system.now += minute) await monitoring.evaluate({ sending });
    expect(monitoring.paused).toEqual(['news']);
    expect(
      monitoring.notices.map(({ pausedConfigurationSet, pauseError }) => [pausedConfigurationSet, pauseError]),
    ).toEqual([
      ['news', 'Error'],
      ['news', undefined],
    ]);
  });

  test.each([
    ['before the pause', 0],
    ['after the pause, before it is stored', 1],
  ])('is not repeated after hours by a process that takes over from one that died %s', async (_name, paused) => {
    await countBadList([news]);
    const sending = {
      findings: async () => [],
      pause: async ({ name }: { readonly name: string }) => {
        if (paused > 0) monitoring.paused.push(name);
        throw new Crash();
      },
      isEnabled: async () => true,
    };
    const saveAutoPause: Monitoring['store']['saveAutoPause'] = (name, version, state) =>
      state.kind === 'due' ? monitoring.store.saveAutoPause(name, version, state) : Promise.reject(new Crash());
    // Nothing runs after the crash until a person has looked at it, and has resumed sending.
    while (monitoring.paused.length < paused || (await pendingPauses()) === 0) {
      await monitoring.evaluate({ sending, store: { ...monitoring.store, saveAutoPause } });
      system.now += minute;
    }
    system.now += 3 * hour;
    monitoring.isSendingEnabled = true;
    await monitoring.evaluateUntil(system.now + 30 * minute, 1);
    expect(monitoring.paused).toHaveLength(paused);
    expect(monitoring.notices).not.toEqual([]);
  });

  class Crash extends Error {}

  async function pendingPauses(): Promise<number> {
    const { alarms } = await monitoring.store.read(news, system.now, true);
    return alarms.filter(({ alarm }) => alarm.autoPause?.kind === 'due' && alarm.autoPause.triedAt !== undefined)
      .length;
  }
});
