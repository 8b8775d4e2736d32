import { type Aws, preflight } from '../../serverless/deploy/preflight.ts';
import { createAws, everything, importBucket, look, names, plain, region } from '../support/preflight.ts';
import { accountId } from '../support/ses.ts';

test('where nothing is there, nothing is in the way', async () => {
  const { aws, asked } = createAws();
  const options = {
    stack: 'ses-feedback-dev',
    region,
    template: { Resources: names },
    topics: [],
    tables: {},
    importBucket,
    ...plain,
  };
  expect(await preflight(aws, options)).toEqual([]);
  expect(asked).toEqual([...Object.keys(everything), `AWS::S3::Bucket imports-${accountId}`]);
});

const sentences: Record<string, string> = {
  'AWS::SNS::Topic the-topic':
    'The topic the-topic exists already and is not of this stack. Give ours another name, under custom.topics in ' +
    'serverless.yml; to listen to that one too, name its ARN in bounceTopics, complaintTopics or volumeTopics.',
  'AWS::SQS::Queue the-queue':
    'The queue the-queue exists already and is not of this stack. Give ours another name, under custom.queues in ' +
    'serverless.yml.',
  'AWS::SES::ConfigurationSet the-set':
    'The configuration set the-set exists already and is not of this stack. Give ours another name, under ' +
    'custom.configurationSet in serverless.yml.',
  'AWS::DynamoDB::Table the-table':
    'The table the-table exists already, and is not of this stack: one that was removed has kept it. Go on with ' +
    'it: tables: use, under this stage in the params of serverless.yml.',
  'AWS::SES::EmailIdentity shop.example.com':
    'SES knows the identity shop.example.com already. Leave the parameter identity out, and connect it once the ' +
    'stack is there: npx ses-feedback connect.',
};

test.each(Object.entries(sentences))('%s in the way is told with what to do', async (thing, sentence) => {
  expect(await look({ there: { [thing]: {} } })).toEqual([sentence]);
});

test('all that is in the way is told at once', async () => {
  expect(await look({ there: everything })).toEqual(Object.values(sentences));
});

/** As CloudFormation names them: by ARN, URL or name. */
const built = new Map([
  ['BouncesTopic', `arn:aws:sns:${region}:${accountId}:the-topic`],
  ['BouncesQueue', `https://sqs.${region}.amazonaws.com/${accountId}/the-queue`],
  ['ConfigurationSet', 'the-set'],
  ['SuppressionsTable', 'the-table'],
  ['Identity', 'shop.example.com'],
]);

test('what the stack itself has built is not in the way', async () => {
  expect(await look({ there: everything, built: { 'ses-feedback-dev': built } })).toEqual([]);
});

test('what has the new name of something that is renamed is', async () => {
  const renamed = new Map([...built].map(([id, name]) => [id, `${name}-before`]));
  expect(await look({ there: everything, built: { 'ses-feedback-dev': renamed } })).toHaveLength(5);
});

test('what another stack has built is', async () => {
  expect(await look({ there: everything, built: { 'ses-feedback-prod': built } })).toHaveLength(5);
});

test('what has no name of its own is not asked for', async () => {
  const { aws, asked } = createAws({ there: everything });
  const Resources = {
    Unnamed: { Type: 'AWS::SQS::Queue', Properties: {} },
    WithoutProperties: { Type: 'AWS::SNS::Topic' },
    NamedByReference: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' } } },
    OfAnotherType: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'the-role' } },
    Untyped: { Properties: { QueueName: 'the-queue' } },
  };
  const options = {
    stack: 'ses-feedback-dev',
    region,
    template: { Resources },
    topics: [],
    importBucket,
    tables: {},
    ...plain,
  };
  expect(await preflight(aws, options)).toEqual([]);
  expect(asked).toEqual([`AWS::S3::Bucket imports-${accountId}`]);
});

describe('where AWS cannot be asked, that is the one thing to say', () => {
  test.each<[string, unknown, string]>([
    [
      'an error',
      new Error('The security token included in the request is expired.'),
      'The security token included in the request is expired',
    ],
    ['anything else', 'no provider', 'no provider'],
  ])('credentials: %s', async (_name, thrown, reason) => {
    expect(await look({ there: everything, account: () => Promise.reject(thrown) })).toEqual([
      `AWS cannot be asked: ${reason}. Give credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and ` +
        `AWS_SECRET_ACCESS_KEY) that \`aws sts get-caller-identity\` works with.`,
    ]);
  });

  test('a Region without SES', async () => {
    const error = new Error('getaddrinfo ENOTFOUND email.eu-west-1.amazonaws.com');
    expect(await look({ there: everything, ses: () => Promise.reject(error) })).toEqual([
      'SES does not answer in eu-west-1: getaddrinfo ENOTFOUND email.eu-west-1.amazonaws.com. Take a Region that ' +
        'has it, with --region: https://docs.aws.amazon.com/general/latest/gr/ses.html',
    ]);
  });
});

test('what AWS refuses to answer is no answer', async () => {
  const denied = new Error('not authorized to perform sqs:GetQueueUrl');
  const { aws } = createAws();
  const refusing: Aws = { ...aws, find: () => Promise.reject(denied) };
  const options = {
    stack: 'ses-feedback-dev',
    region,
    template: { Resources: names },
    topics: [],
    tables: {},
    importBucket,
    ...plain,
  };
  await expect(preflight(refusing, options)).rejects.toBe(denied);
});

describe('topics that are said to be there', () => {
  const topic = `arn:aws:sns:${region}:${accountId}:ses-bounces`;
  const foreign = (arn: string) =>
    `The topic ${arn} is not of account ${accountId} in eu-west-1: SES publishes to topics of its own Region, ` +
    'and what others publish is not acted on.';
  const otherAccount = `arn:aws:sns:${region}:999999999999:ses-bounces`;
  const otherRegion = `arn:aws:sns:us-east-1:${accountId}:ses-bounces`;
  test.each<[string, string, string[]]>([
    ['one that is there is fine', topic, []],
    ['one that is not there is told', `${topic}-shop`, [`There is no topic ${topic}-shop.`]],
    ['one of another account is told', otherAccount, [foreign(otherAccount)]],
    ['one of another Region is told', otherRegion, [foreign(otherRegion)]],
    [
      "the stack's own is told",
      `arn:aws:sns:${region}:${accountId}:the-topic`,
      [
        `The topic arn:aws:sns:${region}:${accountId}:the-topic is the stack's own, and is listened to anyway: leave it out.`,
      ],
    ],
  ])('%s', async (_name, arn, expected) => {
    const there = [topic, otherAccount, otherRegion].map((name) => [`AWS::SNS::Topic ${name}`, {}]);
    expect(await look({ there: Object.fromEntries(there) }, { topics: [arn] })).toEqual(expected);
  });
});

test('the bucket of import files must not be there before the stack, which may have left it behind', async () => {
  const bucket = { [`AWS::S3::Bucket imports-${accountId}`]: {} };
  expect(await look({ there: bucket })).toEqual([
    `The bucket imports-${accountId} exists already, and is not of this stack. It holds files of a few days; delete it: aws s3 rb s3://imports-${accountId} --force`,
  ]);
  const built = { 'ses-feedback-dev': new Map([['ImportBucket', `imports-${accountId}`]]) };
  const template = { Resources: { ...names, ImportBucket: { Type: 'AWS::S3::Bucket' } } };
  expect(await look({ there: bucket, built }, { template })).toEqual([]);
});
