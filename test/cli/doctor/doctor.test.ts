import fc from 'fast-check';
import { diagnose } from '../../../cli/commands/doctor.ts';
import { faultsOf, sight, stack } from '../stack/inventory-fixture.ts';
import { madeSight } from '../stack/random-inventory.ts';

test('of a healthy sight there is nothing but praise, in the order of the way of a mail', () => {
  const findings = diagnose(sight());
  expect(faultsOf(sight())).toEqual({ amiss: [], noLongerOk: [] });
  expect(findings).toEqual([
    { status: 'ok', about: 'account', says: 'may send, and SES suppresses bounces and complaints itself' },
    {
      status: 'ok',
      about: `configuration set ${stack.configurationSet}`,
      says: 'bounces and complaints are published to our topics',
    },
    ...['shop.example.com', 'news@shop.example.com'].map((name) => ({
      status: 'ok',
      about: `identity ${name}`,
      says: 'its bounces and complaints come here, by topics of its own',
    })),
    ...['bounces', 'complaints', 'volume'].map((about) => ({
      status: 'ok',
      about,
      says: 'what SES publishes comes to its function, and nothing is left behind',
    })),
    { status: 'ok', about: 'tables', says: 'are there' },
    {
      status: 'ok',
      about: 'traffic',
      says: 'in 24 hours SES sent 12,345 mails and had 120 bounces and complaints; 12,300 and 118 came in',
    },
    { status: 'ok', about: 'alarms', says: 'are told by email' },
  ]);
});

test('whatever is seen, each finding says something, and each that is no praise what to do', () => {
  fc.assert(
    fc.property(madeSight, ({ sight: seen }) => {
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
    fc.property(madeSight, ({ sight: seen }) => {
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
