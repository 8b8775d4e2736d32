import { type DynamoDBEngine, type DynamoDBOptions, startDynamoDB } from './dynamodb.ts';

/**
 * Starts the embedded DynamoDB engine and sets the environment variables that direct all AWS clients of this process to
 * it. Nothing in this process can reach an AWS account by mistake. The SDK needs credentials to send a request; the
 * engine does not check them.
 */
export async function useLocalAwsEnvironment(options: DynamoDBOptions = {}): Promise<DynamoDBEngine> {
  const engine = await startDynamoDB(options);
  delete process.env.AWS_PROFILE;
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
    // No other service is available: nothing listens on this port.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    // The SDK warns at every start that its versions of 2027 need Node 22. That would only distract in a demo.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  return engine;
}
