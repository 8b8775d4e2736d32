import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { useSystem } from '../../support/system.ts';

/** What connect changes in the account. The rest is in test/cli/connect and, against an emulator, in test/emulator/connect.test.ts. */

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
  deployed.ses.account.suppressedReasons = ['BOUNCE'];
  deployed.ses.identities['example.com'] = { isVerified: true };
});
afterEach(() => deployed.close());

test('the settings of Auto Validation stay when the reasons of the account are completed', async () => {
  const validation = { ConditionThreshold: { ConditionThresholdEnabled: 'ENABLED' } };
  deployed.ses.account.validation = validation;
  const { stdout } = await deployed.command('connect', '--all', '--yes');
  expect(stdout).toContain('BOUNCE, COMPLAINT');
  expect(deployed.ses.account).toMatchObject({ suppressedReasons: ['BOUNCE', 'COMPLAINT'], validation });
  const put = deployed.ses.calls.filter(({ operation }) => operation === 'PutAccountSuppressionAttributes');
  expect(put).toHaveLength(1);
});

test('without Auto Validation, none is set', async () => {
  await deployed.command('connect', '--all', '--yes');
  expect(deployed.ses.account.suppressedReasons).toEqual(['BOUNCE', 'COMPLAINT']);
  expect(deployed.ses.account).not.toHaveProperty('validation');
});

test('doctor names connect as the fix, because the command of the AWS CLI may remove Auto Validation', async () => {
  const before = await deployed.command('doctor');
  expect(before.stdout).toContain(
    '→ aws sesv2 put-account-suppression-attributes --suppressed-reasons BOUNCE COMPLAINT',
  );
  deployed.ses.account.validation = { ConditionThreshold: { ConditionThresholdEnabled: 'ENABLED' } };
  const { stdout } = await deployed.command('doctor');
  expect(stdout).toContain('→ run: npx ses-feedback connect (it keeps the settings of Auto Validation)');
});

test('configuration sets are not read: there may be thousands, at one call a second', async () => {
  deployed.ses.configurationSets.news = { destinations: [] };
  await deployed.command('connect', '--all', '--dry-run');
  const operations = new Set(deployed.ses.calls.map(({ operation }) => operation));
  expect([...operations].filter((operation) => operation.includes('ConfigurationSet'))).toEqual([]);
  expect(operations).toContain('GetEmailIdentity');
});
