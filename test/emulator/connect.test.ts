import { root, run } from '../support/run.ts';
import { changes, subscribeToAlarms, throttleOnce, useOperator } from './operator.ts';

/**
 * `ses-feedback connect`, with `doctor` before and after it. Each test continues from the state the previous one left.
 */
const operator = useOperator();

beforeAll(() => {
  operator().ses.account.suppressedReasons = ['BOUNCE'];
});

test('before connect, the doctor reports identities without a destination, missing subscribers, and the fixes', async () => {
  const { code, stdout } = await operator().command('doctor', '--all');
  expect(code).toBe(1);
  const lines = stdout.trim().split('\n');
  expect(lines).toContain(
    '✗ identity shop.example.com: its bounces and complaints do not reach this stack; SES forwards them by email',
  );
  expect(lines).toContain(
    '    → npx ses-feedback connect --stack ses-feedback-prod --region us-east-1 --identity shop.example.com',
  );
  expect(lines).toContain(
    `✗ alarms: the topic ${operator().output('AlarmTopicArn')} has no subscribers: alarms are not delivered`,
  );
  expect(lines).toContain(
    `    → set alarmEmail under params in serverless.yml, then run: npx sls deploy --stage prod --region us-east-1`,
  );
  expect(lines).toContain('✓ bounces: messages from SES reach the function, and none are left behind');
  expect(lines.at(-1)).toBe('ses-feedback-prod: 4 problems. Run npx commands in your ses-feedback checkout.');
});

test('connect without a selection lists the identities and changes nothing', async () => {
  const { code, stderr } = await operator().command('connect');
  expect(code).toBe(2);
  expect(stderr).toBe(
    'ses-feedback: No identity selected. Pass --identity <name> (repeatable), or --all for shop.example.com and news@shop.example.com.\n',
  );
  expect(changes(operator())).toEqual([]);
});

test('a dry run prints the changes and makes none', async () => {
  const { code, stdout } = await operator().command('connect', '--identity', 'shop.example.com', '--dry-run');
  expect(stdout).toBe(
    [
      'account: reasons for which SES suppresses addresses\n  - BOUNCE\n  + BOUNCE, COMPLAINT',
      `identity shop.example.com: bounce topic\n  - none\n  + ${operator().output('BouncesTopicArn')}`,
      `identity shop.example.com: complaint topic\n  - none\n  + ${operator().output('ComplaintsTopicArn')}`,
      'identity shop.example.com: default configuration set\n  - none\n  + ses-feedback-prod',
      'identity shop.example.com: email forwarding\n  - on\n  + off',
      '5 changes to make. Dry run: nothing was changed.\n',
    ].join('\n'),
  );
  expect(code).toBe(0);
  expect(changes(operator())).toEqual([]);
});

test('connect makes the changes at the rate SES accepts, and a second run changes nothing', async () => {
  const unasked = await operator().command('connect', '--all');
  expect([unasked.code, unasked.stdout]).toEqual([
    2,
    expect.stringContaining('9 changes to make. Nothing was changed. To make them without being asked, pass --yes.\n'),
  ]);
  expect(changes(operator())).toEqual([]);
  throttleOnce(operator(), 'GetEmailIdentity', 'SetIdentityNotificationTopic');
  const first = await operator().command('connect', '--all', '--yes');
  expect(first.stderr).toBe('');
  expect(first.stdout).toContain(
    '9 changes made. Next: npx ses-feedback doctor --stack ses-feedback-prod --region us-east-1\nRun npx commands in your ses-feedback checkout.\n',
  );
  expect(changes(operator())).toHaveLength(9);
  const bounceTopic = operator().output('BouncesTopicArn');
  const complaintTopic = operator().output('ComplaintsTopicArn');
  for (const name of ['shop.example.com', 'news@shop.example.com']) {
    const configurationSet = 'ses-feedback-prod';
    expect(operator().ses.identities[name]).toEqual({
      isVerified: true,
      bounceTopic,
      complaintTopic,
      configurationSet,
      isForwardingFeedback: false,
    });
  }
  expect(operator().ses.account.suppressedReasons).toEqual(['BOUNCE', 'COMPLAINT']);
  const second = await operator().command('connect', '--all', '--yes');
  expect(second.stdout).toBe('Nothing to change.\n');
  expect(changes(operator())).toHaveLength(9);
});

test('after connect and with a subscriber, the doctor finds no problem and its exit code is 0', async () => {
  await subscribeToAlarms(operator());
  const { code, stdout } = await operator().command('doctor', '--all');
  expect(stdout).toBe(
    [
      '– traffic: the stack is less than an hour old: too early to compare traffic',
      '    → run doctor again in an hour',
      '✓ account: sending is enabled, and SES suppresses bounces and complaints',
      '✓ configuration set ses-feedback-prod: its bounces and complaints are published to this stack',
      '✓ identity shop.example.com: its bounces and complaints reach this stack through its own topics',
      '✓ identity news@shop.example.com: its bounces and complaints reach this stack through its own topics',
      '✓ bounces: messages from SES reach the function, and none are left behind',
      '✓ complaints: messages from SES reach the function, and none are left behind',
      '✓ volume: messages from SES reach the function, and none are left behind',
      '✓ tables: both tables exist',
      '✓ SES account suppression list in us-east-1: up to date',
      '✓ alarms: alarms are delivered by email',
      '',
      'No problems found in ses-feedback-prod.\n',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('doctor --fix connects what is not connected any more, and checks again', async () => {
  delete operator().ses.identities['shop.example.com']?.bounceTopic;
  delete operator().ses.identities['shop.example.com']?.configurationSet;
  const { code, stdout } = await operator().command('doctor', '--fix', '--yes');
  expect(stdout).toMatch(
    /^✗ identity shop\.example\.com: [\s\S]*\nTo fix:\nidentity shop\.example\.com: bounce topic\n/,
  );
  expect(stdout).toMatch(
    /\nAfter the changes:\n– traffic: .*\n.*\n✓ 10 checks passed \(--all lists them\)\n\nNo problems found/,
  );
  expect(code).toBe(0);
  const again = await operator().command('doctor', '--fix', '--yes');
  expect([again.code, again.stdout]).toEqual([
    0,
    expect.stringContaining('Nothing here can be fixed by this command.'),
  ]);
});

test('a missing stack, an unknown identity and missing credentials are errors that say what to do', async () => {
  const missing = await operator().command('doctor', '--stage', 'staging');
  expect([missing.code, missing.stderr]).toEqual([
    1,
    'ses-feedback: Stack ses-feedback-staging does not exist in us-east-1. Deploy it (npx sls deploy --stage staging --region us-east-1), or select another stack with --stage, --stack or --region.\n',
  ]);
  const unknown = await operator().command('connect', '--identity', 'nobody.example.com');
  expect(unknown.stderr).toContain('SES has no identity nobody.example.com in this Region.');
  const withoutCredentials = await run(process.execPath, ['cli/ses-feedback.js', 'doctor', '--region', 'us-east-1'], {
    cwd: root,
    env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' },
  });
  expect(withoutCredentials.stderr).toBe(
    'ses-feedback: No AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  );
});
