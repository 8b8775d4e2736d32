import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeKeyCommand, GetKeyPolicyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { minute } from '../../shared/domain/durations.ts';
import type { Clients } from './clients.ts';
import type { StreamDetails, Subscriber, TopicDetails } from './inventory.ts';
import type { KeyDetails } from './kms-key.ts';
import { settle, undefinedIfMissing } from './settle.ts';
import type { Stack, Stream } from './stack.ts';

/** A stream's topics, its queue, and what has piled up. */
export async function inspectStream(
  clients: Clients,
  stack: Stack,
  stream: Stream,
  now: number,
): Promise<StreamDetails> {
  const urls = [stack.queues[stream], stack.deadLetterQueues[stream]] as const;
  const [queue, letters] = await Promise.all(urls.map((url) => undefinedIfMissing(attributesOf(clients.sqs, url))));
  const missingQueues = [...(queue ? [] : [urls[0]]), ...(letters ? [] : [urls[1]])];
  const queueArn = queue?.QueueArn ?? '';
  const [topics, oldestSeconds, triggers] = await Promise.all([
    Promise.all(stack.topics[stream].map((arn) => lookAtTopic(clients, arn, queueArn))),
    queue && ageOfOldest(clients, queueArn, now),
    queue ? lookAtTriggers(clients, queueArn) : [],
  ]);
  return {
    topics,
    ...(missingQueues.length > 0 && { missingQueues }),
    queueArn,
    queuePolicy: queue?.Policy ?? '',
    deadLetters: Number(letters?.ApproximateNumberOfMessages ?? 0),
    deadLetterQueueArn: letters?.QueueArn ?? '',
    triggers,
    ...(oldestSeconds !== undefined && { oldestSeconds }),
  };
}

async function lookAtTriggers({ lambda }: Clients, queueArn: string): Promise<StreamDetails['triggers']> {
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: queueArn }),
  );
  return EventSourceMappings.map(({ UUID = '', State = '' }) => ({
    id: UUID,
    isEnabled: /^(Enabled|Enabling|Creating|Updating)$/.test(State),
  }));
}

/** Who is told when an alarm is raised. */
export async function inspectSubscribers({ sns }: Clients, { alarmTopic }: Stack): Promise<Subscriber[]> {
  return (await subscriptionsOf(sns, alarmTopic)).map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
    protocol: Protocol,
    endpoint: Endpoint,
    isConfirmed: isConfirmed(SubscriptionArn),
  }));
}

async function lookAtTopic({ sns, kms }: Clients, arn: string, queueArn: string): Promise<TopicDetails> {
  const found = await undefinedIfMissing(sns.send(new GetTopicAttributesCommand({ TopicArn: arn })));
  if (found === undefined) return { arn, isMissing: true, policy: '' };
  const { Policy = '', KmsMasterKeyId: key } = found.Attributes ?? {};
  const ours = (await subscriptionsOf(sns, arn)).find(({ Endpoint }) => Endpoint === queueArn);
  return {
    arn,
    policy: Policy,
    ...(key && { key: await settle(inspectKey(kms, key)) }),
    ...(ours && { subscription: await lookAtSubscription(sns, ours) }),
  };
}

async function lookAtSubscription(sns: SNSClient, { SubscriptionArn = '' }: Subscription) {
  // One that waits for its confirmation has no ARN yet, and no attributes.
  if (!isConfirmed(SubscriptionArn)) return { arn: '', isConfirmed: false, isRaw: false, hasDeadLetterQueue: true };
  const { Attributes = {} } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  return {
    arn: SubscriptionArn,
    isConfirmed: Attributes.PendingConfirmation !== 'true',
    isRaw: Attributes.RawMessageDelivery === 'true',
    hasDeadLetterQueue: Boolean(Attributes.RedrivePolicy),
  };
}

/** The facts of a KMS key. */
export async function inspectKey(kms: KMSClient, id: string): Promise<KeyDetails> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
  const { Arn = id, KeyManager, KeyState } = KeyMetadata ?? {};
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: Arn, PolicyName: 'default' }));
  return { arn: Arn, isCustomerManaged: KeyManager === 'CUSTOMER', isEnabled: KeyState === 'Enabled', policy: Policy };
}

async function subscriptionsOf(client: SNSClient, TopicArn: string): Promise<Subscription[]> {
  const all: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }))
    all.push(...Subscriptions);
  return all;
}

const isConfirmed = (subscriptionArn: string) => subscriptionArn.startsWith('arn:');

async function attributesOf(sqs: SQSClient, url: string): Promise<Record<string, string>> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  return Attributes;
}

/** Seconds, in the last ten minutes. */
async function ageOfOldest({ cloudWatch }: Clients, queueArn: string, now: number): Promise<number | undefined> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: queueArn.split(':').at(-1) }],
      StartTime: new Date(now - 10 * minute),
      EndTime: new Date(now),
      Period: 60,
      Statistics: ['Maximum'],
    }),
  );
  const latest = Datapoints.sort((a, b) => Number(a.Timestamp) - Number(b.Timestamp)).at(-1);
  return latest?.Maximum;
}
