/** The least that any program on this stack costs: bundled like the functions, with all input prepared before the measurement starts. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

const client = new DynamoDBClient({});
const TableName = 'suppressions';

/** Reads 99 items and writes them in a transaction: the two calls that exactly-once processing cannot do without. */
export async function batchGetAndTransactWrite(items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += 99) {
    const chunk = items.slice(from, from + 99);
    const Keys = chunk.map(({ address, list }) => ({ address, list }) as Item);
    await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }));
    const TransactItems = chunk.map((Item) => ({
      Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(address)' },
    }));
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
  }
}

/** Writes each item on its own, all at the same time, as most programs do. */
export async function putEach(items: readonly Item[]): Promise<void> {
  await Promise.all(items.map((Item) => client.send(new PutItemCommand({ TableName, Item }))));
}

/** Parses the two layers of JSON of each message, and nothing else. */
export async function parseOnly(bodies: readonly string[]): Promise<void> {
  for (const body of bodies) JSON.parse(JSON.parse(body).Message);
}
