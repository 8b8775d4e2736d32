import { DeleteTopicCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { checkTraffic } from '../../cli/doctor/check-account.ts';
import { openStack } from '../../cli/io/stack-options.ts';
import { inspectStack } from '../../cli/stack/inspect.ts';
import { accountId } from '../support/ses.ts';
import { listen, useOperator } from './operator.ts';
import { faultsOfSes } from './ses-misconfigurations.ts';
import { faultsOfStreams, measure, subscriptionOf } from './stream-misconfigurations.ts';

/** `ses-feedback doctor` on a stack and an account in which all is well, but for one fault at a time. */
const operator = useOperator();

beforeAll(async () => {
  const { code, stderr } = await operator().command('connect', '--all');
  if (code !== 0) throw new Error(stderr);
  await listen(operator());
});

/** A young stack has no traffic to look at yet. */
const faulty = async () =>
  (await operator().findings()).filter(
    ({ status, resource }) => status !== 'ok' && !(status === 'note' && resource === 'traffic'),
  );

test('where all is well nothing is found', async () => {
  expect(await faulty()).toEqual([]);
});

const faults = Object.entries({ ...faultsOfStreams(operator), ...faultsOfSes(operator) });

test.each(faults)('%s is found, with what to do about it', async (_name, { plant, about, says, heal }) => {
  await plant();
  try {
    const findings = await faulty();
    expect(findings.map((finding) => finding.resource)).toEqual([about]);
    expect(findings[0]?.message).toMatch(says);
    expect(findings[0]).toHaveProperty('fix', expect.stringMatching(/\w{4}/));
  } finally {
    await heal();
  }
  expect(await faulty()).toEqual([]);
});

test('silence while mail is sent is how a broken loop looks', async () => {
  await measure(operator(), 'AWS/SES', 'Send', 5000);
  await measure(operator(), 'AWS/SES', 'Bounce', 100);
  // The hour has to be over, and the stack an hour old.
  const { stack, clients } = await openStack({ stage: 'prod' });
  const clock = () => Date.now() + 2 * 3_600_000;
  const { traffic } = await inspectStack({ clients, stack: { ...stack, createdAt: 0 }, clock, progress: () => {} });
  expect(checkTraffic({ stack, traffic }).map(({ resource, status, message }) => [resource, status, message])).toEqual([
    ['traffic', 'wrong', '0 of 100 bounces and complaints SES counted in 24 hours came in'],
    [
      'traffic',
      'wrong',
      '0 of 5,000 mails SES sent in 24 hours were reported here: rates are too high, as mails are missing',
    ],
  ]);
});

test('a queue that is subscribed to nothing is found, and connect does not rely on it', async () => {
  const { aws, ses, command, output } = operator();
  await aws.sns.send(new UnsubscribeCommand({ SubscriptionArn: await subscriptionOf(operator()) }));
  const says = (await faulty()).map((finding) => finding.message);
  expect(says).toContain(`the queue is not subscribed to the topic ${output('BouncesTopicArn')}: feedback is lost`);
  ses.identities['late.example.com'] = { isVerified: true, isForwardingFeedback: true };
  const { stdout } = await command(
    'connect',
    '--identity',
    `arn:aws:ses:us-east-1:${accountId}:identity/late.example.com`,
  );
  expect(stdout).toContain('identity late.example.com: bounce topic left as it is: what is published to');
  expect(stdout).toContain('identity late.example.com: forwarding by e-mail left as it is: it stays on');
  expect(ses.identities['late.example.com']).toMatchObject({
    isForwardingFeedback: true,
    complaintTopic: output('ComplaintsTopicArn'),
  });
});

test.each([
  ['topic', /^the topic .*-complaints is gone: feedback is lost$/],
  ['queue', /^the queue .*-complaints is gone: feedback is lost$/],
])('a %s that is gone is found, and the rest of its stream is looked at', async (what, says) => {
  const { aws, output } = operator();
  if (what === 'topic') await aws.sns.send(new DeleteTopicCommand({ TopicArn: output('ComplaintsTopicArn') }));
  else await aws.sqs.send(new DeleteQueueCommand({ QueueUrl: output('ComplaintsQueueUrl') }));
  const ofComplaints = (await faulty()).filter(({ resource }) => resource === 'complaints');
  expect(ofComplaints.map((finding) => finding.message)).toContainEqual(expect.stringMatching(says));
  expect(ofComplaints.map(({ status }) => status)).not.toContain('unknown');
});
