import { type DynamoDBEngine, type StartOptions, startDynamoDB } from './dynamodb.ts';

/**
 * Starts the engine and turns this process's AWS clients to it: nothing here can reach an AWS account by mistake.
 * The credentials are what the SDK asks for before it sends anything; the engine does not look at them.
 */
export async function useLocalDynamoDB(options: StartOptions = {}): Promise<DynamoDBEngine> {
  const engine = await startDynamoDB(options);
  delete process.env.AWS_PROFILE;
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    // There is no SES, CloudWatch or SNS here: nothing listens on this port.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    // The SDK says at every start that those of 2027 need Node 22. True, and no news to somebody trying this out.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  return engine;
}
