import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';

export type TableNames = { readonly suppressionsTable: string; readonly reputationTable: string };

/** What CloudFormation is given; of it, what the API takes under the same names. */
type TableProperties = Omit<CreateTableCommandInput, 'TableName'> & {
  TimeToLiveSpecification: NonNullable<UpdateTimeToLiveCommandInput['TimeToLiveSpecification']>;
};

/** Creates the tables that are not there yet, as resources/ defines them for AWS. */
export async function createTables(client: DynamoDBClient, names: TableNames): Promise<void> {
  await createTable(client, names.suppressionsTable, definition('suppressions-table.yml', 'SuppressionsTable'));
  await createTable(client, names.reputationTable, definition('reputation-table.yml', 'ReputationTable'));
}

function definition(file: string, logicalId: string): TableProperties {
  const text = readFileSync(path.join(__dirname, '..', '..', 'resources', file), 'utf8');
  // CloudFormation's own tags, as !Equals, are left alone, and that is no matter here.
  return parse(text, { logLevel: 'error' }).Resources[logicalId].Properties;
}

async function createTable(client: DynamoDBClient, name: string, properties: TableProperties): Promise<void> {
  const table = await find(client, name);
  if (table !== undefined) return addIndexes(client, table, properties);
  const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, TimeToLiveSpecification } = properties;
  const keys = { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes };
  await client.send(new CreateTableCommand({ TableName: name, BillingMode, ...keys }));
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

/** A file of an earlier version goes on being used. */
async function addIndexes(client: DynamoDBClient, table: TableDescription, properties: TableProperties): Promise<void> {
  const { AttributeDefinitions, GlobalSecondaryIndexes = [] } = properties;
  for (const index of GlobalSecondaryIndexes) {
    if (table.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === index.IndexName)) continue;
    const GlobalSecondaryIndexUpdates = [{ Create: index }];
    await client.send(
      new UpdateTableCommand({ TableName: table.TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates }),
    );
  }
}

async function find(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
