import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item, or a key, as DynamoDB stores it. */
export type Item = Record<string, AttributeValue>;
