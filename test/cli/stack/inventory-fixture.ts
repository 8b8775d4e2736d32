import type {
  ConfigurationSetDetails,
  IdentityDetails,
  Inspected,
  StackInventory,
  StreamDetails,
  TopicDetails,
  Traffic,
  TrafficWindow,
} from '../../../cli/stack/inventory.ts';
import type { KeyDetails } from '../../../cli/stack/kms-key.ts';
import type { Stack, Stream } from '../../../cli/stack/stack.ts';

export const account = '111122223333';
export const otherAccount = '999988887777';
export const sns = (name: string, of = account) => `arn:aws:sns:eu-west-1:${of}:${name}`;
export const ses = (name: string, of = account) => `arn:aws:ses:eu-west-1:${of}:${name}`;
export const sqs = (name: string) => `arn:aws:sqs:eu-west-1:${account}:${name}`;

const queueUrl = (name: string) => `https://sqs.eu-west-1.amazonaws.com/${account}/ses-feedback-prod-${name}`;

export const subscriptionArn = sns('ses-feedback-prod-bounces:1234');

export const stack: Stack = {
  name: 'ses-feedback-prod',
  stage: 'prod',
  createdAt: 0,
  partition: 'aws',
  region: 'eu-west-1',
  account,
  topics: {
    bounces: [sns('ses-feedback-prod-bounces')],
    complaints: [sns('ses-feedback-prod-complaints')],
    volume: [sns('ses-feedback-prod-volume')],
  },
  alarmTopic: sns('ses-feedback-prod-alarms'),
  queues: { bounces: queueUrl('bounces'), complaints: queueUrl('complaints'), volume: queueUrl('volume') },
  deadLetterQueues: {
    bounces: queueUrl('bounces-dlq'),
    complaints: queueUrl('complaints-dlq'),
    volume: queueUrl('volume-dlq'),
  },
  suppressionsTable: 'ses-feedback-prod-suppressions',
  reputationTable: 'ses-feedback-prod-reputation',
  configurationSet: 'ses-feedback-prod',
};

/** A topic that existed before the stack and was adopted by it. */
export const adoptedTopic = sns('adopted-bounces');
export const stackWithAdoptedTopic: Stack = {
  ...stack,
  topics: { ...stack.topics, bounces: [stack.topics.bounces[0], adoptedTopic] },
};

/** Policies as resources/topics.yml, queues.yml and encryption-key.yml deploy them, and the one SNS gives a new topic. */
export const policies = {
  topic: (arn: string, sources: readonly string[] = [ses('configuration-set/*'), ses('identity/*')]) =>
    policyOf(
      {
        Effect: 'Allow',
        Principal: { Service: 'ses.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: arn,
        Condition: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': sources } },
      },
      onlyOverTls('sns:Publish', arn),
    ),
  queue: (arn: string, topics: readonly string[]) =>
    policyOf(
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': topics } },
      },
      onlyOverTls('sqs:*', arn),
    ),
  key: (services: readonly string[] = ['ses.amazonaws.com', 'sns.amazonaws.com', 'cloudwatch.amazonaws.com']) =>
    policyOf(
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { Service: services },
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': account } },
      },
    ),
  ofNewTopic: (arn: string) =>
    policyOf({
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:Subscribe', 'SNS:Publish'],
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    }),
};

export const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const onlyOverTls = (action: string, arn: string) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: arn,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

export const key = (fields: Partial<KeyDetails> = {}): KeyDetails => ({
  arn: `arn:aws:kms:eu-west-1:${account}:key/1234abcd`,
  isCustomerManaged: true,
  isEnabled: true,
  policy: policies.key(),
  ...fields,
});

type TopicFields = Partial<Omit<TopicDetails, 'key'>> & { readonly key?: KeyDetails };

export const topic = (arn: string, { key: one = key(), ...fields }: TopicFields = {}): TopicDetails => ({
  arn,
  policy: policies.topic(arn),
  key: inspected(one),
  subscription: { arn: subscriptionArn, isConfirmed: true, isRaw: false, hasDeadLetterQueue: true },
  ...fields,
});

/** A healthy stream with all topics that a stack has for it. */
export function streamDetails(
  stream: Stream,
  fields: Partial<StreamDetails> = {},
  { topics }: Stack = stack,
): StreamDetails {
  const queueArn = sqs(`ses-feedback-prod-${stream}`);
  return {
    topics: topics[stream].map((arn) => topic(arn)),
    queueArn,
    queuePolicy: policies.queue(queueArn, topics[stream]),
    deadLetters: 0,
    deadLetterQueueArn: `${queueArn}-dlq`,
    triggers: [{ id: 'mapping-1', isEnabled: true }],
    oldestSeconds: 12,
    ...fields,
  };
}

export const identity = (fields: Partial<IdentityDetails> = {}): IdentityDetails => ({
  name: 'shop.example.com',
  isVerified: true,
  configurationSet: stack.configurationSet,
  bounceTopic: stack.topics.bounces[0],
  complaintTopic: stack.topics.complaints[0],
  isForwarding: false,
  missingRecords: [],
  ...fields,
});

/** An identity before it is connected to a stack. */
export const unconnected = (name: string, fields: Partial<IdentityDetails> = {}): IdentityDetails => ({
  name,
  isVerified: true,
  isForwarding: true,
  missingRecords: [],
  ...fields,
});

export const configurationSet = (fields: Partial<ConfigurationSetDetails> = {}): ConfigurationSetDetails => ({
  name: stack.configurationSet,
  isSendingEnabled: true,
  destinations: [
    { topic: stack.topics.bounces[0], isEnabled: true, types: ['BOUNCE'] },
    { topic: stack.topics.complaints[0], isEnabled: true, types: ['COMPLAINT'] },
    { topic: stack.topics.volume[0], isEnabled: true, types: ['SEND'] },
  ],
  ...fields,
});

export const inspected = <Value>(value: Value): Inspected<Value> => ({ value });
export const denied = { error: 'AccessDeniedException: not authorized' };

export const healthyAccount = {
  isInSandbox: false,
  isSendingEnabled: true,
  enforcementStatus: 'HEALTHY',
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
};

/** A healthy stack, except for the given fields. */
export function inventory(fields: Partial<StackInventory> = {}): StackInventory {
  const inspectedStack = fields.stack ?? stack;
  return {
    stack: inspectedStack,
    streams: {
      bounces: inspected(streamDetails('bounces', {}, inspectedStack)),
      complaints: inspected(streamDetails('complaints', {}, inspectedStack)),
      volume: inspected(streamDetails('volume', {}, inspectedStack)),
    },
    subscribers: inspected([{ protocol: 'email', endpoint: 'ops@example.com', isConfirmed: true }]),
    account: inspected(healthyAccount),
    configurationSets: inspected([configurationSet()]),
    identities: inspected([identity(), identity({ name: 'news@shop.example.com' })]),
    missingTables: inspected([]),
    traffic: inspected(
      traffic({
        sends: { ses: 12_345, received: 12_300 },
        bounceRate: { ses: 110, received: 109 },
        complaintRate: { ses: 10, received: 9 },
      }),
    ),
    ...fields,
  };
}

/** Traffic whose last hours are as its day. */
export const traffic = (counts: Omit<TrafficWindow, 'hours'>): Traffic => ({
  day: { hours: 24, ...counts },
  recent: { hours: 3, ...counts },
});

/** A healthy stack with one stream changed. */
export function withStream(
  stream: Stream,
  fields: Partial<StreamDetails>,
  others: Partial<StackInventory> = {},
): StackInventory {
  const healthy = inventory(others);
  const changed = inspected(streamDetails(stream, fields, healthy.stack));
  return { ...healthy, streams: { ...healthy.streams, [stream]: changed } };
}
