import { DeleteTopicCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { checkTraffic } from '../../cli/doctor/check-traffic.ts';
import { openStack } from '../../cli/io/stack-options.ts';
import { inspectStack } from '../../cli/stack/inspect.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { accountId } from '../support/ses.ts';
import { subscribeToAlarms, useOperator } from './operator.ts';
import { sesMisconfigurations } from './ses-misconfigurations.ts';
import { putMetric, streamMisconfigurations, subscriptionOf } from './stream-misconfigurations.ts';

/** `ses-feedback doctor` on a healthy stack and account, with one misconfiguration at a time. */
const operator = useOperator();

beforeAll(async () => {
  const { code, stderr } = await operator().command('connect', '--all', '--yes');
  if (code !== 0) throw new Error(stderr);
  await subscribeToAlarms(operator());
});

/** Returns the problems. The note that a new stack has no traffic yet is expected. */
const findProblems = async () =>
  (await operator().findings()).filter(
    ({ status, resource }) => status !== 'ok' && !(status === 'note' && resource === 'traffic'),
  );

test('the doctor finds no problem in a healthy stack', async () => {
  expect(await findProblems()).toEqual([]);
});

const misconfigurations = Object.entries({ ...streamMisconfigurations(operator), ...sesMisconfigurations(operator) });

test.each(misconfigurations)(
  'the doctor finds %s, and says how to fix it',
  async (_name, { apply, resource, message, undo }) => {
    await apply();
    try {
      const findings = await findProblems();
      expect(findings.map((finding) => finding.resource)).toEqual([resource]);
      expect(findings[0]?.message).toMatch(message);
      expect(findings[0]).toHaveProperty('fix', expect.stringMatching(/\w{4}/));
    } finally {
      await undo();
    }
    expect(await findProblems()).toEqual([]);
  },
);

test('emails that are sent without any feedback are reported', async () => {
  await putMetric(operator(), 'AWS/SES', 'Send', 5000);
  await putMetric(operator(), 'AWS/SES', 'Bounce', 100);
  // The hour has to be completed, and the stack more than an hour old.
  const { stack, clients } = await openStack({ stage: 'prod' });
  const clock = () => Date.now() + 2 * 3_600_000;
  const { traffic } = await inspectStack({ clients, stack: { ...stack, createdAt: 0 }, clock, progress: () => {} });
  const findings = checkTraffic({ stack, traffic }, defaultPolicy.missingFeedback);
  expect(findings.map(({ resource, status, message }) => [resource, status, message])).toEqual([
    ['traffic', 'wrong', 'the stack received 0 of 100 bounces that SES counted in the last 24 hours: bounces are lost'],
    [
      'traffic',
      'wrong',
      'the stack received 0 of 5,000 send events of emails that SES sent in the last 24 hours: the calculated rates are too high',
    ],
  ]);
});

test('a queue that is not subscribed is found, and connect does not rely on it', async () => {
  const { aws, ses, command, output } = operator();
  await aws.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionOf(operator()) }));
  const messages = (await findProblems()).map((finding) => finding.message);
  expect(messages).toContain(`the queue is not subscribed to topic ${output('BouncesTopicArn')}: feedback is lost`);
  ses.identities['late.example.com'] = { isVerified: true, isForwardingFeedback: true };
  const { stdout } = await command(
    'connect',
    '--identity',
    `arn:aws:ses:us-east-1:${accountId}:identity/late.example.com`,
    '--yes',
  );
  expect(stdout).toContain('identity late.example.com: bounce topic unchanged: messages published to');
  expect(stdout).toContain('identity late.example.com: email forwarding unchanged: it stays on');
  expect(ses.identities['late.example.com']).toMatchObject({
    isForwardingFeedback: true,
    complaintTopic: output('ComplaintsTopicArn'),
  });
});

test.each([
  ['topic', /^topic .*-complaints does not exist: feedback is lost$/],
  ['queue', /^queue .*-complaints does not exist: feedback is lost$/],
])('a missing %s is found, and the rest of its stream is still checked', async (kind, message) => {
  const { aws, output } = operator();
  if (kind === 'topic') await aws.sns.send(new DeleteTopicCommand({ TopicArn: output('ComplaintsTopicArn') }));
  else await aws.sqs.send(new DeleteQueueCommand({ QueueUrl: output('ComplaintsQueueUrl') }));
  const problems = (await findProblems()).filter(({ resource }) => resource === 'complaints');
  expect(problems.map((finding) => finding.message)).toContainEqual(expect.stringMatching(message));
  expect(problems.map(({ status }) => status)).not.toContain('unknown');
});
