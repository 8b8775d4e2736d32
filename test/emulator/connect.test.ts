import { root, run } from '../support/run.ts';
import { changes, listen, throttleOnce, useOperator } from './operator.ts';

/** `ses-feedback connect`, and `doctor` before and after it: one story, each test stands on those before it. */
const operator = useOperator();

beforeAll(() => {
  operator().ses.account.suppressedReasons = ['BOUNCE'];
});

test('before it is connected, the doctor says who reports to nobody, that nobody is told, and what to do', async () => {
  const { code, stdout } = await operator().command('doctor');
  expect(code).toBe(1);
  const lines = stdout.trim().split('\n');
  expect(lines).toContain(
    '✗ identity shop.example.com: its bounces and complaints do not come here; SES forwards them by e-mail → npx ses-feedback connect --stack ses-feedback-prod --region us-east-1 --identity shop.example.com',
  );
  expect(lines).toContain(
    `✗ alarms: nobody is subscribed to ${operator().output('AlarmTopicArn')} → name one in alarmEmail under params in serverless.yml, then: npx sls deploy --stage prod --region us-east-1`,
  );
  expect(lines).toContain('✓ bounces: what SES publishes comes to its function, and nothing is left behind');
  expect(lines.at(-1)).toBe('ses-feedback-prod: 4 wrong.');
});

test('connect asks which identities are meant, and changes nothing until it is told', async () => {
  const { code, stderr } = await operator().command('connect');
  expect(code).toBe(1);
  expect(stderr).toBe(
    'ses-feedback: Which identities? Say --identity <name> (repeatable), or --all for shop.example.com, news@shop.example.com.\n',
  );
  expect(changes(operator())).toEqual([]);
});

test('a dry run shows the diff and changes nothing', async () => {
  const { code, stdout } = await operator().command('connect', '--identity', 'shop.example.com', '--dry-run');
  expect(stdout).toBe(
    [
      'account: what SES suppresses itself\n  - BOUNCE\n  + BOUNCE, COMPLAINT',
      `identity shop.example.com: bounce topic\n  - none\n  + ${operator().output('BouncesTopicArn')}`,
      `identity shop.example.com: complaint topic\n  - none\n  + ${operator().output('ComplaintsTopicArn')}`,
      'identity shop.example.com: default configuration set\n  - none\n  + ses-feedback-prod',
      'identity shop.example.com: forwarding by e-mail\n  - on\n  + off',
      '5 changes to make; this was a dry run.\n',
    ].join('\n'),
  );
  expect(code).toBe(0);
  expect(changes(operator())).toEqual([]);
});

test('connect makes what it shows, at the pace SES allows, and a second time there is nothing to change', async () => {
  throttleOnce(operator(), 'GetEmailIdentity', 'SetIdentityNotificationTopic');
  const first = await operator().command('connect', '--all');
  expect(first.stderr).toBe('');
  expect(first.stdout).toContain(
    '9 changes made. Next: npx ses-feedback doctor --stack ses-feedback-prod --region us-east-1\n',
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
  const second = await operator().command('connect', '--all');
  expect(second.stdout).toBe('Nothing to change.\n');
  expect(changes(operator())).toHaveLength(9);
});

test('then, with somebody to tell, all is well, and the exit code says so', async () => {
  await listen(operator());
  const { code, stdout } = await operator().command('doctor');
  expect(stdout).toBe(
    [
      '✓ account: may send, and SES suppresses bounces and complaints itself',
      '✓ configuration set ses-feedback-prod: bounces and complaints are published to our topics',
      '✓ identity shop.example.com: its bounces and complaints come here, by topics of its own',
      '✓ identity news@shop.example.com: its bounces and complaints come here, by topics of its own',
      '✓ bounces: what SES publishes comes to its function, and nothing is left behind',
      '✓ complaints: what SES publishes comes to its function, and nothing is left behind',
      '✓ volume: what SES publishes comes to its function, and nothing is left behind',
      '✓ tables: are there',
      "✓ SES's list in us-east-1: is up to date",
      '– traffic: the stack is younger than an hour: too early to tell → look again in an hour',
      '✓ alarms: are told by email',
      '',
      'All is well with ses-feedback-prod.\n',
    ].join('\n'),
  );
  expect(code).toBe(0);
});

test('a stack that is not there, an identity SES does not know, and no credentials are a sentence each', async () => {
  const none = await operator().command('doctor', '--stage', 'staging');
  expect([none.code, none.stderr]).toEqual([
    1,
    'ses-feedback: There is no stack ses-feedback-staging in us-east-1. Deploy it (npx sls deploy --stage staging), or say which: --stage, --stack, --region.\n',
  ]);
  const stranger = await operator().command('connect', '--identity', 'nobody.example.com');
  expect(stranger.stderr).toContain('SES knows no identity nobody.example.com in this Region.');
  const nobody = await run(process.execPath, ['cli/ses-feedback.js', 'doctor', '--region', 'us-east-1'], {
    cwd: root,
    env: { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' },
  });
  expect(nobody.stderr).toBe(
    'ses-feedback: There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
  );
});
