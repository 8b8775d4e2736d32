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

/** A fault, planted in what was well; what the doctor has to say of it, and of nothing else; and how it is taken back. */
export type Planted = {
  readonly plant: () => unknown;
  readonly about: string;
  readonly says: RegExp;
  readonly heal: () => unknown;
};

/** Faults of topics, keys, subscriptions and queues, in the emulated AWS. */
export function faultsOfStreams(operator: () => Operator): Record<string, Planted> {
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
  const queuePolicy = (from: string) =>
    JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: `arn:aws:sqs:us-east-1:${accountId}:ses-feedback-prod-bounces`,
          Condition: { ArnEquals: { 'aws:SourceArn': from } },
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
    'a topic SES may not publish to': {
      plant: () =>
        setTopic(
          'Policy',
          topicPolicy({ Service: 'events.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': accountId } }),
        ),
      about: 'bounces',
      says: /^SES may not publish to the topic/,
      heal: () => setTopic('Policy', sesPolicy()),
    },
    'a topic anyone may publish to': {
      plant: () => setTopic('Policy', topicPolicy('*')),
      about: 'bounces',
      says: /lets others than SES for this account publish/,
      heal: () => setTopic('Policy', sesPolicy()),
    },
    'a key that does not let SES in': {
      plant: async () => {
        const policy = {
          Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*' }],
        };
        const { KeyMetadata } = await kms().send(new CreateKeyCommand({ Policy: JSON.stringify(policy) }));
        key = KeyMetadata?.Arn ?? '';
        await setTopic('KmsMasterKeyId', key);
      },
      about: 'bounces',
      says: /^the policy of the key .* does not let in ses\.amazonaws\.com, sns\.amazonaws\.com/,
      heal: () => setTopic('KmsMasterKeyId', ''),
    },
    'a key that is disabled': {
      plant: async () => {
        await kms().send(new DisableKeyCommand({ KeyId: key }));
        await setTopic('KmsMasterKeyId', key);
      },
      about: 'bounces',
      says: /^the key .* is disabled/,
      heal: async () => {
        await kms().send(new EnableKeyCommand({ KeyId: key }));
        await setTopic('KmsMasterKeyId', '');
      },
    },
    'raw message delivery': {
      plant: () => setSubscription('RawMessageDelivery', 'true'),
      about: 'bounces',
      says: /delivers raw messages/,
      heal: () => setSubscription('RawMessageDelivery', 'false'),
    },
    'a subscription without a dead-letter queue': {
      plant: () => setSubscription('RedrivePolicy', ''),
      about: 'bounces',
      says: /has no dead-letter queue/,
      heal: redrive,
    },
    'a queue that does not let its topic in': {
      plant: () => setQueue({ Policy: queuePolicy('arn:aws:sns:us-east-1:123456789012:another') }),
      about: 'bounces',
      says: /^the queue does not let the topic .* in/,
      heal: () => setQueue({ Policy: queuePolicy(topic()) }),
    },
    'a message in the dead-letter queue': {
      plant: () =>
        aws().sqs.send(
          new SendMessageCommand({ QueueUrl: output('BouncesDeadLetterQueueUrl'), MessageBody: 'poison' }),
        ),
      about: 'bounces',
      says: /^1 message lies in the dead-letter queue/,
      heal: () => aws().sqs.send(new PurgeQueueCommand({ QueueUrl: output('BouncesDeadLetterQueueUrl') })),
    },
    'a function that is not triggered': {
      plant: () => setTrigger(operator(), false),
      about: 'bounces',
      says: /^its function is not triggered/,
      heal: () => setTrigger(operator(), true),
    },
    'messages that nobody takes': {
      plant: () => measure(operator(), 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 900, 'ses-feedback-prod-complaints'),
      about: 'complaints',
      says: /^the oldest message has waited for 15 minutes/,
      heal: () => measure(operator(), 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 0, 'ses-feedback-prod-complaints'),
    },
  };
}

/** Of the queue to the topic of bounces. */
export async function subscriptionOf({ aws, output }: Operator): Promise<string> {
  const list = new ListSubscriptionsByTopicCommand({ TopicArn: output('BouncesTopicArn') });
  return (await aws.sns.send(list)).Subscriptions?.[0]?.SubscriptionArn ?? '';
}

/** Of the queue of bounces. */
async function setTrigger({ output }: Operator, Enabled: boolean): Promise<void> {
  const lambda = new LambdaClient();
  const arn = `arn:aws:sqs:us-east-1:${accountId}:${output('BouncesQueueUrl').split('/').at(-1)}`;
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: arn }));
  for (const { UUID } of EventSourceMappings) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
}

/** What CloudWatch has measured a minute ago. */
export async function measure({ aws }: Operator, namespace: string, name: string, value: number, queue?: string) {
  const at = { Timestamp: new Date(Date.now() - (value === 0 ? 0 : 60_000)), Value: value };
  const dimensions = queue && { Dimensions: [{ Name: 'QueueName', Value: queue }] };
  const MetricData = [{ MetricName: name, ...at, ...dimensions }];
  await aws.cloudWatch.send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
}
