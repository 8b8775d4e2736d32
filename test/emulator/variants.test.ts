import { GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { accountId, bounce } from '../support/ses.ts';
import { eventually, useEmulator } from './emulator.ts';

/** What the parameters make of the stack, and what stands in the way of it. */
const aws = useEmulator();

const sentence = async (...args: string[]) => {
  const { code, stdout, stderr } = await aws().sls('deploy', ...args);
  expect(code).not.toBe(0);
  return stdout + stderr;
};

test('what has the name of ours, and what is named and not there, is told before anything is created', async () => {
  await aws().sns.send(new CreateTopicCommand({ Name: 'ses-feedback-prod-bounces' }));
  await aws().sqs.send(new CreateQueueCommand({ QueueName: 'ses-feedback-prod-volume' }));
  const said = await sentence(
    '--stage=prod',
    `--param=complaintTopics=arn:aws:sns:us-east-1:${accountId}:nowhere`,
    `--param=encryptionKey=arn:aws:kms:us-east-1:${accountId}:key/00000000-0000-0000-0000-000000000000`,
    '--param=tables=use',
  );
  expect(said).toContain('Nothing was created or changed:');
  expect(said).toContain('The topic ses-feedback-prod-bounces exists already and is not of this stack.');
  expect(said).toContain('The queue ses-feedback-prod-volume exists already and is not of this stack.');
  expect(said).toContain(`There is no topic arn:aws:sns:us-east-1:${accountId}:nowhere.`);
  expect(said).toContain(`There is no key arn:aws:kms:us-east-1:${accountId}:key/00000000`);
  expect(said).toContain('With tables=use the table ses-feedback-prod-suppressions has to be there, and is not.');
  await expect(aws().outputs('ses-feedback-prod')).rejects.toThrow('does not exist');
});

test('every option at once: an identity of its own, a key of its own, alarms by mail, and a topic that exists already', async () => {
  const { TopicArn = '' } = await aws().sns.send(new CreateTopicCommand({ Name: 'ses-bounces-shop' }));
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'ses.amazonaws.com' }, Action: 'sns:Publish', Resource: TopicArn },
    ],
  });
  const attribute = { TopicArn, AttributeName: 'Policy', AttributeValue: policy };
  await aws().sns.send(new SetTopicAttributesCommand(attribute));
  await aws().deploy(
    'deploy',
    '--stage=dev',
    `--param=bounceTopics=${TopicArn}`,
    '--param=identity=shop.example.com',
    '--param=mailFrom=bounce.shop.example.com',
    '--param=encryptionKey=create',
    '--param=alarmEmail=on-call@example.com',
    '--param=dailySendsAbove=50000',
    '--param=bounceRateAbove=0.03',
  );
  const outputs = await aws().outputs('ses-feedback-dev');
  expect(outputs.KeyArn).toMatch(/^arn:aws:kms:/);
  expect(await aws().ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'shop.example.com' }))).toBeDefined();
  const { Subscriptions } = await aws().sns.send(
    new ListSubscriptionsByTopicCommand({ TopicArn: outputs.AlarmTopicArn }),
  );
  expect(Subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'on-call@example.com' }]);
  const { Attributes } = await aws().sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: outputs.BouncesQueueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes?.KmsMasterKeyId).toBe(outputs.KeyArn);

  // What is published to the adopted topic arrives like the rest, and its policy is as it was.
  const message = JSON.stringify(bounce({ to: 'adopted@example.net', mailId: 'adopted', sentAt: Date.now() }));
  await aws().sns.send(new PublishCommand({ TopicArn, Message: message }));
  const key = { address: 'adopted@example.net', list: 'account' };
  await eventually(
    async () => (await aws().tables.send(new GetCommand({ TableName: outputs.SuppressionsTableName, Key: key }))).Item,
    (item) => item?.status === 'suppressed',
  );
  const after = await aws().sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(after.Attributes?.Policy).toBe(policy);
});

test('what is left out again goes, and what is kept on purpose stays', async () => {
  const refused = await sentence('--stage=dev');
  for (const id of ['AlarmEmail', 'Identity', 'Key', 'BouncesSubscription'])
    expect(refused).toMatch(new RegExp(`The stack has ${id}\\w* \\(.*\\), and this deployment would take it away`));
  const [adopted] = /BouncesSubscription[0-9a-f]{8}/.exec(refused) ?? [];
  await aws().deploy('deploy', '--stage=dev', `--param=removes=AlarmEmail,Identity,Key,${adopted}`);
  const outputs = await aws().outputs('ses-feedback-dev');
  expect(outputs.KeyArn).toBeUndefined();
  expect(await aws().ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'shop.example.com' }))).toBeDefined();
  const said = await sentence('--stage=dev', '--param=identity=shop.example.com');
  expect(said).toContain('SES knows the identity shop.example.com already.');
  await aws().deploy('remove', '--stage=dev');
  // A stage without protection is gone as if it had never been.
  await aws().deploy('deploy', '--stage=dev');
  await aws().deploy('remove', '--stage=dev');
});
