import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCheckout } from './checkout.ts';

/** A literal value, or a reference to a resource or a pseudo parameter. */
export type Value = string | { Ref: string } | { 'Fn::GetAtt': [string, string] } | { 'Fn::Sub': string };

export type Statement = {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: unknown;
  Action: string | string[];
  Resource: Value | Value[];
  Condition?: Record<string, Record<string, Value | Value[]>>;
};

type PolicyDocument = { Statement: Statement[] };

export type EncryptionProperties = { KmsMasterKeyId?: Value; SqsManagedSseEnabled?: boolean };

/**
 * The properties that tests read, by resource type. A type whose properties are only compared as a whole is `object`.
 */
type Types = {
  'AWS::CloudWatch::Alarm': {
    AlarmName: string;
    AlarmDescription: string;
    AlarmActions?: Value[];
    OKActions?: Value[];
    InsufficientDataActions?: Value[];
    Namespace: string;
    MetricName: string;
    Dimensions?: { Name: string; Value: Value }[];
    Statistic: string;
    ComparisonOperator: string;
    Period: number;
    EvaluationPeriods: number;
    Threshold: number;
    TreatMissingData: string;
  };
  'AWS::CloudWatch::Dashboard': { DashboardBody: { 'Fn::Sub': string } };
  'AWS::DynamoDB::Table': object;
  'AWS::Events::Rule': { ScheduleExpression?: string; EventPattern?: unknown; Targets: { Arn: Value }[] };
  'AWS::IAM::ManagedPolicy': { PolicyDocument: PolicyDocument };
  'AWS::IAM::Role': { Policies: { PolicyDocument: PolicyDocument }[] };
  'AWS::KMS::Key': object;
  'AWS::Lambda::EventSourceMapping': {
    EventSourceArn: Value;
    FunctionName: Value;
    FunctionResponseTypes: string[];
    MaximumBatchingWindowInSeconds: number;
    ScalingConfig: { MaximumConcurrency: number };
  };
  'AWS::Lambda::EventInvokeConfig': { MaximumRetryAttempts: number; MaximumEventAgeInSeconds: number };
  'AWS::Lambda::Function': {
    FunctionName: string;
    Timeout: number;
    Role: Value;
    Environment: { Variables: Record<string, string> };
  };
  'AWS::Logs::LogGroup': { LogGroupName: string };
  'AWS::Logs::MetricFilter': { LogGroupName: Value; FilterPattern: string; MetricTransformations: unknown };
  'AWS::S3::Bucket': { BucketName: Value };
  'AWS::S3::BucketPolicy': { Bucket: { Ref: string }; PolicyDocument: PolicyDocument };
  'AWS::SES::ConfigurationSet': object;
  'AWS::SES::ConfigurationSetEventDestination': {
    EventDestination: { Name: string; MatchingEventTypes: string[]; SnsDestination: { TopicARN: Value } };
  };
  'AWS::SNS::Subscription': {
    TopicArn: Value;
    Protocol: string;
    Endpoint: Value;
    RedrivePolicy?: { deadLetterTargetArn: Value };
  };
  'AWS::SNS::Topic': EncryptionProperties;
  'AWS::SNS::TopicPolicy': { Topics: Value[]; PolicyDocument: PolicyDocument };
  'AWS::SQS::Queue': EncryptionProperties & {
    VisibilityTimeout: number;
    RedrivePolicy?: { deadLetterTargetArn: Value };
  };
  'AWS::SQS::QueuePolicy': { Queues: Value[]; PolicyDocument: PolicyDocument };
};

export type Resource<Properties> = {
  readonly id: string;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly Properties: Properties;
};

export type PackagedTemplate = {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: Value }>>;
  /** Returns the resources of a type, in the order of the template. */
  ofType<Type extends keyof Types>(type: Type): Resource<Types[Type]>[];
};

export type PackageOptions = {
  readonly args: readonly string[];
  /** Settings that replace those of policy.json. */
  readonly policy?: Readonly<Record<string, unknown>>;
};

/** The templates of this process, because packaging takes seconds and several files test the same template. */
const packaged = new Map<string, Promise<PackagedTemplate>>();

/**
 * Packages a checkout and returns the CloudFormation template that a deployment would use.
 * @throws Error with the output of the framework if packaging fails
 */
export function packageTemplate(options: PackageOptions): Promise<PackagedTemplate> {
  const key = JSON.stringify([options.args, options.policy]);
  const template = packaged.get(key) ?? packageCheckout(options);
  packaged.set(key, template);
  return template;
}

async function packageCheckout({ args, policy }: PackageOptions): Promise<PackagedTemplate> {
  const checkout = createCheckout();
  try {
    const policyFile = path.join(checkout.folder, 'policy.json');
    writeFileSync(policyFile, JSON.stringify({ ...JSON.parse(readFileSync(policyFile, 'utf8')), ...policy }));
    const { code, stdout, stderr } = await checkout.sls(['package', ...args]);
    if (code !== 0) throw new Error(stdout + stderr);
    const file = path.join(checkout.folder, '.serverless', 'cloudformation-template-update-stack.json');
    const template = JSON.parse(readFileSync(file, 'utf8'));
    const resources = Object.entries<{ Type: string }>(template.Resources).map(([id, rest]) => ({ id, ...rest }));
    return { ...template, ofType: (type) => resources.filter(({ Type }) => Type === type) as never };
  } finally {
    checkout.remove();
  }
}

const adoptedTopic = 'arn:aws:sns:us-east-1:123456789012:ses-bounces-shop';

/** Parameters with which the stack has all optional resources. */
export const everyOption = [
  '--param=encryptionKey=create',
  '--param=identity=shop.example.com',
  '--param=mailFrom=bounce.shop.example.com',
  '--param=alarmEmail=on-call@example.com',
  '--param=dailySendsAbove=50000',
  '--param=bounceRateAbove=0.03',
  `--param=bounceTopics=${adoptedTopic}`,
];

/** Parameters with which the stack has the relay, with everything that is optional in it. */
export const withRelay = [
  '--param=relayRecipients=shop.example.com,bounces.shop.example.com',
  '--param=relayHost=mail.shop.example.com',
  '--param=relaySecret=/aws/reference/secretsmanager/relay',
  '--param=relaySubnets=subnet-0a1b2c3d',
  '--param=relaySecurityGroups=sg-0a1b2c3d',
  '--param=returnPathDomains=bounces.shop.example.com',
];
const prod = {
  stage: 'prod',
  retention: 400,
  args: [] as readonly string[],
  keys: 0,
  subscriptions: 3,
  tables: 2,
  alarms: 31,
};

/** Deployments with different parameters, and the number of resources in each of them. */
export const variants: [string, typeof prod][] = [
  ['prod', prod],
  ['dev', { ...prod, stage: 'dev', retention: 30 }],
  ['prod, with every option', { ...prod, args: everyOption, keys: 1, subscriptions: 4, alarms: 33 }],
  ['prod, with the tables of an earlier stack', { ...prod, args: ['--param=tables=use'], tables: 0 }],
];

export const arn = (id: string): Value => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const ref = (id: string): Value => ({ Ref: id });

/** Returns the logical id that a value refers to, or an empty string for any other value. */
export function logicalIdOf(value: Value | undefined): string {
  if (typeof value !== 'object') return '';
  if ('Ref' in value) return value.Ref;
  return 'Fn::GetAtt' in value && value['Fn::GetAtt'][1] === 'Arn' ? value['Fn::GetAtt'][0] : '';
}

/** Returns the logical id of the dead-letter queue of a queue or subscription. */
export const deadLetterQueueOf = ({ Properties }: Resource<{ RedrivePolicy?: { deadLetterTargetArn: Value } }>) =>
  logicalIdOf(Properties.RedrivePolicy?.deadLetterTargetArn);

/** Returns the alarms on a metric with one dimension. */
export function alarmsOn(template: PackagedTemplate, metric: string, dimension: string, value: unknown) {
  const dimensions = JSON.stringify([{ Name: dimension, Value: value }]);
  return template
    .ofType('AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties)
    .filter(({ Namespace, MetricName }) => `${Namespace} ${MetricName}` === metric)
    .filter(({ Dimensions }) => JSON.stringify(Dimensions) === dimensions);
}

/** Returns the statements of all roles and managed policies, each with the logical id of its owner. */
export function permissionsOf(template: PackagedTemplate): (Statement & { owner: string })[] {
  const policies = [
    ...template
      .ofType('AWS::IAM::Role')
      .flatMap(({ id, Properties }) => Properties.Policies.map((policy) => ({ id, ...policy }))),
    ...template.ofType('AWS::IAM::ManagedPolicy').map(({ id, Properties }) => ({ id, ...Properties })),
  ];
  return policies.flatMap(({ id, PolicyDocument }) =>
    PolicyDocument.Statement.map((statement) => ({ owner: id, ...statement })),
  );
}

/** Returns whether a metric filter matches a log line. Supports the one kind of pattern that the stack uses. */
export function matchesLogLine(pattern: string, line: string): boolean {
  const entry = JSON.parse(line);
  const [, terms = ''] = /^\{ (.+) \}$/.exec(pattern) ?? [];
  return terms.split(' && ').every((term) => {
    const [, field = '', operator, value = ''] = /^\$\.(\w+) (=|>) ("\w+"|\d+)$/.exec(term) ?? [];
    return operator === '=' ? entry[field] === JSON.parse(value) : entry[field] > JSON.parse(value);
  });
}

/** Returns the event types that the configuration set publishes, by stream. */
export const eventTypesOf = (template: PackagedTemplate) =>
  Object.fromEntries(
    template
      .ofType('AWS::SES::ConfigurationSetEventDestination')
      .map(({ Properties: { EventDestination } }) => [EventDestination.Name, EventDestination.MatchingEventTypes]),
  );

export const sqsSubscriptionsOf = (template: PackagedTemplate) =>
  template.ofType('AWS::SNS::Subscription').filter(({ Properties }) => Properties.Protocol === 'sqs');

/** Returns the queues of the streams and their dead-letter queues. */
export function queuesOf(template: PackagedTemplate) {
  const queues = template.ofType('AWS::SQS::Queue');
  const deadLetterIds = queues.map(deadLetterQueueOf);
  return {
    sourceQueues: queues.filter(({ id }) => !deadLetterIds.includes(id)),
    deadLetterQueues: queues.filter(({ id }) => deadLetterIds.includes(id)),
  };
}

/**
 * Returns the single item of a list.
 * @throws Error if the list has no item, or more than one
 */
export function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1)
    throw new Error(`Expected one item instead of ${items.length}: ${JSON.stringify(items)}`);
  return item;
}
