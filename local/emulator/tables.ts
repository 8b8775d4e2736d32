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

/** The CloudFormation properties of a table that the DynamoDB API accepts under the same names. */
type TableProperties = Omit<CreateTableCommandInput, 'TableName'> & {
  TimeToLiveSpecification: NonNullable<UpdateTimeToLiveCommandInput['TimeToLiveSpecification']>;
};

/**
 * Creates the tables that do not exist, and adds missing indexes to those that do, as `resources/` defines them for
 * AWS.
 */
export async function createTables(client: DynamoDBClient, names: TableNames): Promise<void> {
  await createTable(client, names.suppressionsTable, readProperties('suppressions-table.yml', 'SuppressionsTable'));
  await createTable(client, names.reputationTable, readProperties('reputation-table.yml', 'ReputationTable'));
}

function readProperties(file: string, logicalId: string): TableProperties {
  const text = readFileSync(path.join(__dirname, '..', '..', 'resources', file), 'utf8');
  // CloudFormation's tags, such as !Equals, are not resolved. None of the properties used here has one.
  return parse(text, { logLevel: 'error' }).Resources[logicalId].Properties;
}

async function createTable(client: DynamoDBClient, name: string, properties: TableProperties): Promise<void> {
  const table = await describeTable(client, name);
  if (table !== undefined) return addIndexes(client, table, properties);
  const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, TimeToLiveSpecification } = properties;
  const keys = { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes };
  await client.send(new CreateTableCommand({ TableName: name, BillingMode, ...keys }));
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

/** Adds the indexes a table lacks, so that a database file of an earlier version can be used. */
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

async function describeTable(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
