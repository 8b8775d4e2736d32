import type { EntityStatus } from '../../shared/domain/reputation/entity-status.ts';
import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let system: System;
let monitoring: Monitoring;
const acme = 'tenant:acme';
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
  await monitoring.evaluate();
});

const says = (status: Partial<EntityStatus>, scope = acme) => new Map([[scope, { isPausedBySes: false, ...status }]]);

test('a finding of SES about a tenant, and a pause by SES, are announced once each, and so is their end', async () => {
  await monitoring.count({ sends: 100 }, { scopes: [acme] });
  monitoring.entities = says({ impact: 'HIGH' });
  monitoring.findings = ['BOUNCE (HIGH): 16 % of 197 emails bounced'];
  await monitoring.evaluateUntil(noon + 10 * minute, 1);
  monitoring.entities = says({ isPausedBySes: true, impact: 'HIGH', cause: 'High bounce rate' });
  await monitoring.evaluateUntil(noon + 20 * minute, 1);
  monitoring.entities = new Map();
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  expect(monitoring.published()).toEqual([
    `${acme}/sending-status ok → approaching`,
    `${acme}/sending-status approaching → critical`,
    `${acme}/sending-status critical → ok`,
  ]);
  const [finding, pause, end] = monitoring.messages;
  expect(finding?.subject).toBe('[ses-feedback] APPROACHING: SES has a finding about tenant acme');
  expect(finding?.parts.email).toContain('Open findings of SES:\n  BOUNCE (HIGH): 16 % of 197 emails bounced\n');
  expect(pause?.subject).toBe('[ses-feedback] CRITICAL: SES has paused tenant acme');
  expect(pause?.parts.email).toContain('until it is reinstated. The reason that SES gives: High bounce rate');
  expect(pause?.parts.email).toContain('aws sesv2 get-tenant --tenant-name acme');
  expect(end?.subject).toBe('[ses-feedback] RESOLVED: SES has no open finding about tenant acme any more');
});

test('an event of SES is announced in the same run, and polling does not announce it again', async () => {
  await monitoring.count({ sends: 100 }, { scopes: [acme] });
  monitoring.entities = says({ isPausedBySes: true });
  await monitoring.evaluate({ urgentScopes: [acme] });
  expect(monitoring.published()).toEqual([`${acme}/sending-status ok → critical`]);
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  expect(monitoring.published()).toHaveLength(1);
});

test('an event about a tenant that has sent nothing yet is announced, too', async () => {
  monitoring.entities = says({ isPausedBySes: true }, 'tenant:new');
  await monitoring.evaluate({ urgentScopes: ['tenant:new'] });
  expect(monitoring.published()).toEqual(['tenant:new/sending-status ok → critical']);
});

test('SES is not asked about tenants if there are none, and an unknown status changes no alarm', async () => {
  const readEntities = vi.fn(async () => undefined);
  await monitoring.count({ sends: 100 }, { scopes: ['configuration-set:news'] });
  await monitoring.evaluate({ readEntities });
  expect(readEntities).not.toHaveBeenCalled();
  await monitoring.count({ sends: 100 }, { scopes: [acme] });
  monitoring.entities = says({ isPausedBySes: true });
  await monitoring.evaluate();
  for (let i = 0; i < 10; i++, system.now += minute) await monitoring.evaluate({ readEntities });
  expect(readEntities).toHaveBeenCalledTimes(10);
  expect(monitoring.published()).toEqual([`${acme}/sending-status ok → critical`]);
});

test('a rate alarm of a tenant shows what SES found beside the own figures', async () => {
  monitoring.entities = says({ isPausedBySes: true, impact: 'HIGH' });
  monitoring.findings = ['COMPLAINT (HIGH): 0.6 %'];
  await monitoring.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes: [acme] });
  await monitoring.evaluateUntil(noon + 30 * minute, 1);
  const rate = monitoring.messages.find(({ attributes }) => attributes.rule === 'rate-exceeded');
  expect(rate?.parts.email).toContain('400 of 2,000 (20 %) bounced');
  expect(rate?.parts.email).toContain(
    'SES has paused tenant acme.\nOpen findings of SES:\n  COMPLAINT (HIGH): 0.6 %\n',
  );
  expect(JSON.parse(rate?.parts.sqs ?? '').ses).toEqual({
    entity: { isPausedBySes: true, impact: 'HIGH' },
    findings: ['COMPLAINT (HIGH): 0.6 %'],
  });
});

describe('auto-pause of a tenant', () => {
  beforeEach(() => {
    monitoring.policy = { ...monitoring.policy, autoPause: { enabled: true, minSends: 1000 } };
  });

  test('pauses the tenant once, says how to reinstate it, and notices when it is', async () => {
    await monitoring.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes: ['account', acme] });
    monitoring.isSendingEnabled = false;
    await monitoring.evaluateUntil(noon + 40 * minute, 1);
    expect(monitoring.paused).toEqual(['acme']);
    const paused = monitoring.messages.find(({ attributes }) => attributes.scope === acme);
    expect(paused?.parts.email).toContain(
      'ses-feedback paused sending with tenant acme. Once the cause is fixed, resume it with:\n',
    );
    expect(paused?.parts.email).toMatch(
      /update-reputation-entity-customer-managed-status .*get-tenant --tenant-name acme .*--sending-status REINSTATED/,
    );
    monitoring.isSendingEnabled = true;
    await monitoring.evaluateUntil(noon + 60 * minute, 1);
    expect(monitoring.notices.at(-1)).toMatchObject({ kind: 'resolved', resumedTenant: 'acme' });
    expect(monitoring.messages.at(-1)?.parts.email).toContain('An operator resumed sending with tenant acme.');
    expect(monitoring.paused).toEqual(['acme']);
  });

  test('what sends too little is not paused', async () => {
    await monitoring.count({ sends: 999, hard: 300 }, { sentAt: noon, scopes: [acme] });
    await monitoring.evaluateUntil(noon + 30 * minute, 1);
    expect(monitoring.paused).toEqual([]);
  });
});
