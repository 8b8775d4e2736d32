import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
});
afterEach(() => deployed.close());

/** Runs the command with configuration files of its own, and without credentials in the environment. */
function accounts(config: string, args: readonly string[] = [], credentials = '') {
  const files = {
    config: path.join(deployed.folder, 'config'),
    credentials: path.join(deployed.folder, 'credentials'),
  };
  writeFileSync(files.config, config);
  writeFileSync(files.credentials, credentials);
  return deployed.commandWith(
    {
      AWS_CONFIG_FILE: files.config,
      AWS_SHARED_CREDENTIALS_FILE: files.credentials,
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_REGION: '',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    ...['accounts', ...args],
  );
}

const keys = 'aws_access_key_id = local\naws_secret_access_key = local\n';

test('every profile is a row, in its Region, with the state of its account', async () => {
  deployed.ses.account.isSandbox = true;
  const config = `[profile prod]\nregion = us-east-1\n[profile dev]\nregion = eu-west-1\n[sso-session corp]\nsso_region = us-east-1\n`;
  const { code, stdout, stderr } = await accounts(config, [], `[prod]\n${keys}[dev]\n${keys}`);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(
    [
      'profile  Region     account       sending  sent in 24 h  stack',
      'prod     us-east-1  123456789012  sandbox      0 of 200  ses-feedback-prod',
      'dev      eu-west-1  123456789012  sandbox      0 of 200  ses-feedback-prod',
      '',
    ].join('\n'),
  );
});

test('Regions that are passed are all read, of the profiles that are passed', async () => {
  const config = '[profile prod]\nregion = us-east-1\n[profile dev]\nregion = us-east-1\n';
  const args = ['--profile', 'prod', '--region', 'eu-west-1', '--region', 'us-west-2', '--json'];
  const { stdout } = await accounts(config, args, `[prod]\n${keys}[dev]\n${keys}`);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    accounts: [
      {
        profile: 'prod',
        region: 'eu-west-1',
        account: '123456789012',
        isInSandbox: false,
        stacks: ['ses-feedback-prod'],
      },
      { profile: 'prod', region: 'us-west-2' },
    ],
  });
});

test('what cannot be read is named with its reason, beside the accounts that can', async () => {
  const config = '[profile prod]\nregion = us-east-1\n[profile empty]\nregion = us-east-1\n[profile nowhere]\n';
  const { code, stdout } = await accounts(config, [], `[prod]\n${keys}[nowhere]\n${keys}`);
  expect(code).toBe(6);
  expect(stdout).toMatch(/^prod +us-east-1 +123456789012 +enabled/m);
  expect(stdout).toMatch(/^✗ empty, us-east-1: Cannot load credentials for profile "empty": /m);
  expect(stdout).toMatch(/^✗ nowhere, no Region: no Region configured; pass --region$/m);
});

test('without credentials for any account, the exit code is 4', async () => {
  expect((await accounts('[profile empty]\nregion = us-east-1\n')).code).toBe(4);
  const none = await accounts('');
  expect([none.code, none.stderr]).toEqual([4, expect.stringContaining('No profile in your AWS configuration')]);
});

test('an unknown profile is named with those that exist', async () => {
  const { code, stderr } = await accounts('[profile prod]\nregion = us-east-1\n', ['--profile', 'prd']);
  expect([code, stderr]).toEqual([4, 'ses-feedback: No profile "prd" in your AWS configuration. It has: prod.\n']);
});

test('credentials of the environment are a row of their own', async () => {
  const { stdout } = await deployed.commandWith({ AWS_CONFIG_FILE: '/nonexistent', HOME: '/nonexistent' }, 'accounts');
  expect(stdout).toMatch(/^\(environment\) +us-east-1 +123456789012 +enabled +0 of 50,000 +ses-feedback-prod$/m);
});

test('an identity that may not list stacks still sees the rest', async () => {
  deployed.ses.account.isSendingEnabled = false;
  deployed.denyStacks();
  const { code, stdout } = await deployed.commandWith(
    { AWS_CONFIG_FILE: '/nonexistent', HOME: '/nonexistent' },
    'accounts',
  );
  expect([code, stdout]).toEqual([0, expect.stringMatching(/ paused .* not allowed to list$/m)]);
});
