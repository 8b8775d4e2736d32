import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
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
  const text = readFileSync(path.join(__dirname, '..', 'resources', file), 'utf8');
  // CloudFormation's own tags, as !Equals, are left alone, and that is no matter here.
  return parse(text, { logLevel: 'error' }).Resources[logicalId].Properties;
}

async function createTable(client: DynamoDBClient, name: string, properties: TableProperties): Promise<void> {
  if (await exists(client, name)) return;
  const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, TimeToLiveSpecification } = properties;
  const keys = { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes };
  await client.send(new CreateTableCommand({ TableName: name, BillingMode, ...keys }));
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }));
}

async function exists(client: DynamoDBClient, name: string): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName: name }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
