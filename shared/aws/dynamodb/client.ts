import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * Returns a DynamoDB client with a limit on every wait. By default the SDK has no timeouts, and `requestTimeout` alone
 * only logs a warning. The endpoint, the Region and the credentials come from the environment, as for any AWS client
 * (`AWS_ENDPOINT_URL_DYNAMODB`, …).
 */
export function createDynamoDBClient(config: Omit<DynamoDBClientConfig, 'logger'> = {}): DynamoDBClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
    ...config,
  });
  // Even without a logger, this middleware copies each request to remove sensitive fields, which takes a tenth of the
  // time of a call.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
