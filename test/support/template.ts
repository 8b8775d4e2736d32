import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCheckout } from './checkout.ts';

/** Something of the template or of AWS, or what it is called. */
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

export type Encrypted = { KmsMasterKeyId?: Value; SqsManagedSseEnabled?: boolean };

/** Properties of those types that tests look at, by type; what they compare as a whole is not spelt out. */
type Types = {
  'AWS::CloudWatch::Alarm': {
    AlarmName: string;
    AlarmDescription: string;
    AlarmActions: Value[];
    OKActions: Value[];
    Namespace: string;
    MetricName: string;
    Dimensions?: unknown;
    Statistic: string;
    ComparisonOperator: string;
    Period: number;
    Threshold: number;
    TreatMissingData: string;
  };
  'AWS::CloudWatch::Dashboard': { DashboardBody: { 'Fn::Sub': string } };
  'AWS::DynamoDB::Table': object;
  'AWS::Events::Rule': { ScheduleExpression: string; Targets: { Arn: Value }[] };
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
  'AWS::SNS::Topic': Encrypted;
  'AWS::SNS::TopicPolicy': { Topics: Value[]; PolicyDocument: PolicyDocument };
  'AWS::SQS::Queue': Encrypted & { VisibilityTimeout: number; RedrivePolicy?: { deadLetterTargetArn: Value } };
  'AWS::SQS::QueuePolicy': { Queues: Value[]; PolicyDocument: PolicyDocument };
};

export type Resource<Properties> = {
  readonly id: string;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly Properties: Properties;
};

export type PackedTemplate = {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: Value }>>;
  /** Resources of a type, in their order. */
  of<Type extends keyof Types>(type: Type): Resource<Types[Type]>[];
};

export type PackOptions = {
  readonly args: readonly string[];
  /** What policy.json says otherwise. */
  readonly policy?: Readonly<Record<string, unknown>>;
};

/**
 * Packages a checkout, as before a deployment.
 * @throws Error with what the framework said, where it refused
 */
export async function packTemplate({ args, policy }: PackOptions): Promise<PackedTemplate> {
  const checkout = createCheckout();
  try {
    const policyFile = path.join(checkout.folder, 'policy.json');
    writeFileSync(policyFile, JSON.stringify({ ...JSON.parse(readFileSync(policyFile, 'utf8')), ...policy }));
    const { code, stdout, stderr } = await checkout.sls(['package', ...args]);
    if (code !== 0) throw new Error(stdout + stderr);
    const file = path.join(checkout.folder, '.serverless', 'cloudformation-template-update-stack.json');
    const template = JSON.parse(readFileSync(file, 'utf8'));
    const resources = Object.entries<{ Type: string }>(template.Resources).map(([id, rest]) => ({ id, ...rest }));
    return { ...template, of: (type) => resources.filter(({ Type }) => Type === type) as never };
  } finally {
    checkout.remove();
  }
}

const adopted = 'arn:aws:sns:us-east-1:123456789012:ses-bounces-shop';
/** With all of them there is most of the stack. */
export const everyOption = [
  '--param=encryptionKey=create',
  '--param=identity=shop.example.com',
  '--param=mailFrom=bounce.shop.example.com',
  '--param=alarmEmail=on-call@example.com',
  '--param=dailySendsAbove=50000',
  '--param=bounceRateAbove=0.03',
  `--param=bounceTopics=${adopted}`,
];
const prod = {
  stage: 'prod',
  retention: 400,
  args: [] as readonly string[],
  keys: 0,
  subscriptions: 3,
  tables: 2,
  alarms: 29,
};
/** What is deployed by whom, with what is different in it. */
export const variants: [string, typeof prod][] = [
  ['prod', prod],
  ['dev', { ...prod, stage: 'dev', retention: 30 }],
  ['prod, with every option', { ...prod, args: everyOption, keys: 1, subscriptions: 4, alarms: 31 }],
  ['prod, with the tables of an earlier stack', { ...prod, args: ['--param=tables=use'], tables: 0 }],
];

export const arn = (id: string): Value => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const ref = (id: string): Value => ({ Ref: id });

/** Which resource of the template is meant; empty where it is none. */
export function idOf(value: Value | undefined): string {
  if (typeof value !== 'object') return '';
  if ('Ref' in value) return value.Ref;
  return 'Fn::GetAtt' in value && value['Fn::GetAtt'][1] === 'Arn' ? value['Fn::GetAtt'][0] : '';
}

/** Where what a queue or a subscription cannot give away goes. */
export const deadLettersOf = ({ Properties }: Resource<{ RedrivePolicy?: { deadLetterTargetArn: Value } }>) =>
  idOf(Properties.RedrivePolicy?.deadLetterTargetArn);

/** Alarms on a metric of this one thing. */
export function alarmsOn(template: PackedTemplate, metric: string, dimension: string, value: unknown) {
  const dimensions = JSON.stringify([{ Name: dimension, Value: value }]);
  return template
    .of('AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties)
    .filter(({ Namespace, MetricName }) => `${Namespace} ${MetricName}` === metric)
    .filter(({ Dimensions }) => JSON.stringify(Dimensions) === dimensions);
}

/** What roles and managed policies allow, and whom. */
export function rightsOf(template: PackedTemplate): (Statement & { owner: string })[] {
  const policies = [
    ...template
      .of('AWS::IAM::Role')
      .flatMap(({ id, Properties }) => Properties.Policies.map((policy) => ({ id, ...policy }))),
    ...template.of('AWS::IAM::ManagedPolicy').map(({ id, Properties }) => ({ id, ...Properties })),
  ];
  return policies.flatMap(({ id, PolicyDocument }) =>
    PolicyDocument.Statement.map((statement) => ({ owner: id, ...statement })),
  );
}

/** Whether a metric filter takes a line of a log, as CloudWatch reads the one kind of pattern that is used here. */
export function takesLine(pattern: string, line: string): boolean {
  const entry = JSON.parse(line);
  const [, terms = ''] = /^\{ (.+) \}$/.exec(pattern) ?? [];
  return terms.split(' && ').every((term) => {
    const [, field = '', operator, value = ''] = /^\$\.(\w+) (=|>) ("\w+"|\d+)$/.exec(term) ?? [];
    return operator === '=' ? entry[field] === JSON.parse(value) : entry[field] > JSON.parse(value);
  });
}

/** What the configuration set tells, by the stream it tells it to. */
export const eventTypesOf = (template: PackedTemplate) =>
  Object.fromEntries(
    template
      .of('AWS::SES::ConfigurationSetEventDestination')
      .map(({ Properties: { EventDestination } }) => [EventDestination.Name, EventDestination.MatchingEventTypes]),
  );

export const sqsSubscriptionsOf = (template: PackedTemplate) =>
  template.of('AWS::SNS::Subscription').filter(({ Properties }) => Properties.Protocol === 'sqs');

export function queuesOf(template: PackedTemplate) {
  const all = template.of('AWS::SQS::Queue');
  const targets = all.map(deadLettersOf);
  return { waiting: all.filter(({ id }) => !targets.includes(id)), dead: all.filter(({ id }) => targets.includes(id)) };
}

/** @throws Error unless there is exactly one */
export function only<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`There are ${items.length}: ${JSON.stringify(items)}`);
  return item;
}
