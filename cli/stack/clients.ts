import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** The AWS clients that inspect and configure a stack. */
export type Clients = ReturnType<typeof createClients>;

/**
 * Creates the clients. Without `region` and `credentials` they use the environment, as the AWS CLI does.
 */
export function createClients(options: Pick<SESv2ClientConfig, 'region' | 'credentials' | 'profile'> = {}) {
  const common = {
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    ...options,
  };
  // SES limits most calls to one per second. Adaptive retries measure that limit and slow the client down to it.
  const rateLimited = { ...common, retryMode: 'adaptive', maxAttempts: 10 } as const;
  return {
    cloudFormation: new CloudFormationClient(common),
    cloudWatch: new CloudWatchClient(common),
    kms: new KMSClient(common),
    lambda: new LambdaClient(common),
    ses: new SESv2Client(rateLimited),
    // Only version 1 of the API reads and sets the notification topics of an identity.
    sesV1: new SESClient(rateLimited),
    sns: new SNSClient(common),
    sqs: new SQSClient(common),
  };
}
