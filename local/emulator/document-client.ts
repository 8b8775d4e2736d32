import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';

/**
 * Creates a client that reads items as plain objects, for the demo and the tests. The product itself uses attribute
 * values.
 */
export function createDocumentClient(client: DynamoDBClient = createDynamoDBClient()): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
