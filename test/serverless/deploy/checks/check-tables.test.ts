import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { reputationTableSchema, suppressionsTableSchema } from '../../../../serverless/deploy/checks/check-tables.ts';
import type { ExistingResource } from '../../../../serverless/deploy/deployment-target.ts';
import { findProblems, region } from '../../../support/preflight.ts';

type TableProperties = {
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly KeySchema: readonly { readonly AttributeName: string }[];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: readonly { readonly AttributeName: string }[];
  }[];
};

const propertiesOf = (file: string, id: string): TableProperties =>
  parse(readFileSync(`resources/${file}.yml`, 'utf8'), { logLevel: 'error' }).Resources[id].Properties;

const { keySchema, indexes = [] } = suppressionsTableSchema;

test('the expected keys and indexes are those of the templates', () => {
  const suppressions = propertiesOf('suppressions-table', 'SuppressionsTable');
  const reputation = propertiesOf('reputation-table', 'ReputationTable');
  expect(suppressions.KeySchema.map(({ AttributeName }) => AttributeName)).toEqual(keySchema);
  expect(suppressions.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(indexes);
  expect(reputation.KeySchema.map(({ AttributeName }) => AttributeName)).toEqual(reputationTableSchema.keySchema);
});

describe('existing tables', () => {
  const tables = { 'kept-suppressions': suppressionsTableSchema, 'kept-reputation': reputationTableSchema };
  const suppressions = 'AWS::DynamoDB::Table kept-suppressions';
  const reputation = {
    'AWS::DynamoDB::Table kept-reputation': { keySchema: reputationTableSchema.keySchema },
  };
  const wrongKey = (key: string) =>
    `The table kept-suppressions has the key ${key} instead of address, list, so it is not a table of ses-feedback. Correct its name under custom in serverless.yml.`;

  test.each<[string, Record<string, ExistingResource>, string[]]>([
    [
      'with the expected keys have no problem',
      { ...reputation, [suppressions]: { keySchema, indexes: ['other', ...indexes] } },
      [],
    ],
    [
      'with a key without its second attribute are reported',
      { ...reputation, [suppressions]: { keySchema: ['address'] } },
      [wrongKey('address')],
    ],
    [
      'with the attributes of the key in the wrong order are reported',
      { ...reputation, [suppressions]: { keySchema: ['list', 'address'] } },
      [wrongKey('list, address')],
    ],
    [
      'that are missing are reported',
      reputation,
      [
        'The table kept-suppressions does not exist, but the parameter tables is set to use. Set tables: create for this stage.',
      ],
    ],
  ])('%s', async (_fact, existing, expected) => {
    expect(await findProblems({ existing }, { tables })).toEqual(expected);
  });

  test.each(indexes)(
    'without the index %s are reported, with the command that adds it as in the template',
    async (index) => {
      const { AttributeDefinitions, GlobalSecondaryIndexes = [] } = propertiesOf(
        'suppressions-table',
        'SuppressionsTable',
      );
      const Create = GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index);
      const attributes = Create?.KeySchema.map(({ AttributeName }) => {
        const type = AttributeDefinitions.find((one) => one.AttributeName === AttributeName)?.AttributeType;
        return `AttributeName=${AttributeName},AttributeType=${type}`;
      });
      const others = indexes.filter((one) => one !== index);
      const existing = { ...reputation, [suppressions]: { keySchema, indexes: others } };
      const message = `The table kept-suppressions was created by an earlier version and has no index ${index}. Add it: aws dynamodb update-table --region ${region} --table-name kept-suppressions --attribute-definitions ${attributes?.join(' ')} --global-secondary-index-updates '${JSON.stringify([{ Create }])}'`;
      expect(await findProblems({ existing }, { tables })).toEqual([message]);
    },
  );

  test('without both are reported one at a time, as DynamoDB adds one at a time', async () => {
    const existing = { ...reputation, [suppressions]: { keySchema, indexes: [] } };
    const problems = await findProblems({ existing }, { tables });
    expect(problems).toEqual([expect.stringContaining(`has no index ${indexes[0]}.`)]);
  });
});
