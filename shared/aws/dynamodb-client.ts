import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * A client that cannot wait for ever: the SDK's own timeouts are none, and `requestTimeout` alone only warns.
 * Endpoint, region and credentials come from the environment, as with any AWS client (`AWS_ENDPOINT_URL_DYNAMODB`, …).
 */
export function createDynamoDBClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
    ...config,
  });
}
