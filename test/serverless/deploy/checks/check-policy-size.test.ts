import { preflight } from '../../../../serverless/deploy/preflight.ts';
import { createOptions, createTarget, region } from '../../../support/preflight.ts';

/** A policy about so many queues, with the functions of a template. */
const policyOf = (queues: number) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: {
    PolicyDocument: {
      Statement: [
        { Action: 'a', Resource: Array.from({ length: queues }, () => ({ 'Fn::GetAtt': ['Queue', 'Arn'] })) },
        { 'Fn::If': ['HasKey', { Action: 'b', Resource: { Ref: 'Key' } }, { Ref: 'AWS::NoValue' }] },
        { Resource: { 'Fn::Sub': ['arn', 'aws', 'ses'].join(':') } },
      ],
    },
  },
});
const check = (queues: number) => {
  const Queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'a-queue-with-a-name-of-forty-characters-' } };
  const template = { Resources: { OperatorPolicy: policyOf(queues), Queue } };
  return preflight(createTarget().target, createOptions({ template }));
};

test('a policy that IAM accepts is no problem', async () => {
  expect(await check(40)).toEqual([]);
});

test('a longer one is, with what makes it shorter', async () => {
  const [problem] = await check(80);
  expect(problem).toMatch(
    /^OperatorPolicy would have about [67],\d{3} characters, and IAM accepts 6,144\. Adopt fewer topics .*shorter stage\.$/,
  );
});

test('a Region in China is refused, because it has no SES', async () => {
  const problems = await preflight(createTarget().target, createOptions({ region: 'cn-north-1' }));
  expect(problems).toEqual([
    'SES is not available in the Regions in China. Choose another Region than cn-north-1, with --region.',
  ]);
  expect(await preflight(createTarget().target, createOptions({ region }))).toEqual([]);
});

test('an empty table of an earlier stack may be deleted, and any other one is used', async () => {
  const existing = (isEmpty: boolean) => ({ 'AWS::DynamoDB::Table the-table': { isEmpty } });
  const problem = async (isEmpty: boolean) =>
    (await preflight(createTarget({ existing: existing(isEmpty) }).target, createOptions()))[0];
  expect(await problem(true)).toMatch(
    /seems to be empty, as after a first deployment that failed\. .*dynamodb scan .*--no-deletion-protection-enabled && aws dynamodb delete-table .*tables: use/,
  );
  expect(await problem(false)).toMatch(/To continue with it, set tables: use/);
  expect(await problem(false)).not.toContain('delete-table');
});
