import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DescribeTableCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { createTables } from '../../../local/emulator/tables.ts';
import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { useSystem } from '../../support/system.ts';

useSystem();

test('a table of an earlier version gets the missing indexes, with its existing items', async () => {
  const client = createDynamoDBClient();
  const id = randomUUID();
  const names = { suppressionsTable: `${id}-suppressions`, reputationTable: `${id}-reputation` };
  await client.send(
    new CreateTableCommand({
      TableName: names.suppressionsTable,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'address', AttributeType: 'S' },
        { AttributeName: 'list', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'address', KeyType: 'HASH' },
        { AttributeName: 'list', KeyType: 'RANGE' },
      ],
    }),
  );
  const item = { address: 'ann@example.net', list: 'account', mirror: 'home#1' };
  const Item = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }]));
  await client.send(
    new PutItemCommand({ TableName: names.suppressionsTable, Item: { ...Item, mirrorDue: { N: '5' } } }),
  );
  for (let time = 0; time < 2; time++) await createTables(client, names);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: names.suppressionsTable }));
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['mirror', 'suppressed']);
  const { Items } = await client.send(
    new QueryCommand({
      TableName: names.suppressionsTable,
      IndexName: 'mirror',
      KeyConditionExpression: 'mirror = :key',
      ExpressionAttributeValues: { ':key': { S: 'home#1' } },
    }),
  );
  expect(Items).toMatchObject([{ address: { S: 'ann@example.net' } }]);
});
