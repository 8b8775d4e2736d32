import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
  deployed.ses.receiptRuleSets['ses-feedback-prod'] = {
    rules: [{ name: 'ses-feedback-prod', recipients: ['shop.example'] }],
  };
  deployed.ses.receiptRuleSets.legacy = {
    rules: [
      { name: 'sales', recipients: ['sales@shop.example', 'shop.example'] },
      { name: 'rest', recipients: [] },
    ],
  };
});
afterEach(() => deployed.close());

const activate = (...args: string[]) => deployed.command('relay', 'activate', ...args);

test('where no rule set is active, that of the relay becomes active', async () => {
  expect(await activate()).toEqual({
    code: 0,
    stdout:
      'No receipt rule set is active in us-east-1: SES receives no email there.\nses-feedback-prod is active now.\n',
    stderr: '',
  });
  expect(deployed.ses.activeRuleSet).toBe('ses-feedback-prod');
  expect(await activate()).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to change') });
});

test('another rule set is shown, and never replaced silently', async () => {
  deployed.ses.activeRuleSet = 'legacy';
  const { code, stdout } = await activate();
  expect([code, stdout]).toEqual([
    3,
    `Active in us-east-1: legacy, with 2 rules
  sales: sales@shop.example, shop.example
  rest: every recipient of your domains
Nothing was changed: SES would no longer use the rules above.
To keep them, deploy with --param="relayRuleSet=legacy": then the rule of the relay is added to them.
To replace them: npx ses-feedback relay activate --replace
`,
  ]);
  expect(deployed.ses.activeRuleSet).toBe('legacy');
});

test('--replace asks, unless --yes is passed, and says how to go back', async () => {
  deployed.ses.activeRuleSet = 'legacy';
  expect((await activate('--replace')).code).toBe(3);
  expect((await deployed.terminal(['relay', 'activate', '--replace'], 'n\n')).code).toBe(3);
  expect(deployed.ses.activeRuleSet).toBe('legacy');
  const { code, stdout } = await activate('--replace', '--yes');
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining('To go back: aws ses set-active-receipt-rule-set --rule-set-name legacy'),
  ]);
  expect(deployed.ses.activeRuleSet).toBe('ses-feedback-prod');
});

test('--dry-run changes nothing', async () => {
  expect(await activate('--dry-run')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Would make ses-feedback-prod active'),
  });
  deployed.ses.activeRuleSet = 'legacy';
  expect((await activate('--dry-run', '--replace')).code).toBe(0);
  expect((await activate('--dry-run')).code).toBe(3);
  expect(deployed.ses.activeRuleSet).toBe('legacy');
});

test('--json says what was active before', async () => {
  deployed.ses.activeRuleSet = 'legacy';
  const { stdout } = await activate('--json', '--replace', '--yes');
  expect(JSON.parse(stdout)).toMatchObject({
    ruleSet: 'ses-feedback-prod',
    isActive: true,
    isChanged: true,
    before: { name: 'legacy' },
  });
  expect((await activate('--json', '--replace')).code).toBe(2);
});

test('doctor reports that no email reaches the relay, until its rule set is active', async () => {
  const findings = async () => JSON.parse((await deployed.command('doctor', '--json')).stdout).findings;
  const ofRelay = { resource: 'inbound relay' };
  expect(await findings()).toContainEqual(
    expect.objectContaining({ ...ofRelay, status: 'wrong', message: expect.stringContaining('no receipt rule set') }),
  );
  await activate();
  expect(await findings()).toContainEqual(expect.objectContaining({ ...ofRelay, status: 'ok' }));
});
