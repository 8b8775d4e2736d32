import type { PreflightOptions } from '../../serverless/deploy/checks/check.ts';
import type { DeploymentTarget, ExistingResource } from '../../serverless/deploy/deployment-target.ts';
import { preflight } from '../../serverless/deploy/preflight.ts';
import { accountId } from './ses.ts';

export const region = 'eu-west-1';

/** One resource of each type that has a name of its own. */
export const namedResources: Record<string, { Type: string; Properties: Record<string, unknown> }> = {
  BouncesTopic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'the-topic' } },
  BouncesQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'the-queue' } },
  ConfigurationSet: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'the-set' } },
  SuppressionsTable: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'the-table' } },
  Identity: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'shop.example.com' } },
};

/** All of {@link namedResources}, as they exist in an account. */
export const allExisting: Record<string, ExistingResource> = {
  'AWS::SNS::Topic the-topic': {},
  'AWS::SQS::Queue the-queue': {},
  'AWS::SES::ConfigurationSet the-set': {},
  'AWS::DynamoDB::Table the-table': {},
  'AWS::SES::EmailIdentity shop.example.com': {},
};

type AccountOptions = {
  /** Existing resources, by type and name. */
  readonly existing?: Readonly<Record<string, ExistingResource>>;
  /** The resources of each stack, by name of the stack. */
  readonly stacks?: Readonly<Record<string, ReadonlyMap<string, string>>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly getAccountId?: DeploymentTarget['getAccountId'];
  readonly reachSes?: DeploymentTarget['reachSes'];
};

/** Creates a simulated account and a log of the resources that were looked up in it. */
export function createTarget({
  existing = {},
  stacks = {},
  outputs = {},
  getAccountId = async () => accountId,
  reachSes = async () => {},
}: AccountOptions = {}) {
  const lookups: string[] = [];
  const target: DeploymentTarget = {
    getAccountId,
    reachSes,
    listStackResources: async (stack) => stacks[stack] ?? new Map(),
    getStackOutputs: async () => new Map(Object.entries(outputs)),
    findResource: async (type, name) => {
      lookups.push(`${type} ${name}`);
      return existing[`${type} ${name}`];
    },
  };
  return { target, lookups };
}

/** The options for a deployment of {@link namedResources} with default parameters. */
export const createOptions = (options: Partial<PreflightOptions> = {}): PreflightOptions => ({
  stack: 'ses-feedback-dev',
  region,
  template: { Resources: namedResources },
  topics: [],
  tables: {},
  importBucketOf: (account) => `imports-${account}`,
  encryptionKey: 'aws',
  removes: [],
  ...options,
});

/** Runs the checks of a deployment against a simulated account. */
export const findProblems = (account: AccountOptions, options?: Partial<PreflightOptions>) =>
  preflight(createTarget(account).target, createOptions(options));
