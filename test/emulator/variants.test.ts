import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import { accountId, bounce, delivery } from '../support/ses.ts';
import { eventually, useEmulator } from './emulator.ts';

/** What the parameters change in the stack, and what prevents a deployment. */
const aws = useEmulator();

/** Subscribes a new queue to a topic, and returns a function that returns the messages in it. */
async function subscribeQueue(TopicArn: string): Promise<() => Promise<unknown[]>> {
  const { QueueUrl } = await aws().sqs.send(new CreateQueueCommand({ QueueName: 'application' }));
  const { Attributes } = await aws().sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await aws().sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: Attributes?.QueueArn }));
  return async () => {
    const { Messages = [] } = await aws().sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = '{}' }) => JSON.parse(JSON.parse(Body).Message));
  };
}

const failedDeployment = async (...args: string[]) => {
  const { code, stdout, stderr } = await aws().sls('deploy', ...args);
  expect(code).not.toBe(0);
  return stdout + stderr;
};

test('names that are taken and resources that do not exist are reported before anything is created', async () => {
  await aws().sns.send(new CreateTopicCommand({ Name: 'ses-feedback-prod-bounces' }));
  await aws().sqs.send(new CreateQueueCommand({ QueueName: 'ses-feedback-prod-volume' }));
  const output = await failedDeployment(
    '--stage=prod',
    `--param=complaintTopics=arn:aws:sns:us-east-1:${accountId}:nowhere`,
    `--param=encryptionKey=arn:aws:kms:us-east-1:${accountId}:key/00000000-0000-0000-0000-000000000000`,
    '--param=tables=use',
  );
  expect(output).toContain('Nothing was created or changed:');
  expect(output).toContain('The topic ses-feedback-prod-bounces already exists and does not belong to this stack.');
  expect(output).toContain('The queue ses-feedback-prod-volume already exists and does not belong to this stack.');
  expect(output).toContain(`The topic arn:aws:sns:us-east-1:${accountId}:nowhere does not exist.`);
  expect(output).toMatch(/The key arn:aws:kms:us-east-1:\d+:key\/00000000\S+ does not exist\./);
  expect(output).toContain(
    'The table ses-feedback-prod-suppressions does not exist, but the parameter tables is set to use.',
  );
  await expect(aws().outputs('ses-feedback-prod')).rejects.toThrow('does not exist');
});

test('all options together: an identity, a key, alarms by email, an adopted topic, published changes, and the memory of deliveries', async () => {
  writeFileSync(
    path.join(aws().checkout.folder, 'policy.json'),
    JSON.stringify({ publishStatusChanges: true, rememberDeliveries: true }),
  );
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

  // Before the first bounce: a container reads once an hour what is remembered.
  await rememberDelivery(outputs);
  const changes = await subscribeQueue(outputs.StatusTopicArn ?? '');

  // Messages of the adopted topic arrive as well, and its policy has not changed.
  const message = JSON.stringify(bounce({ to: 'adopted@example.net', mailId: 'adopted', sentAt: Date.now() }));
  await aws().sns.send(new PublishCommand({ TopicArn, Message: message }));
  const key = { address: 'adopted@example.net', list: 'account' };
  await eventually(
    async () => (await aws().tables.send(new GetCommand({ TableName: outputs.SuppressionsTableName, Key: key }))).Item,
    (item) => item?.status === 'suppressed',
  );
  const after = await aws().sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(after.Attributes?.Policy).toBe(policy);

  // The scheduled function publishes the change of status.
  const received = await eventually(changes, (messages) => JSON.stringify(messages).includes('adopted@'));
  const ofAdopted = received.filter((one) => Object(one).address === 'adopted@example.net');
  expect(ofAdopted).toMatchObject([
    { address: 'adopted@example.net', status: 'suppressed', reason: 'hard', until: null, messageId: 'adopted' },
  ]);
});

/** A delivery is written to the bucket, merged by the function that runs every hour, and found when its address bounces. */
async function rememberDelivery(outputs: Record<string, string>): Promise<void> {
  const publish = (TopicArn = '', message: object = {}) =>
    aws().sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
  const lambda = new LambdaClient();
  await publish(outputs.VolumeTopicArn, delivery({ to: 'ann@example.net', mailId: 'delivered', sentAt: Date.now() }));
  const run = { FunctionName: 'ses-feedback-dev-reconcile', Payload: '{}' };
  const Bucket = outputs.ImportBucketName;
  const s3 = createS3Client({ environment: process.env });
  const listed = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'deliveries/' }));
    return Contents.map(({ Key = '' }) => Key);
  };
  await eventually(listed, (keys) => keys.some((key) => key.startsWith('deliveries/new/')));
  // The simulated account has no list of SES, so the rest of the run fails.
  await lambda.send(new InvokeCommand(run));
  const month = new Date().toISOString().slice(0, 7);
  expect(await eventually(listed, (keys) => keys.length === 1)).toEqual([`deliveries/months/${month}`]);
  await publish(outputs.BouncesTopicArn, bounce({ to: 'ann@example.net', mailId: 'bounced', sentAt: Date.now() }));
  const key = { address: 'ann@example.net', list: 'account' };
  const record = await eventually(
    async () => (await aws().tables.send(new GetCommand({ TableName: outputs.SuppressionsTableName, Key: key }))).Item,
    (item) => item?.status === 'suppressed',
  );
  expect(record?.evidence).toMatchObject([{ hadDelivery: true }]);
}

test('resources of options that are no longer set are removed, except those that are retained', async () => {
  const refused = await failedDeployment('--stage=dev');
  for (const id of ['AlarmEmail', 'Identity', 'Key', 'BouncesSubscription'])
    expect(refused).toMatch(new RegExp(`The stack has ${id}\\w* \\(.*\\), and this deployment would remove it`));
  const [adopted] = /BouncesSubscription[0-9a-f]{8}/.exec(refused) ?? [];
  await aws().deploy('deploy', '--stage=dev', `--param=removes=AlarmEmail,Identity,Key,${adopted}`);
  const outputs = await aws().outputs('ses-feedback-dev');
  expect(outputs.KeyArn).toBeUndefined();
  expect(await aws().ses.send(new GetEmailIdentityCommand({ EmailIdentity: 'shop.example.com' }))).toBeDefined();
  const output = await failedDeployment('--stage=dev', '--param=identity=shop.example.com');
  expect(output).toContain('SES already has the identity shop.example.com.');
  await aws().deploy('remove', '--stage=dev');
  // A stage without deletion protection leaves nothing behind.
  await aws().deploy('deploy', '--stage=dev');
  await aws().deploy('remove', '--stage=dev');
});
