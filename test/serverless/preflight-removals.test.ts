import { type Aws, preflight } from '../../serverless/deploy/preflight.ts';
import { accountId } from '../support/ses.ts';

const importBucket = (account: string) => `imports-${account}`;

/** What the stack has, and a deployment without the parameters it was built with would take away. */
const arn = (name: string) => `arn:aws:sns:eu-west-1:${accountId}:${name}`;
const key = `arn:aws:kms:eu-west-1:${accountId}:key/1234-abcd`;

const built = {
  BouncesTopic: arn('ses-feedback-prod-bounces'),
  BouncesSubscription: `${arn('ses-feedback-prod-bounces')}:1`,
  BouncesSubscription0a1b2c3d: `${arn('ses-bounces-shop')}:2`,
  AlarmEmail: `${arn('ses-feedback-prod-alarms')}:3`,
  Identity: 'shop.example.com',
  Key: '1234-abcd',
  SuppressionsTable: 'ses-feedback-prod-suppressions',
  ReputationTable: 'ses-feedback-prod-reputation',
  DailySends: 'ses-feedback-prod-daily-sends',
};

type Given = {
  readonly left?: readonly (keyof typeof built)[];
  readonly outputs?: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly removes?: readonly string[];
};

async function losses({ left = [], outputs = {}, ...options }: Given): Promise<string[]> {
  const found = { kmsKey: { arn: key, isCustomerManaged: true, isEnabled: true, policy: letsAllIn } };
  const aws: Aws = {
    account: async () => accountId,
    ses: async () => {},
    builtBy: async () => new Map(Object.entries(built)),
    outputsOf: async () => new Map(Object.entries(outputs)),
    find: async (type) => (type === 'AWS::KMS::Key' ? found : undefined),
  };
  const Resources = Object.fromEntries(left.map((id) => [id, { Type: 'Any' }]));
  const plain = {
    stack: 'ses-feedback-prod',
    region: 'eu-west-1',
    topics: [],
    importBucket,
    tables: {},
    key: 'aws',
    removes: [],
  };
  return preflight(aws, { ...plain, ...options, template: { Resources } });
}

const letsAllIn = JSON.stringify({
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

const all = Object.keys(built) as (keyof typeof built)[];
const without = (...gone: (keyof typeof built)[]) => all.filter((id) => !gone.includes(id));

test('where all stays nothing is said', async () => {
  expect(await losses({ left: all })).toEqual([]);
});

test.each([
  ['AlarmEmail', /that address would be told of no alarm any more/],
  ['BouncesSubscription0a1b2c3d', /feedback of a topic that was adopted would be lost/],
  ['Identity', /it would stay at SES/],
  ['Key', /could not be read any more, so empty them first/],
  ['SuppressionsTable', /is deleted if onRemoval is Delete/],
  ['ReputationTable', /is deleted if onRemoval is Delete/],
] as const)('%s is not taken away without a word', async (id, matters) => {
  const [sentence, ...others] = await losses({ left: without(id) });
  expect(others).toEqual([]);
  expect(sentence).toMatch(matters);
  expect(sentence).toContain(`The stack has ${id} (${built[id]}), and this deployment would take it away`);
  expect(sentence).toContain(`--param="removes=${id}"`);
  expect(await losses({ left: without(id), removes: [id] })).toEqual([]);
});

test('what can be had again without loss goes without a word', async () => {
  expect(await losses({ left: without('DailySends', 'BouncesTopic', 'BouncesSubscription') })).toEqual([]);
});

test('several are told at once, and what is meant to go is not', async () => {
  const told = await losses({ left: without('AlarmEmail', 'Identity', 'Key'), removes: ['Identity'] });
  expect(told.map((sentence) => sentence.slice(0, 25))).toEqual([
    'The stack has AlarmEmail ',
    `The stack has Key (1234-a`,
  ]);
});

describe('a key in force', () => {
  const outputs = { KeyArn: key };
  test.each([
    ['the same is no loss', { key }, 0],
    ["the stack's own is no loss", { key: 'create' }, 0],
    ['none is', { key: 'aws' }, 1],
    ['none is, unless it is meant', { key: 'aws', removes: ['Key'] }, 0],
    ['another is', { key: `${key}0` }, 1],
  ])('%s', async (_fact, options, count) => {
    expect(await losses({ left: all, outputs, ...options })).toHaveLength(count);
  });

  test('where there was none, any is fine', async () => {
    expect(await losses({ left: all, key })).toEqual([]);
  });
});
