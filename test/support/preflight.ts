import { type Aws, type Found, type PreflightOptions, preflight } from '../../serverless/deploy/preflight.ts';
import { accountId } from './ses.ts';

export const importBucket = (account: string) => `imports-${account}`;

export const region = 'eu-west-1';
export const plain = { key: 'aws', removes: [] };

/** Named as a deployment names them: each of another type. */
export const names: Record<string, { Type: string; Properties: Record<string, unknown> }> = {
  BouncesTopic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'the-topic' } },
  BouncesQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'the-queue' } },
  ConfigurationSet: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'the-set' } },
  SuppressionsTable: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'the-table' } },
  Identity: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'shop.example.com' } },
};
export const everything: Record<string, Found> = {
  'AWS::SNS::Topic the-topic': {},
  'AWS::SQS::Queue the-queue': {},
  'AWS::SES::ConfigurationSet the-set': {},
  'AWS::DynamoDB::Table the-table': {},
  'AWS::SES::EmailIdentity shop.example.com': {},
};

type AwsOptions = {
  /** By type and name. */
  readonly there?: Readonly<Record<string, Found>>;
  /** By stack. */
  readonly built?: Readonly<Record<string, ReadonlyMap<string, string>>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly account?: Aws['account'];
  readonly ses?: Aws['ses'];
};

export function createAws({
  there = {},
  built = {},
  outputs = {},
  account = async () => accountId,
  ses = async () => {},
}: AwsOptions = {}) {
  const asked: string[] = [];
  const aws: Aws = {
    account,
    ses,
    builtBy: async (stack) => built[stack] ?? new Map(),
    outputsOf: async () => new Map(Object.entries(outputs)),
    find: async (type, name) => {
      asked.push(`${type} ${name}`);
      return there[`${type} ${name}`];
    },
  };
  return { aws, asked };
}

export const look = (aws: AwsOptions, options: Partial<PreflightOptions> = {}) =>
  preflight(createAws(aws).aws, {
    stack: 'ses-feedback-dev',
    region,
    template: { Resources: names },
    topics: [],
    tables: {},
    importBucket,
    key: 'aws',
    removes: [],
    ...options,
  });
