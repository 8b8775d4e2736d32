import fc from 'fast-check';
import { diagnose } from '../../../cli/commands/doctor.ts';
import { diagnoseChange, sight, stack } from '../stack/inventory-fixture.ts';
import { randomInventory } from '../stack/random-inventory.ts';

test('of a healthy sight there is nothing but praise, in the order of the way of a mail', () => {
  const findings = diagnose(inventory());
  expect(diagnoseChange(inventory())).toEqual({ problems: [], noLongerOk: [] });
  expect(findings).toEqual([
    { status: 'ok', resource: 'account', message: 'may send, and SES suppresses bounces and complaints itself' },
    {
      status: 'ok',
      resource: `configuration set ${stack.configurationSet}`,
      message: 'bounces and complaints are published to our topics',
    },
    ...['shop.example.com', 'news@shop.example.com'].map((name) => ({
      status: 'ok',
      resource: `identity ${name}`,
      message: 'its bounces and complaints come here, by topics of its own',
    })),
    ...['bounces', 'complaints', 'volume'].map((about) => ({
      status: 'ok',
      resource,
      message: 'what SES publishes comes to its function, and nothing is left behind',
    })),
    { status: 'ok', resource: 'tables', message: 'are there' },
    {
      status: 'ok',
      resource: 'traffic',
      message: 'in 24 hours SES sent 12,345 mails and had 120 bounces and complaints; 12,300 and 118 came in',
    },
    { status: 'ok', resource: 'alarms', message: 'are told by email' },
  ]);
});

test('whatever is seen, each finding says something, and each that is no praise what to do', () => {
  fc.assert(
    fc.property(randomInventory, ({ inventory: seen }) => {
      const texts = diagnose(seen).flatMap((finding) =>
        finding.status === 'ok'
          ? [finding.resource, finding.message]
          : [finding.resource, finding.message, finding.fix],
      );
      expect(texts.filter((text) => text.trim() === '' || /undefined|NaN|\[object/.test(text))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('whatever is seen, nothing is praised and found wrong at once, and no stage is passed over', () => {
  fc.assert(
    fc.property(randomInventory, ({ inventory: seen }) => {
      const findings = diagnose(seen);
      const praised = findings.flatMap(({ status, resource }) => (status === 'ok' ? resource : []));
      const faulty = findings.filter(({ status }) => status === 'wrong' || status === 'unknown');
      const abouts = findings.map(({ resource }) => resource);
      expect(faulty.filter(({ resource }) => praised.includes(resource))).toEqual([]);
      for (const stage of ['account', 'bounces', 'complaints', 'volume', 'tables', 'traffic', 'alarms'])
        expect(abouts).toContain(stage);
      if ('value' in seen.identities)
        for (const { name } of seen.identities.value) expect(abouts).toContain(`identity ${name}`);
    }),
    { numRuns: 300 },
  );
});
