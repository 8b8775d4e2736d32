import type { PreflightOptions } from '../../../../serverless/deploy/checks/check.ts';
import { findProblems, region } from '../../../support/preflight.ts';
import { accountId } from '../../../support/ses.ts';

const topicArn = (name: string) => `arn:aws:sns:${region}:${accountId}:${name}`;
const key = `arn:aws:kms:${region}:${accountId}:key/1234-abcd`;

/** The resources that the stack has before the deployment. */
const stackResources = {
  BouncesTopic: topicArn('ses-feedback-prod-bounces'),
  BouncesSubscription: `${topicArn('ses-feedback-prod-bounces')}:1`,
  BouncesSubscription0a1b2c3d: `${topicArn('ses-bounces-shop')}:2`,
  AlarmEmail: `${topicArn('ses-feedback-prod-alarms')}:3`,
  Identity: 'shop.example.com',
  Key: '1234-abcd',
  SuppressionsTable: 'ses-feedback-prod-suppressions',
  ReputationTable: 'ses-feedback-prod-reputation',
  DailySends: 'ses-feedback-prod-daily-sends',
};
type Id = keyof typeof stackResources;

const keyPolicy = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: ['ses.amazonaws.com', 'sns.amazonaws.com', 'cloudwatch.amazonaws.com'] },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

type Deployment = Partial<Pick<PreflightOptions, 'encryptionKey' | 'removes'>> & {
  /** Resources that the template still contains. */
  readonly kept?: readonly Id[];
  readonly outputs?: Readonly<Record<string, string>>;
};

async function findRemovals({ kept = [], outputs = {}, ...options }: Deployment): Promise<string[]> {
  const kmsKey = { arn: key, isCustomerManaged: true, isEnabled: true, policy: keyPolicy };
  const stack = 'ses-feedback-prod';
  const account = {
    stacks: { [stack]: new Map(Object.entries(stackResources)) },
    outputs,
    existing: { [`AWS::KMS::Key ${key}`]: { kmsKey }, [`AWS::KMS::Key ${key}0`]: { kmsKey } },
  };
  const template = { Resources: Object.fromEntries(kept.map((id) => [id, { Type: 'Any' }])) };
  return findProblems(account, { stack, template, ...options });
}

const all = Object.keys(stackResources) as Id[];
const allExcept = (...removed: Id[]) => all.filter((id) => !removed.includes(id));

test('a deployment that removes nothing has no problem', async () => {
  expect(await findRemovals({ kept: all })).toEqual([]);
});

test.each([
  ['AlarmEmail', /the address would no longer receive alarms/],
  ['BouncesSubscription0a1b2c3d', /feedback from an adopted topic would be lost/],
  ['Identity', /it would stay in SES/],
  ['Key', /could no longer be read, so empty them first/],
  ['SuppressionsTable', /is deleted if onRemoval is Delete/],
  ['ReputationTable', /is deleted if onRemoval is Delete/],
] as const)('the removal of %s is reported, unless it is confirmed', async (id, loss) => {
  const [message, ...others] = await findRemovals({ kept: allExcept(id) });
  expect(others).toEqual([]);
  expect(message).toMatch(loss);
  expect(message).toContain(`The stack has ${id} (${stackResources[id]}), and this deployment would remove it`);
  expect(message).toContain(`--param="removes=${id}"`);
  expect(await findRemovals({ kept: allExcept(id), removes: [id] })).toEqual([]);
});

test('the removal of a resource that can be created again without a loss is not reported', async () => {
  expect(await findRemovals({ kept: allExcept('DailySends', 'BouncesTopic', 'BouncesSubscription') })).toEqual([]);
});

test('all unconfirmed removals are reported at once', async () => {
  const problems = await findRemovals({ kept: allExcept('AlarmEmail', 'Identity', 'Key'), removes: ['Identity'] });
  expect(problems.map((problem) => problem.slice(0, 25))).toEqual([
    'The stack has AlarmEmail ',
    'The stack has Key (1234-a',
  ]);
});

describe('a key in use', () => {
  const outputs = { KeyArn: key };
  test.each([
    ['that stays the same is not reported', { encryptionKey: key }, 0],
    ['that the stack created and keeps is not reported', { encryptionKey: 'create' }, 0],
    ['that is replaced by none is reported', { encryptionKey: 'aws' }, 1],
    ['whose removal is confirmed is not reported', { encryptionKey: 'aws', removes: ['Key'] }, 0],
    ['that is replaced by another one is reported', { encryptionKey: `${key}0` }, 1],
  ])('%s', async (_fact, options, count) => {
    expect(await findRemovals({ kept: all, outputs, ...options })).toHaveLength(count);
  });

  test('may be any key if the stack had none', async () => {
    expect(await findRemovals({ kept: all, encryptionKey: key })).toEqual([]);
  });
});
