import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Found } from '../../serverless/deploy/preflight.ts';
import { look, region } from '../support/preflight.ts';

describe('tables that are said to be there', () => {
  const tables = {
    'kept-suppressions': { key: ['address', 'list'], index: 'mirror' },
    'kept-reputation': { key: ['scope', 'hour'] },
  };
  const suppressions = 'AWS::DynamoDB::Table kept-suppressions';
  const reputation = { 'AWS::DynamoDB::Table kept-reputation': { keySchema: ['scope', 'hour'] } };
  const wrong = (key: string) =>
    `The table kept-suppressions has the key ${key} and not address, list: it is none of ours.`;
  test.each<[string, Record<string, Found>, string[]]>([
    [
      'with the right keys they are fine',
      { ...reputation, [suppressions]: { keySchema: ['address', 'list'], indexes: ['other', 'mirror'] } },
      [],
    ],
    [
      'one of an earlier version lacks the index, and the command adds it as the template has it',
      { ...reputation, [suppressions]: { keySchema: ['address', 'list'], indexes: [] } },
      [
        `The table kept-suppressions is of an earlier version: it has no index mirror. Add it: aws dynamodb update-table --region ${region} --table-name kept-suppressions --attribute-definitions AttributeName=mirror,AttributeType=S AttributeName=mirrorDue,AttributeType=N --global-secondary-index-updates '${JSON.stringify([{ Create: parse(readFileSync('resources/suppressions-table.yml', 'utf8'), { logLevel: 'error' }).Resources.SuppressionsTable.Properties.GlobalSecondaryIndexes[0] }])}'`,
      ],
    ],
    [
      'a key without its second part is told',
      { ...reputation, [suppressions]: { keySchema: ['address'] } },
      [wrong('address')],
    ],
    [
      'a key the other way round is told',
      { ...reputation, [suppressions]: { keySchema: ['list', 'address'] } },
      [wrong('list, address')],
    ],
    [
      'one that is not there is told',
      reputation,
      [
        'With tables=use the table kept-suppressions has to be there, and is not. Deploy this stage with tables: create.',
      ],
    ],
  ])('%s', async (_name, there, expected) => {
    expect(await look({ there }, { tables })).toEqual(expected);
  });
});
