/** What any program on this stack pays at least: bundled like our functions, and with everything prepared before the clock starts. */
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

/** Read 99 and write 99 in a transaction: the two calls that no program with our promises can do without. */
export async function batchGetAndTransactWrite(items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += 99) {
    const part = items.slice(from, from + 99);
    const Keys = part.map(({ address, list }) => ({ address, list }) as Item);
    await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }));
    const TransactItems = part.map((Item) => ({
      Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(address)' },
    }));
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
  }
}

/** One write a message, as most do it: the whole batch side by side. */
export async function putEach(items: readonly Item[]): Promise<void> {
  await Promise.all(items.map((Item) => client.send(new PutItemCommand({ TableName, Item }))));
}

/** The two layers of JSON around a message, and nothing done with it. */
export async function parseOnly(bodies: readonly string[]): Promise<void> {
  for (const body of bodies) JSON.parse(JSON.parse(body).Message);
}
