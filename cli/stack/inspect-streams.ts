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
import { readMetric } from '../../shared/aws/cloudwatch/read-metric.ts';
import { parseArn } from '../../shared/domain/arn.ts';
import { defined } from '../../shared/domain/defined.ts';
import { minute } from '../../shared/domain/durations.ts';
import type { Clients } from './clients.ts';
import type { StreamDetails, Subscriber, TopicDetails } from './inventory.ts';
import type { KeyDetails } from './kms-key.ts';
import { settle, undefinedIfMissing } from './settle.ts';
import type { Stack, Stream } from './stack.ts';

/** Returns the topics of a stream, its queue, and the messages that wait in it. */
export async function inspectStream(
  clients: Clients,
  stack: Stack,
  stream: Stream,
  now: number,
): Promise<StreamDetails> {
  const urls = [stack.queues[stream], stack.deadLetterQueues[stream]] as const;
  const [queue, deadLetterQueue] = await Promise.all(
    urls.map((url) => undefinedIfMissing(attributesOf(clients.sqs, url))),
  );
  const missingQueues = [...(queue ? [] : [urls[0]]), ...(deadLetterQueue ? [] : [urls[1]])];
  const queueArn = queue?.QueueArn ?? '';
  const [topics, oldestSeconds, triggers] = await Promise.all([
    Promise.all(stack.topics[stream].map((arn) => inspectTopic(clients, arn, queueArn))),
    queue && ageOfOldest(clients, queueArn, now),
    queue ? inspectTriggers(clients, queueArn) : [],
  ]);
  return {
    topics,
    ...(missingQueues.length > 0 && { missingQueues }),
    queueArn,
    queuePolicy: queue?.Policy ?? '',
    deadLetters: Number(deadLetterQueue?.ApproximateNumberOfMessages ?? 0),
    deadLetterQueueArn: deadLetterQueue?.QueueArn ?? '',
    triggers,
    ...defined({ oldestSeconds }),
  };
}

async function inspectTriggers({ lambda }: Clients, queueArn: string): Promise<StreamDetails['triggers']> {
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: queueArn }),
  );
  return EventSourceMappings.map(({ UUID = '', State = '' }) => ({
    id: UUID,
    isEnabled: /^(Enabled|Enabling|Creating|Updating)$/.test(State),
  }));
}

/** Returns the subscribers of the alarm topic. */
export async function inspectSubscribers({ sns }: Clients, { alarmTopic }: Stack): Promise<Subscriber[]> {
  return (await subscriptionsOf(sns, alarmTopic)).map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
    protocol: Protocol,
    endpoint: Endpoint,
    isConfirmed: isConfirmed(SubscriptionArn),
  }));
}

async function inspectTopic({ sns, kms }: Clients, arn: string, queueArn: string): Promise<TopicDetails> {
  const response = await undefinedIfMissing(sns.send(new GetTopicAttributesCommand({ TopicArn: arn })));
  if (response === undefined) return { arn, isMissing: true, policy: '' };
  const { Policy = '', KmsMasterKeyId: key } = response.Attributes ?? {};
  const subscription = (await subscriptionsOf(sns, arn)).find(({ Endpoint }) => Endpoint === queueArn);
  return {
    arn,
    policy: Policy,
    ...(key && { key: await settle(inspectKey(kms, key)) }),
    ...(subscription && { subscription: await inspectSubscription(sns, subscription) }),
  };
}

async function inspectSubscription(sns: SNSClient, { SubscriptionArn = '' }: Subscription) {
  // An unconfirmed subscription has neither an ARN nor attributes.
  if (!isConfirmed(SubscriptionArn)) return { arn: '', isConfirmed: false, isRaw: false, hasDeadLetterQueue: true };
  const { Attributes = {} } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  return {
    arn: SubscriptionArn,
    isConfirmed: Attributes.PendingConfirmation !== 'true',
    isRaw: Attributes.RawMessageDelivery === 'true',
    hasDeadLetterQueue: Boolean(Attributes.RedrivePolicy),
  };
}

/** Returns the state and the policy of a KMS key. */
export async function inspectKey(kms: KMSClient, id: string): Promise<KeyDetails> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: id }));
  const { Arn = id, KeyManager, KeyState } = KeyMetadata ?? {};
  const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: Arn, PolicyName: 'default' }));
  return { arn: Arn, isCustomerManaged: KeyManager === 'CUSTOMER', isEnabled: KeyState === 'Enabled', policy: Policy };
}

async function subscriptionsOf(client: SNSClient, TopicArn: string): Promise<Subscription[]> {
  const subscriptions: Subscription[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }))
    subscriptions.push(...Subscriptions);
  return subscriptions;
}

const isConfirmed = (subscriptionArn: string) => subscriptionArn.startsWith('arn:');

async function attributesOf(sqs: SQSClient, url: string): Promise<Record<string, string>> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  return Attributes;
}

/** Returns the age of the oldest message in seconds, if CloudWatch has a value from the last ten minutes. */
async function ageOfOldest({ cloudWatch }: Clients, queueArn: string, now: number): Promise<number | undefined> {
  const age = { namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum' } as const;
  const dimensions = { QueueName: parseArn(queueArn)?.resource ?? '' };
  const window = { periodMs: minute, from: now - 10 * minute, until: now };
  const points = await readMetric(cloudWatch, { ...age, ...window, dimensions });
  return points.at(-1)?.value;
}
