import { preflight } from '../../../serverless/deploy/preflight.ts';
import {
  allExisting,
  createOptions,
  createTarget,
  findProblems,
  namedResources,
  region,
} from '../../support/preflight.ts';
import { accountId } from '../../support/ses.ts';

const stack = 'ses-feedback-dev';

test('a deployment to an empty account has no problem', async () => {
  const { target, lookups } = createTarget();
  expect(await preflight(target, createOptions())).toEqual([]);
  expect(lookups).toEqual([...Object.keys(allExisting), `AWS::S3::Bucket imports-${accountId}`]);
});

const messages: Record<string, string> = {
  'AWS::SNS::Topic the-topic':
    'The topic the-topic already exists and does not belong to this stack. Choose another name under custom.topics ' +
    'in serverless.yml. To receive its messages as well, add its ARN to bounceTopics, complaintTopics or volumeTopics.',
  'AWS::SQS::Queue the-queue':
    'The queue the-queue already exists and does not belong to this stack. Choose another name under custom.queues ' +
    'in serverless.yml.',
  'AWS::SES::ConfigurationSet the-set':
    'The configuration set the-set already exists and does not belong to this stack. Choose another name under ' +
    'custom.configurationSet in serverless.yml.',
  'AWS::DynamoDB::Table the-table':
    'The table the-table already exists and does not belong to this stack: an earlier stack left it behind. To ' +
    'continue with it, set tables: use for this stage under params in serverless.yml.',
  'AWS::SES::EmailIdentity shop.example.com':
    'SES already has the identity shop.example.com. Remove the parameter identity, deploy, and then connect it: ' +
    'npx ses-feedback connect --stack ses-feedback-dev --region eu-west-1 --identity shop.example.com',
};

test.each(Object.entries(messages))('%s, if it exists, is reported with the next step', async (resource, message) => {
  expect(await findProblems({ existing: { [resource]: {} } })).toEqual([message]);
});

test('all problems are reported at once', async () => {
  expect(await findProblems({ existing: allExisting })).toEqual(Object.values(messages));
});

/** Physical ids as CloudFormation returns them: an ARN, a URL or a name. */
const stackResources = new Map([
  ['BouncesTopic', `arn:aws:sns:${region}:${accountId}:the-topic`],
  ['BouncesQueue', `https://sqs.${region}.amazonaws.com/${accountId}/the-queue`],
  ['ConfigurationSet', 'the-set'],
  ['SuppressionsTable', 'the-table'],
  ['Identity', 'shop.example.com'],
]);

test('a resource of the stack itself is not reported', async () => {
  expect(await findProblems({ existing: allExisting, stacks: { [stack]: stackResources } })).toEqual([]);
});

test('a resource with the new name of a renamed resource is reported', async () => {
  const renamed = new Map([...stackResources].map(([id, name]) => [id, `${name}-before`]));
  expect(await findProblems({ existing: allExisting, stacks: { [stack]: renamed } })).toHaveLength(5);
});

test('a resource of another stack is reported', async () => {
  const stacks = { 'ses-feedback-prod': stackResources };
  expect(await findProblems({ existing: allExisting, stacks })).toHaveLength(5);
});

test('a resource without a name of its own is not looked up', async () => {
  const { target, lookups } = createTarget({ existing: allExisting });
  const Resources = {
    Unnamed: { Type: 'AWS::SQS::Queue', Properties: {} },
    WithoutProperties: { Type: 'AWS::SNS::Topic' },
    NamedByReference: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Name' } } },
    OfAnotherType: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'the-role' } },
    Untyped: { Properties: { QueueName: 'the-queue' } },
  };
  expect(await preflight(target, createOptions({ template: { Resources } }))).toEqual([]);
  expect(lookups).toEqual([`AWS::S3::Bucket imports-${accountId}`]);
});

describe('without access to AWS, only that problem is reported', () => {
  test.each<[string, unknown, string]>([
    [
      'an error',
      new Error('The security token included in the request is expired.'),
      'The security token included in the request is expired',
    ],
    ['a thrown text', 'no provider', 'no provider'],
  ])('credentials: %s', async (_name, thrown, reason) => {
    const getAccountId = () => Promise.reject(thrown);
    expect(await findProblems({ existing: allExisting, getAccountId })).toEqual([
      `Cannot access the AWS account: ${reason}. Set credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and ` +
        'AWS_SECRET_ACCESS_KEY) and test them with: aws sts get-caller-identity',
    ]);
  });

  test('a Region without SES', async () => {
    const error = new Error('getaddrinfo ENOTFOUND email.eu-west-1.amazonaws.com');
    expect(await findProblems({ existing: allExisting, reachSes: () => Promise.reject(error) })).toEqual([
      'Cannot reach SES in eu-west-1: getaddrinfo ENOTFOUND email.eu-west-1.amazonaws.com. Choose a Region that ' +
        'has SES, with --region: https://docs.aws.amazon.com/general/latest/gr/ses.html',
    ]);
  });
});

test('an error while AWS is queried is passed on, because it does not say whether the resource exists', async () => {
  const denied = new Error('not authorized to perform sqs:GetQueueUrl');
  const target = { ...createTarget().target, findResource: () => Promise.reject(denied) };
  await expect(preflight(target, createOptions())).rejects.toBe(denied);
});

describe('an existing topic', () => {
  const topic = `arn:aws:sns:${region}:${accountId}:ses-bounces`;
  const elsewhere = (arn: string) =>
    `The topic ${arn} is not in account ${accountId} and Region eu-west-1. SES publishes only to topics in its own ` +
    'Region, and messages from topics of other accounts are ignored. Remove it from the parameters.';
  const otherAccount = `arn:aws:sns:${region}:999999999999:ses-bounces`;
  const otherRegion = `arn:aws:sns:us-east-1:${accountId}:ses-bounces`;
  const ownTopic = `arn:aws:sns:${region}:${accountId}:the-topic`;
  test.each<[string, string, string[]]>([
    ['that can be used has no problem', topic, []],
    [
      'that is missing is reported',
      `${topic}-shop`,
      [`The topic ${topic}-shop does not exist. Correct its ARN, or remove it from the parameters.`],
    ],
    ['of another account is reported', otherAccount, [elsewhere(otherAccount)]],
    ['of another Region is reported', otherRegion, [elsewhere(otherRegion)]],
    [
      'of the stack itself is reported',
      ownTopic,
      [
        `The topic ${ownTopic} belongs to this stack, which receives its messages anyway. Remove it from the parameters.`,
      ],
    ],
  ])('%s', async (_fact, arn, expected) => {
    const topics = [topic, otherAccount, otherRegion].map((name) => [`AWS::SNS::Topic ${name}`, {}]);
    expect(await findProblems({ existing: Object.fromEntries(topics) }, { topics: [arn] })).toEqual(expected);
  });
});

test('a bucket of inbound email that a removed stack left behind is reported; the bucket of the stack itself is not', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation replaces it
  const BucketName = { 'Fn::Sub': 'inbound-${AWS::AccountId}-${AWS::Region}' };
  const template = { Resources: { InboundBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName } } } };
  const bucket = `inbound-${accountId}-${region}`;
  const existing = { [`AWS::S3::Bucket ${bucket}`]: {} };
  expect(await findProblems({ existing }, { template })).toEqual([
    `The bucket ${bucket} already exists and does not belong to this stack: an earlier stack left it behind, with the inbound email of its last 30 days. If you need none of it: aws s3 rb s3://${bucket} --force. If you do, choose another name under custom.inboundBucket in serverless.yml.`,
  ]);
  const stacks = { 'ses-feedback-dev': new Map([['InboundBucket', bucket]]) };
  expect(await findProblems({ existing, stacks }, { template })).toEqual([]);
  expect(await findProblems({}, { template })).toEqual([]);
});

test('a deployment that would remove the relay is reported, because emails may wait in its queue', async () => {
  const stacks = { 'ses-feedback-dev': new Map([['RelayQueue', 'https://sqs/relay']]) };
  const [problem] = await findProblems({ stacks }, { template: { Resources: {} } });
  expect(problem).toMatch(/^The stack has RelayQueue .* Keep its parameter \(relayRecipients\)/);
  expect(await findProblems({ stacks }, { template: { Resources: {} }, removes: ['RelayQueue'] })).toEqual([]);
});

test('a bucket of import files that a rollback left behind is reported; the bucket of the stack itself is not', async () => {
  const existing = { [`AWS::S3::Bucket imports-${accountId}`]: {} };
  expect(await findProblems({ existing })).toEqual([
    `The bucket imports-${accountId} already exists and does not belong to this stack. It contains only import files, which expire after two days. Delete it: aws s3 rb s3://imports-${accountId} --force`,
  ]);
  const stacks = { [stack]: new Map([['ImportBucket', `imports-${accountId}`]]) };
  const template = { Resources: { ...namedResources, ImportBucket: { Type: 'AWS::S3::Bucket' } } };
  expect(await findProblems({ existing, stacks }, { template })).toEqual([]);
});
