import fc from 'fast-check';
import { diagnose } from '../../../cli/commands/doctor.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { inventory, stack } from '../stack/inventory-fixture.ts';
import { randomInventory } from '../stack/random-inventory.ts';
import { diagnoseChange } from './diagnose-change.ts';

test('every check of a healthy stack is ok, in the order of the path of an email', () => {
  const findings = diagnose(inventory(), defaultPolicy);
  expect(diagnoseChange(inventory())).toEqual({ problems: [], noLongerOk: [] });
  expect(findings).toEqual([
    { status: 'ok', resource: 'account', message: 'sending is enabled, and SES suppresses bounces and complaints' },
    {
      status: 'ok',
      resource: `configuration set ${stack.configurationSet}`,
      message: 'its bounces and complaints are published to this stack',
    },
    ...['shop.example.com', 'news@shop.example.com'].map((name) => ({
      status: 'ok',
      resource: `identity ${name}`,
      message: 'its bounces and complaints reach this stack through its own topics',
    })),
    ...['bounces', 'complaints', 'volume'].map((resource) => ({
      status: 'ok',
      resource,
      message: 'messages from SES reach the function, and none are left behind',
    })),
    { status: 'ok', resource: 'tables', message: 'both tables exist' },
    {
      status: 'ok',
      resource: 'traffic',
      message:
        'in the last 24 hours SES sent 12,345 emails and counted 120 bounces and complaints; the stack received 12,300 and 118',
    },
    { status: 'ok', resource: 'alarms', message: 'alarms are delivered by email' },
  ]);
});

test('every finding has a message, and every problem a fix', () => {
  fc.assert(
    fc.property(randomInventory, ({ inventory: random }) => {
      const texts = diagnose(random, defaultPolicy).flatMap((finding) =>
        finding.status === 'ok'
          ? [finding.resource, finding.message]
          : [finding.resource, finding.message, finding.fix],
      );
      expect(texts.filter((text) => text.trim() === '' || /undefined|NaN|\[object/.test(text))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('no resource is both ok and wrong, and none is left out', () => {
  fc.assert(
    fc.property(randomInventory, ({ inventory: random }) => {
      const findings = diagnose(random, defaultPolicy);
      const ok = findings.flatMap(({ status, resource }) => (status === 'ok' ? resource : []));
      const faulty = findings.filter(({ status }) => status === 'wrong' || status === 'unknown');
      const resources = findings.map(({ resource }) => resource);
      expect(faulty.filter(({ resource }) => ok.includes(resource))).toEqual([]);
      for (const resource of ['account', 'bounces', 'complaints', 'volume', 'tables', 'traffic', 'alarms'])
        expect(resources).toContain(resource);
      if ('value' in random.identities)
        for (const { name } of random.identities.value) expect(resources).toContain(`identity ${name}`);
    }),
    { numRuns: 300 },
  );
});
