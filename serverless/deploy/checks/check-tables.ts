import type { PreflightCheck, TableSchema } from './check.ts';

/** The tables of resources/suppressions-table.yml and resources/reputation-table.yml. */
export const suppressionsTableSchema: TableSchema = { keySchema: ['address', 'list'], index: 'mirror' };
export const reputationTableSchema: TableSchema = { keySchema: ['scope', 'hour'] };

/** Reports existing tables that are missing or that the functions cannot use. */
export const checkRetainedTables: PreflightCheck = async ({ target, region, tables }) => {
  const problems = await Promise.all(
    Object.entries(tables).map(async ([name, { keySchema, index }]) => {
      const table = await target.findResource('AWS::DynamoDB::Table', name);
      if (!table)
        return `The table ${name} does not exist, but the parameter tables is set to use. Set tables: create for this stage.`;
      if (table.keySchema?.join() !== keySchema.join())
        return `The table ${name} has the key ${table.keySchema?.join(', ')} instead of ${keySchema.join(', ')}, so it is not a table of ses-feedback. Correct its name under custom in serverless.yml.`;
      if (index !== undefined && !table.indexes?.includes(index)) return describeMissingIndex(name, index, region);
      return undefined;
    }),
  );
  return problems.flatMap((problem) => problem ?? []);
};

/** CloudFormation adds an index only to tables of the stack, so this message contains the command that adds it. */
function describeMissingIndex(table: string, index: string, region: string): string {
  const attributes = `AttributeName=${index},AttributeType=S AttributeName=${index}Due,AttributeType=N`;
  const KeySchema = [
    { AttributeName: index, KeyType: 'HASH' },
    { AttributeName: `${index}Due`, KeyType: 'RANGE' },
  ];
  const Create = { IndexName: index, KeySchema, Projection: { ProjectionType: 'KEYS_ONLY' } };
  return `The table ${table} was created by an earlier version and has no index ${index}. Add it: aws dynamodb update-table --region ${region} --table-name ${table} --attribute-definitions ${attributes} --global-secondary-index-updates '${JSON.stringify([{ Create }])}'`;
}
