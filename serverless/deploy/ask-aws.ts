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
import type { Aws, Found } from './preflight.ts';

/** Region and credentials, as the framework has found them. */
export type Access = {
  readonly region: string;
  readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string }>;
};

export type AskAwsOptions = {
  readonly access: Access;
  readonly account: () => Promise<{ readonly accountId: string; readonly partition: string }>;
};

export function askAws({ access, account }: AskAwsOptions): Aws {
  const { region, credentials } = access;
  const { cloudFormation, kms, ses, sns, sqs } = createClients({ region, credentials });
  const dynamodb = createDynamoDBClient({ region, credentials });
  const s3 = createS3Client({ environment: process.env, region, credentials });
  const finders: Record<string, (name: string) => Promise<Found>> = {
    'AWS::SNS::Topic': async (name) => {
      const { partition, accountId } = await account();
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
      };
    },
    'AWS::S3::Bucket': async (name) => {
      await s3.send(new HeadBucketCommand({ Bucket: name }));
      return {};
    },
    'AWS::KMS::Key': async (name) => ({ kmsKey: await inspectKey(kms, name) }),
  };
  const list = async (stack: string) => {
    const built = new Map<string, string>();
    const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stack });
    for await (const { StackResourceSummaries = [] } of pages) {
      for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceStatus = '' } of StackResourceSummaries)
        if (!/^DELETE_(COMPLETE|SKIPPED)$/.test(ResourceStatus)) built.set(LogicalResourceId, PhysicalResourceId);
    }
    return built;
  };
  return {
    account: async () => (await account()).accountId,
    async ses() {
      try {
        await ses.send(new GetAccountCommand({}));
      } catch (error) {
        // Whoever says no is there.
        if (!(error instanceof SESv2ServiceException) || error.$metadata.httpStatusCode !== 403) throw error;
      }
    },
    async builtBy(stack) {
      return unlessMissing(list(stack), new Map());
    },
    async outputsOf(stack) {
      const described = cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
      const outputs = await unlessMissing(
        described.then(({ Stacks = [] }) => Stacks[0]?.Outputs ?? []),
        [],
      );
      return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
    },
    async find(type, name) {
      const finder = finders[type];
      return finder && undefinedIfMissing(finder(name));
    },
  };
}

/** That is how CloudFormation says that there is no such stack. */
async function unlessMissing<Answer>(asked: Promise<Answer>, missing: Answer): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CloudFormationServiceException && error.name === 'ValidationError') return missing;
    throw error;
  }
}
