/** The smallest handler that uses DynamoDB: the client and two calls, without any checks. */
import { BatchGetItemCommand, DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});
const TableName = 'suppressions';

export async function handler(event: { Records: { messageId: string; body: string }[] }) {
  const keys = event.Records.map(({ messageId }) => ({ address: { S: messageId }, list: { S: 'account' } }));
  await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys } } }));
  const TransactItems = keys.map((Item) => ({ Put: { TableName, Item } }));
  await client.send(new TransactWriteItemsCommand({ TransactItems }));
  return { batchItemFailures: [] };
}
