import { runCli } from '../../support/run-cli.ts';

const doctor = (env: Record<string, string>, ...args: string[]) =>
  runCli(['doctor', ...args], { env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...env } });

test('missing credentials are an error that says how to provide them', async () => {
  expect(await doctor({}, '--region', 'us-east-1')).toEqual({
    code: 4,
    stdout: '',
    stderr:
      'ses-feedback: No AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  });
});

test('a profile without valid credentials is named, with the reason and the command that starts a session', async () => {
  const { code, stderr } = await doctor({ AWS_PROFILE: 'prod' }, '--region', 'us-east-1');
  expect([code, stderr]).toEqual([
    4,
    expect.stringMatching(
      /^ses-feedback: Cannot load credentials for profile "prod": [^\n]*[^.\n]\. If the session has expired, run: aws sso login --profile prod\n$/,
    ),
  ]);
});

test('a missing Region is an error that names the option and the setting', async () => {
  const { code, stderr } = await doctor({});
  expect([code, stderr]).toEqual([2, 'ses-feedback: No AWS Region configured. Pass --region or set AWS_REGION.\n']);
});
