import {
  CloudFormationServiceException,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetEmailIdentityCommand,
  SESv2ServiceException,
} from '@aws-sdk/client-sesv2';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { createClients } from '../../cli/stack/clients.ts';
import { inspectKey } from '../../cli/stack/inspect-streams.ts';
import { undefinedIfMissing } from '../../cli/stack/settle.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import { topicArnOf } from '../../shared/domain/arn.ts';
import type { DeploymentTarget, ExistingResource } from './deployment-target.ts';

/** The Region and the credentials that the framework uses. */
export type AwsAccess = {
  readonly region: string;
  readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string }>;
};

export type AwsDeploymentTargetOptions = {
  readonly access: AwsAccess;
  readonly getAccount: () => Promise<{ readonly accountId: string; readonly partition: string }>;
};

/** Returns the deployment target for an AWS account. */
export function createAwsDeploymentTarget({ access, getAccount }: AwsDeploymentTargetOptions): DeploymentTarget {
  const { region, credentials } = access;
  const { cloudFormation, kms, ses, sns, sqs } = createClients({ region, credentials });
  const dynamodb = createDynamoDBClient({ region, credentials });
  const s3 = createS3Client({ environment: process.env, region, credentials });

  /** Describes a resource by its type. Each function throws the service's own error if the resource does not exist. */
  const describers: Readonly<Record<string, (name: string) => Promise<ExistingResource>>> = {
    'AWS::SNS::Topic': async (name) => {
      const { partition, accountId } = await getAccount();
      const topic = topicArnOf(name, { partition, region, account: accountId });
      await sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));
      return {};
    },
    'AWS::SQS::Queue': async (name) => {
      await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
      return {};
    },
    'AWS::SES::ConfigurationSet': async (name) => {
      await ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: name }));
      return {};
    },
    'AWS::SES::EmailIdentity': async (name) => {
      await ses.send(new GetEmailIdentityCommand({ EmailIdentity: name }));
      return {};
    },
    'AWS::DynamoDB::Table': async (name) => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }));
      const schema = Table?.KeySchema ?? [];
      return {
        keySchema: ['HASH', 'RANGE'].flatMap(
          (type) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName ?? [],
        ),
        indexes: (Table?.GlobalSecondaryIndexes ?? []).flatMap(({ IndexName }) => IndexName ?? []),
        isEmpty: Table?.ItemCount === 0,
      };
    },
    'AWS::S3::Bucket': async (name) => {
      await s3.send(new HeadBucketCommand({ Bucket: name }));
      return {};
    },
    'AWS::KMS::Key': async (name) => ({ kmsKey: await inspectKey(kms, name) }),
  };

  async function listResources(stack: string): Promise<ReadonlyMap<string, string>> {
    const physicalIds = new Map<string, string>();
    const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stack });
    for await (const { StackResourceSummaries = [] } of pages) {
      for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceStatus = '' } of StackResourceSummaries) {
        const isDeleted = /^DELETE_(COMPLETE|SKIPPED)$/.test(ResourceStatus);
        if (!isDeleted) physicalIds.set(LogicalResourceId, PhysicalResourceId);
      }
    }
    return physicalIds;
  }

  async function listOutputs(stack: string): Promise<ReadonlyMap<string, string>> {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }

  return {
    getAccountId: async () => (await getAccount()).accountId,
    async reachSes() {
      try {
        await ses.send(new GetAccountCommand({}));
      } catch (error) {
        // A denied request still proves that SES responds in this Region.
        if (!(error instanceof SESv2ServiceException) || error.$metadata.httpStatusCode !== 403) throw error;
      }
    },
    listStackResources: (stack) => orEmptyIfNoStack(listResources(stack)),
    getStackOutputs: (stack) => orEmptyIfNoStack(listOutputs(stack)),
    async findResource(type, name) {
      const describe = describers[type];
      return describe && undefinedIfMissing(describe(name));
    },
  };
}

/** CloudFormation reports a stack that does not exist as a validation error. */
async function orEmptyIfNoStack(response: Promise<ReadonlyMap<string, string>>): Promise<ReadonlyMap<string, string>> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return new Map();
    throw error;
  }
}
