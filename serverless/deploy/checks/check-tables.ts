import type { PreflightCheck, TableSchema } from './check.ts';

/** The tables of resources/suppressions-table.yml and resources/reputation-table.yml. */
export const suppressionsTableSchema: TableSchema = {
  keySchema: ['address', 'list'],
  indexes: ['mirror', 'suppressed'],
};
export const reputationTableSchema: TableSchema = { keySchema: ['scope', 'hour'] };

/** Reports existing tables that are missing or that the functions cannot use. */
export const checkRetainedTables: PreflightCheck = async ({ target, region, tables }) => {
  const problems = await Promise.all(
    Object.entries(tables).map(async ([name, { keySchema, indexes: expected = [] }]) => {
      const table = await target.findResource('AWS::DynamoDB::Table', name);
      if (!table)
        return `The table ${name} does not exist, but the parameter tables is set to use. Set tables: create for this stage.`;
      if (table.keySchema?.join() !== keySchema.join())
        return `The table ${name} has the key ${table.keySchema?.join(', ')} instead of ${keySchema.join(', ')}, so it is not a table of ses-feedback. Correct its name under custom in serverless.yml.`;
      // DynamoDB adds one index at a time.
      const missing = expected.find((index) => !table.indexes?.includes(index));
      return missing && describeMissingIndex(name, missing, region);
    }),
  );
  return problems.flatMap((problem) => problem ?? []);
};

/** The attributes of each index of resources/suppressions-table.yml, and what it contains beside the keys. */
const indexes: Readonly<
  Record<string, { readonly keys: readonly [string, string][]; readonly include?: readonly string[] }>
> = {
  mirror: {
    keys: [
      ['mirror', 'S'],
      ['mirrorDue', 'N'],
    ],
  },
  suppressed: {
    keys: [
      ['status', 'S'],
      ['since', 'S'],
    ],
    include: ['reason', 'until'],
  },
};

/** CloudFormation adds an index only to tables of the stack, so this message contains the command that adds it. */
function describeMissingIndex(table: string, index: string, region: string): string {
  const { keys = [], include } = indexes[index] ?? {};
  const attributes = keys.map(([name, type]) => `AttributeName=${name},AttributeType=${type}`).join(' ');
  const KeySchema = keys.map(([name], position) => ({
    AttributeName: name,
    KeyType: position === 0 ? 'HASH' : 'RANGE',
  }));
  const Projection = include
    ? { ProjectionType: 'INCLUDE', NonKeyAttributes: include }
    : { ProjectionType: 'KEYS_ONLY' };
  const Create = { IndexName: index, KeySchema, Projection };
  return `The table ${table} was created by an earlier version and has no index ${index}. Add it: aws dynamodb update-table --region ${region} --table-name ${table} --attribute-definitions ${attributes} --global-secondary-index-updates '${JSON.stringify([{ Create }])}'`;
}
