import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { everyOption, type PackagedTemplate, packageTemplate, withRelay } from '../../support/template.ts';

/**
 * Whether docs/deploy-policy.json suffices for a deployment and a removal: each action that CloudFormation needs for the resources of the stack,
 * by the schemas of their types, and each action of the framework, must be allowed on the resource that it is about.
 */
type Statement = { readonly Action: string | readonly string[]; readonly Resource: string | readonly string[] };

const root = path.join(__dirname, '..', '..', '..');
const { Statement: statements } = JSON.parse(readFileSync(path.join(root, 'docs', 'deploy-policy.json'), 'utf8')) as {
  Statement: Statement[];
};
const { types } = JSON.parse(readFileSync(path.join(__dirname, 'handler-permissions.json'), 'utf8')) as {
  types: Record<string, string[]>;
};
const permissionsOf: Record<string, string[]> = {
  ...types,
  // Its schema has no handlers: CloudFormation calls the API, whose actions are these.
  'AWS::SES::ReceiptRule': ['Create', 'Describe', 'Update', 'Delete'].map((verb) => `ses:${verb}ReceiptRule`),
};

const account = '123456789012';
const arn = (service: string, resource: string, region = 'eu-west-1', owner = account) =>
  `arn:aws:${service}:${region}:${owner}:${resource}`;

/** Matches as IAM does: `*` stands for any text, and the names of actions ignore case. */
const matches = (pattern: string, text: string, flags = '') =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, flags).test(text);
const isAllowed = (action: string, resource: string) =>
  statements.some(
    ({ Action, Resource }) =>
      [Action].flat().some((one) => matches(one, action, 'i')) &&
      [Resource].flat().some((one) => matches(one, resource)),
  );

/**
 * Actions without a resource type, which a policy allows on `*` or not at all.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
const withoutResource = [
  'cloudformation:ValidateTemplate',
  'ses:GetAccount',
  'ses:DescribeConfigurationSet',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  // AWS's lists differ on whether it has a resource type. It needs `*` if it has none.
  'logs:DescribeIndexPolicies',
  // Its resource type is optional, and CloudFormation asks about alarms of any name.
  'cloudwatch:DescribeAlarms',
  'kms:CreateKey',
  // The first version of the SES API knows no resources for receipt rules.
  'ses:CreateReceiptRule',
  'ses:CreateReceiptRuleSet',
  'ses:DeleteReceiptRule',
  'ses:DeleteReceiptRuleSet',
  'ses:DescribeReceiptRule',
  'ses:DescribeReceiptRuleSet',
  'ses:UpdateReceiptRule',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'lambda:CreateEventSourceMapping',
  'lambda:ListEventSourceMappings',
  'sns:Unsubscribe',
  'sns:GetSubscriptionAttributes',
  'sns:SetSubscriptionAttributes',
];

/** What a schema names for features that the stack does not use. */
const notNeeded: readonly { readonly type: string; readonly because: string; readonly actions: RegExp }[] = [
  {
    type: 'AWS::DynamoDB::Table',
    because: 'no import, no replicas, no streams, no resource policy, and no KMS key of the customer',
    actions:
      /^(kms|kinesis|logs|s3):|^iam:CreateServiceLinkedRole$|^dynamodb:(\w*Replica\w*|BatchWriteItem|(Get|Put|Update|Delete)Item|Query|Scan|\w*Import\w*|\w+KinesisStreamingDestination|UpdateContributorInsights|(Put|Delete)ResourcePolicy)$/,
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    because: 'the stack attaches its policies to nobody, and the removal stops while a person has attached them',
    actions: /^iam:(Attach|Detach)(Group|User|Role)Policy$/,
  },
  { type: 'AWS::IAM::Role', because: 'no permissions boundary', actions: /PermissionsBoundary$/ },
  { type: 'AWS::KMS::Key', because: 'the key is never disabled', actions: /^kms:(Enable|Disable)Key$/ },
  { type: 'AWS::Lambda::EventSourceMapping', because: 'its filters are not encrypted', actions: /^kms:/ },
  {
    type: 'AWS::Lambda::Function',
    because: 'no file system, no layers, no code signing, no versions, no capacity provider and no own key',
    actions:
      /^(elasticfilesystem|s3files|kms):|^lambda:(GetCodeSigningConfig|GetLayerVersion|PassCapacityProvider|PublishVersion)$/,
  },
  {
    type: 'AWS::Logs::LogGroup',
    because: 'no key, no data protection, no index, no resource policy, no delivery and no protection against deletion',
    actions:
      /^(firehose|s3):|^logs:(\w*KmsKey|CreateLogDelivery|(Put|Delete)(DataProtection|Index|Resource)Policy|PutBearerTokenAuthentication|PutLogGroupDeletionProtection)$/,
  },
  {
    type: 'AWS::S3::Bucket',
    because: 'no metadata tables and no replication',
    actions: /^s3tables:|^s3:\w*BucketMetadata\w*TableConfiguration$|^iam:PassRole$/,
  },
  { type: 'AWS::SES::ReceiptRuleSet', because: 'nothing lists the rule sets', actions: /^ses:ListReceiptRuleSets$/ },
  {
    type: 'AWS::SNS::Topic',
    because: 'no data protection policy, and no role that logs deliveries',
    actions: /^sns:PutDataProtectionPolicy$|^iam:/,
  },
  { type: 'AWS::SNS::Subscription', because: 'no delivery to Firehose', actions: /^iam:/ },
];

type Properties = Readonly<Record<string, unknown>>;
type Arns = (properties: Properties, id: string) => readonly string[];

/** Returns the name of a resource. Where the template has none, CloudFormation makes one that begins with the name of the stack. */
const nameOf = (value: unknown, id: string) => (typeof value === 'string' ? value : `ses-feedback-prod-${id}-1A2B3C`);

/** The ARNs of the resources that the handlers of a type act on. */
const arnsOf: Readonly<Record<string, Arns>> = {
  'AWS::CloudWatch::Alarm': ({ AlarmName }, id) => [arn('cloudwatch', `alarm:${nameOf(AlarmName, id)}`)],
  'AWS::CloudWatch::Dashboard': ({ DashboardName }, id) => [
    arn('cloudwatch', `dashboard/${nameOf(DashboardName, id)}`, ''),
  ],
  'AWS::DynamoDB::Table': ({ TableName }, id) => [arn('dynamodb', `table/${nameOf(TableName, id)}`)],
  'AWS::Events::Rule': ({ Name }, id) => [arn('events', `rule/${nameOf(Name, id)}`)],
  'AWS::IAM::ManagedPolicy': ({ ManagedPolicyName }, id) => [arn('iam', `policy/${nameOf(ManagedPolicyName, id)}`, '')],
  'AWS::IAM::Role': ({ RoleName }, id) => [arn('iam', `role/${nameOf(RoleName, id)}`, '')],
  'AWS::KMS::Key': () => [arn('kms', 'key/1a2b')],
  'AWS::Lambda::EventInvokeConfig': (_, id) => [arn('lambda', `function:ses-feedback-prod-${id}`)],
  'AWS::Lambda::EventSourceMapping': () => [arn('lambda', 'event-source-mapping:1a2b')],
  'AWS::Lambda::Function': ({ FunctionName }, id) => [arn('lambda', `function:${nameOf(FunctionName, id)}`)],
  'AWS::Lambda::Permission': (_, id) => [arn('lambda', `function:ses-feedback-prod-${id}`)],
  'AWS::Logs::LogGroup': ({ LogGroupName }, id) => [arn('logs', `log-group:${nameOf(LogGroupName, id)}`)],
  'AWS::Logs::MetricFilter': (_, id) => [arn('logs', `log-group:/aws/lambda/ses-feedback-prod-${id}`)],
  'AWS::S3::Bucket': (_, id) => [`arn:aws:s3:::ses-feedback-prod-${id.toLowerCase()}`],
  'AWS::S3::BucketPolicy': (_, id) => [`arn:aws:s3:::ses-feedback-prod-${id.toLowerCase()}`],
  'AWS::SES::ConfigurationSet': ({ Name }, id) => [arn('ses', `configuration-set/${nameOf(Name, id)}`)],
  'AWS::SES::ConfigurationSetEventDestination': () => [arn('ses', 'configuration-set/ses-feedback-prod')],
  'AWS::SES::EmailIdentity': ({ EmailIdentity }, id) => [arn('ses', `identity/${nameOf(EmailIdentity, id)}`)],
  'AWS::SES::ReceiptRule': () => ['*'],
  'AWS::SES::ReceiptRuleSet': () => ['*'],
  'AWS::SNS::Subscription': () => [arn('sns', 'ses-feedback-prod-bounces'), arn('sns', 'ses-bounces-shop')],
  'AWS::SNS::Topic': ({ TopicName }, id) => [arn('sns', nameOf(TopicName, id))],
  'AWS::SNS::TopicPolicy': () => [arn('sns', 'ses-feedback-prod-bounces')],
  'AWS::SQS::Queue': ({ QueueName }, id) => [arn('sqs', nameOf(QueueName, id))],
  'AWS::SQS::QueuePolicy': () => [arn('sqs', 'ses-feedback-prod-bounces')],
};

/** An action that is about another resource than that of its type. */
const otherArns: Readonly<Record<string, readonly string[]>> = {
  'iam:PassRole': [arn('iam', 'role/ses-feedback-prod-ReputationRole-1A2B3C', '')],
  's3:GetObject': ['arn:aws:s3:::ses-feedback-prod-deployment/serverless/x.zip'],
  's3:GetObjectVersion': ['arn:aws:s3:::ses-feedback-prod-deployment/serverless/x.zip'],
  'events:RemoveTargets': [arn('events', 'rule/ses-feedback-prod-x')],
};

function missingFor(template: PackagedTemplate): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const { Type, Properties = {} } = resource as { Type: string; Properties?: Properties };
    const exempt = notNeeded.filter(({ type }) => type === Type);
    const needed = (permissionsOf[Type] ?? []).filter((action) => !exempt.some(({ actions }) => actions.test(action)));
    return needed.flatMap((action) => {
      const arns = withoutResource.includes(action)
        ? ['*']
        : (otherArns[action] ?? arnsOf[Type]?.(Properties, id) ?? []);
      return arns.filter((resourceArn) => !isAllowed(action, resourceArn)).map((one) => `${Type} ${action} ${one}`);
    });
  });
}

describe.each([
  ['prod', []],
  ['prod, with every option', everyOption],
  ['prod, with the relay', withRelay],
])('%s', (_name, args) => {
  let template: PackagedTemplate;
  beforeAll(async () => {
    template = await packageTemplate({ args: ['--stage=prod', ...args], policy: { publishStatusChanges: true } });
  });

  test('CloudFormation may create, read, update and delete every resource', () => {
    expect(new Set(missingFor(template))).toEqual(new Set());
  });

  test('the schema of every type in the template is known, and the resource that its actions are about', () => {
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect([...types].filter((type) => permissionsOf[type] === undefined || arnsOf[type] === undefined)).toEqual([]);
    expect(types.size).toBeGreaterThan(18);
  });
});

test('an action that is taken from the policy is missed', async () => {
  const template = await packageTemplate({
    args: ['--stage=prod', ...everyOption],
    policy: { publishStatusChanges: true },
  });
  const needed = [
    'ses:DescribeConfigurationSet',
    'cloudwatch:DescribeAlarms',
    'ses:DeleteEmailIdentity',
    'sqs:SetQueueAttributes',
  ];
  for (const action of needed) {
    const [saved] = [structuredClone(statements)];
    for (const statement of statements)
      Object.assign(statement, { Action: [statement.Action].flat().filter((one) => one !== action) });
    expect([action, missingFor(template).some((one) => one.includes(` ${action} `))]).toEqual([action, true]);
    statements.splice(0, statements.length, ...saved);
  }
});

test('every exemption exempts an action of its schema', () => {
  const idle = notNeeded.filter(({ type, actions }) => !permissionsOf[type]?.some((action) => actions.test(action)));
  expect(idle).toEqual([]);
});

/** What the framework calls during deploy and remove, by the commands of the SDK in its code, as actions of IAM with their resources. */
const stack = arn('cloudformation', 'stack/ses-feedback-prod/1a2b');
const bucket = 'arn:aws:s3:::ses-feedback-prod-serverlessdeploymentbucket-1a2b';
const frameworkCalls: Readonly<Record<string, readonly (readonly [action: string, resource: string])[]>> = {
  CreateChangeSet: [['cloudformation:CreateChangeSet', stack]],
  CreateStack: [['cloudformation:CreateStack', stack]],
  DeleteChangeSet: [['cloudformation:DeleteChangeSet', stack]],
  DeleteStack: [['cloudformation:DeleteStack', stack]],
  DescribeChangeSet: [['cloudformation:DescribeChangeSet', stack]],
  DescribeStackEvents: [['cloudformation:DescribeStackEvents', stack]],
  DescribeStackResource: [['cloudformation:DescribeStackResource', stack]],
  DescribeStacks: [['cloudformation:DescribeStacks', stack]],
  ExecuteChangeSet: [['cloudformation:ExecuteChangeSet', stack]],
  GetTemplate: [['cloudformation:GetTemplate', stack]],
  ListStackResources: [['cloudformation:ListStackResources', stack]],
  UpdateStack: [['cloudformation:UpdateStack', stack]],
  ValidateTemplate: [['cloudformation:ValidateTemplate', '*']],
  GetFunction: [['lambda:GetFunction', arn('lambda', 'function:ses-feedback-prod-bounce')]],
  HeadBucket: [['s3:ListBucket', bucket]],
  ListObjectsV2: [['s3:ListBucket', bucket]],
  ListObjectVersions: [['s3:ListBucketVersions', bucket]],
  HeadObject: [['s3:GetObject', `${bucket}/x`]],
  PutObject: [['s3:PutObject', `${bucket}/x`]],
  DeleteObjects: [
    ['s3:DeleteObject', `${bucket}/x`],
    ['s3:DeleteObjectVersion', `${bucket}/x`],
  ],
};

/** Commands in the same files that this service never reaches, with the setting that would. */
const unreachable: Readonly<Record<string, string>> = {
  SetStackPolicy: 'provider.stackPolicy',
  UpdateTerminationProtection: 'provider.disableTerminationProtection',
  DescribeRepositories: 'functions from images',
  DeleteRepository: 'functions from images',
  DescribeSubscriptionFilters: 'events of the type cloudwatchLog',
  DeleteSubscriptionFilter: 'events of the type cloudwatchLog',
};

test('the framework may make every call of a deployment and a removal', () => {
  const folder = path.join(root, 'node_modules', 'serverless', 'lib', 'plugins', 'aws');
  const files = ['deploy', 'remove', 'lib'].flatMap((name) =>
    readdirSync(path.join(folder, name), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js'))
      .map((file) => path.join(folder, name, file)),
  );
  const called = new Set(
    files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name),
    ),
  );
  expect(called.size).toBeGreaterThan(10);
  expect([...called].filter((name) => !(name in frameworkCalls) && !(name in unreachable)).sort()).toEqual([]);
  const denied = Object.values(frameworkCalls)
    .flat()
    .filter(([action, resource]) => !isAllowed(action, resource));
  expect(denied).toEqual([]);
});
