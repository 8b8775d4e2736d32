import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client, type SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** What the wiring is looked at and changed with. */
export type Clients = ReturnType<typeof createClients>;

/** Region and credentials come from the environment, as with the AWS CLI, if they are not given. */
export function createClients(given: Pick<SESv2ClientConfig, 'region' | 'credentials'> = {}) {
  const patience = {
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    ...given,
  };
  // Most calls to SES are allowed once a second: the client finds out, and goes on at that pace.
  const paced = { ...patience, retryMode: 'adaptive', maxAttempts: 10 } as const;
  return {
    cloudFormation: new CloudFormationClient(patience),
    cloudWatch: new CloudWatchClient(patience),
    kms: new KMSClient(patience),
    lambda: new LambdaClient(patience),
    ses: new SESv2Client(paced),
    // Topics of identities are known to the first version of the API alone.
    sesV1: new SESClient(paced),
    sns: new SNSClient(patience),
    sqs: new SQSClient(patience),
  };
}
