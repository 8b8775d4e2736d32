import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import {
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
} from '@aws-sdk/client-sns';
import { PurgeQueueCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { accountId } from '../support/ses.ts';
import type { Operator } from './operator.ts';

/** A misconfiguration of a healthy stack, the only problem that the doctor may find then, and its undo. */
export type Misconfiguration = {
  readonly apply: () => unknown;
  readonly resource: string;
  readonly message: RegExp;
  readonly undo: () => unknown;
};

/** Returns misconfigurations of topics, keys, subscriptions and queues in the emulated AWS. */
export function streamMisconfigurations(operator: () => Operator): Record<string, Misconfiguration> {
  const aws = () => operator().aws;
  const output = (name: string) => operator().output(name);
  const topic = () => output('BouncesTopicArn');
  const setTopic = async (name: string, value: string) =>
    aws().sns.send(new SetTopicAttributesCommand({ TopicArn: topic(), AttributeName: name, AttributeValue: value }));
  const setQueue = async (attributes: Record<string, string>) =>
    aws().sqs.send(new SetQueueAttributesCommand({ QueueUrl: output('BouncesQueueUrl'), Attributes: attributes }));
  const topicPolicy = (principal: unknown, condition?: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: principal, Action: 'sns:Publish', Resource: topic(), Condition: condition },
      ],
    });
  const sesPolicy = () =>
    topicPolicy({ Service: 'ses.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': accountId } });
  const subscription = () => subscriptionOf(operator());
  const setSubscription = async (name: string, value: string) => {
    const attribute = { SubscriptionArn: await subscription(), AttributeName: name, AttributeValue: value };
    await aws().sns.send(new SetSubscriptionAttributesCommand(attribute));
  };
  const queuePolicy = (topicArn: string) =>
    JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: `arn:aws:sqs:us-east-1:${accountId}:ses-feedback-prod-bounces`,
          Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
        },
      ],
    });
  const redrive = async () => {
    const target = `arn:aws:sqs:us-east-1:${accountId}:ses-feedback-prod-bounces-dlq`;
    await setSubscription('RedrivePolicy', JSON.stringify({ deadLetterTargetArn: target }));
  };
  let key = '';
  const kms = () => new KMSClient();
  return {
    'a topic that SES may not publish to': {
      apply: () =>
        setTopic(
          'Policy',
          topicPolicy({ Service: 'events.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': accountId } }),
        ),
      resource: 'bounces',
      message: /^SES is not allowed to publish to topic/,
      undo: () => setTopic('Policy', sesPolicy()),
    },
    'a topic that anyone may publish to': {
      apply: () => setTopic('Policy', topicPolicy('*')),
      resource: 'bounces',
      message: /allows publishers other than SES for this account/,
      undo: () => setTopic('Policy', sesPolicy()),
    },
    'a key that denies access to SES': {
      apply: async () => {
        const policy = {
          Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*' }],
        };
        const { KeyMetadata } = await kms().send(new CreateKeyCommand({ Policy: JSON.stringify(policy) }));
        key = KeyMetadata?.Arn ?? '';
        await setTopic('KmsMasterKeyId', key);
      },
      resource: 'bounces',
      message: /^the policy of the key .* denies access to ses\.amazonaws\.com, sns\.amazonaws\.com/,
      undo: () => setTopic('KmsMasterKeyId', ''),
    },
    'a disabled key': {
      apply: async () => {
        await kms().send(new DisableKeyCommand({ KeyId: key }));
        await setTopic('KmsMasterKeyId', key);
      },
      resource: 'bounces',
      message: /^the key .* is disabled/,
      undo: async () => {
        await kms().send(new EnableKeyCommand({ KeyId: key }));
        await setTopic('KmsMasterKeyId', '');
      },
    },
    'raw message delivery': {
      apply: () => setSubscription('RawMessageDelivery', 'true'),
      resource: 'bounces',
      message: /delivers raw messages/,
      undo: () => setSubscription('RawMessageDelivery', 'false'),
    },
    'a subscription without a dead-letter queue': {
      apply: () => setSubscription('RedrivePolicy', ''),
      resource: 'bounces',
      message: /has no dead-letter queue/,
      undo: redrive,
    },
    'a queue that does not accept messages from its topic': {
      apply: () => setQueue({ Policy: queuePolicy('arn:aws:sns:us-east-1:123456789012:another') }),
      resource: 'bounces',
      message: /^the queue does not accept messages from topic /,
      undo: () => setQueue({ Policy: queuePolicy(topic()) }),
    },
    'a message in the dead-letter queue': {
      apply: () =>
        aws().sqs.send(
          new SendMessageCommand({ QueueUrl: output('BouncesDeadLetterQueueUrl'), MessageBody: 'poison' }),
        ),
      resource: 'bounces',
      message: /^1 message is in the dead-letter queue/,
      undo: () => aws().sqs.send(new PurgeQueueCommand({ QueueUrl: output('BouncesDeadLetterQueueUrl') })),
    },
    'a disabled trigger of a function': {
      apply: () => setTrigger(operator(), false),
      resource: 'bounces',
      message: /^the trigger of its function is disabled/,
      undo: () => setTrigger(operator(), true),
    },
    'messages that are not processed': {
      apply: () =>
        putMetric(operator(), 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 900, 'ses-feedback-prod-complaints'),
      resource: 'complaints',
      message: /^the oldest message has been waiting for 15 minutes/,
      undo: () => putMetric(operator(), 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 0, 'ses-feedback-prod-complaints'),
    },
  };
}

/** Returns the ARN of the queue's subscription to the bounce topic. */
export async function subscriptionOf({ aws, output }: Operator): Promise<string> {
  const list = new ListSubscriptionsByTopicCommand({ TopicArn: output('BouncesTopicArn') });
  return (await aws.sns.send(list)).Subscriptions?.[0]?.SubscriptionArn ?? '';
}

/** Enables or disables the trigger of the bounce queue. */
async function setTrigger({ output }: Operator, Enabled: boolean): Promise<void> {
  const lambda = new LambdaClient();
  const arn = `arn:aws:sqs:us-east-1:${accountId}:${output('BouncesQueueUrl').split('/').at(-1)}`;
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: arn }));
  for (const { UUID } of EventSourceMappings) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
}

/** Puts a datapoint into CloudWatch, dated one minute ago, or now for a zero so that it replaces an earlier value. */
export async function putMetric({ aws }: Operator, namespace: string, name: string, value: number, queue?: string) {
  const at = { Timestamp: new Date(Date.now() - (value === 0 ? 0 : 60_000)), Value: value };
  const dimensions = queue && { Dimensions: [{ Name: 'QueueName', Value: queue }] };
  const MetricData = [{ MetricName: name, ...at, ...dimensions }];
  await aws.cloudWatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
}
