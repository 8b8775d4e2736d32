import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Checkout } from './checkout.ts';

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
    ComparisonOperator: string;
    Period: number;
    Threshold: number;
    TreatMissingData: string;
  };
  'AWS::CloudWatch::Dashboard': { DashboardBody: { 'Fn::Sub': string } };
  'AWS::DynamoDB::Table': { TableName: string; KeySchema: { AttributeName: string }[] };
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
  'AWS::SNS::Topic': { KmsMasterKeyId?: Value };
  'AWS::SNS::TopicPolicy': { Topics: Value[]; PolicyDocument: PolicyDocument };
  'AWS::SQS::Queue': { VisibilityTimeout: number; RedrivePolicy?: { deadLetterTargetArn: Value } };
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

/**
 * Packages what is in the checkout, as before a deployment.
 * @throws Error with what the framework said, where it refused
 */
export async function packTemplate(checkout: Checkout, ...args: readonly string[]): Promise<PackedTemplate> {
  const { code, stdout, stderr } = await checkout.sls(['package', ...args]);
  if (code !== 0) throw new Error(stdout + stderr);
  const file = path.join(checkout.folder, '.serverless', 'cloudformation-template-update-stack.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  const resources = Object.entries<{ Type: string }>(template.Resources).map(([id, rest]) => ({ id, ...rest }));
  return { ...template, of: (type) => resources.filter(({ Type }) => Type === type) };
}

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
    ...template.of('AWS::IAM::Role').flatMap(({ id, Properties }) => Properties.Policies.map((policy) => ({ id, ...policy }))),
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
