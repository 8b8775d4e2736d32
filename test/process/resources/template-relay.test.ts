import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../support/run.ts';
import {
  logicalIdOf,
  type PackagedTemplate,
  packageTemplate,
  permissionsOf,
  withRelay,
} from '../../support/template.ts';

let template: PackagedTemplate;
let without: PackagedTemplate;
beforeAll(async () => {
  [template, without] = await Promise.all([
    packageTemplate({ args: ['--stage=prod', ...withRelay] }),
    packageTemplate({ args: ['--stage=prod'] }),
  ]);
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation replaces it
const prefix = { 'Fn::Sub': '${InboundBucket.Arn}/inbound/*' };

type Anything = Record<string, never>;
const properties = (id: string) => (template.Resources[id] as { Properties: Anything } | undefined)?.Properties ?? {};

test('the relay is off by default, and adds only resources of its own, and what operators may do with them', () => {
  const added = Object.keys(template.Resources).filter((id) => !(id in without.Resources));
  expect(added.sort()).toEqual([
    'InboundBucket',
    'InboundBucketPolicy',
    'InboundRule',
    'InboundRuleSet',
    'InboundSubscription',
    'InboundTopic',
    'InboundTopicPolicy',
    'RelayBucketSize',
    'RelayDeadLetterQueue',
    'RelayDeadLetterQueuePolicy',
    'RelayDeadLetters',
    'RelayDuration',
    'RelayErrors',
    'RelayEvents',
    'RelayLambdaFunction',
    'RelayLogGroup',
    'RelayQueue',
    'RelayQueueAge',
    'RelayQueuePolicy',
    'RelayRole',
  ]);
  for (const id of Object.keys(without.Resources))
    if (!/Function$|^OperatorPolicy$/.test(id)) expect(template.Resources[id], id).toEqual(without.Resources[id]);
  const operatorPermissions = (of: PackagedTemplate) =>
    permissionsOf(of).filter(({ owner }) => owner === 'OperatorPolicy');
  const forOperators = operatorPermissions(template);
  const isOwn = ({ Sid = '' }: (typeof forOperators)[number]) => /^Relay/.test(Sid);
  expect(forOperators.filter((one) => !isOwn(one))).toEqual(operatorPermissions(without));
  expect(forOperators.filter(isOwn).map(({ Resource }) => Resource)).toEqual([
    [{ 'Fn::GetAtt': ['RelayQueue', 'Arn'] }, { 'Fn::GetAtt': ['RelayDeadLetterQueue', 'Arn'] }],
    { 'Fn::GetAtt': ['RelayLogGroup', 'Arn'] },
  ]);
});

test('the rule stores the email of the recipients under one prefix, and publishes where it is', () => {
  expect(properties('InboundRule')).toMatchObject({
    RuleSetName: { Ref: 'InboundRuleSet' },
    Rule: {
      Enabled: true,
      ScanEnabled: true,
      Recipients: { 'Fn::Split': [',', 'shop.example.com,bounces.shop.example.com'] },
      Actions: [
        {
          S3Action: {
            BucketName: { Ref: 'InboundBucket' },
            ObjectKeyPrefix: 'inbound/',
            TopicArn: { Ref: 'InboundTopic' },
          },
        },
      ],
    },
  });
});

test('an existing rule set gets the rule, and no rule set is created', async () => {
  const { Resources } = await packageTemplate({ args: ['--stage=prod', ...withRelay, '--param=relayRuleSet=inbound'] });
  expect(Resources.InboundRuleSet).toBeUndefined();
  expect(Resources.InboundRule).toMatchObject({ Properties: { RuleSetName: 'inbound' } });
});

test('only SES may write to the prefix and publish to the topic, and only for the rule of this account', () => {
  const rule = {
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: {
      'aws:SourceArn': { 'Fn::Sub': expect.stringMatching(/:receipt-rule-set\/\*:receipt-rule\/ses-feedback-prod$/) },
    },
  };
  const statementsOf = (id: string) =>
    (properties(id) as { PolicyDocument?: { Statement: unknown[] } }).PolicyDocument?.Statement;
  expect(statementsOf('InboundBucketPolicy')).toEqual([
    expect.objectContaining({
      Principal: { Service: 'ses.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: prefix,
      Condition: rule,
    }),
    expect.objectContaining({ Effect: 'Deny' }),
  ]);
  expect(statementsOf('InboundTopicPolicy')).toEqual([
    expect.objectContaining({ Principal: { Service: 'ses.amazonaws.com' }, Action: 'sns:Publish', Condition: rule }),
    expect.objectContaining({ Effect: 'Deny' }),
  ]);
});

test('the emails are encrypted, private, and deleted after 30 days; the bucket outlives the stack', () => {
  expect(template.Resources.InboundBucket).toMatchObject({
    DeletionPolicy: 'RetainExceptOnCreate',
    Properties: {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{}] },
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 30 }] },
    },
  });
});

test('messages wait for 14 days, are hidden while the function may run, and go to the dead-letter queue of the relay', () => {
  expect(properties('RelayQueue')).toMatchObject({
    MessageRetentionPeriod: 1_209_600,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['RelayDeadLetterQueue', 'Arn'] } },
    SqsManagedSseEnabled: true,
  });
  expect(properties('RelayDeadLetterQueue')).toMatchObject({
    MessageRetentionPeriod: 1_209_600,
    SqsManagedSseEnabled: true,
  });
  const { Timeout } = properties('RelayLambdaFunction') as unknown as { Timeout: number };
  expect((properties('RelayQueue') as unknown as { VisibilityTimeout: number }).VisibilityTimeout).toBe(6 * Timeout);
  expect(properties('RelayEvents')).toMatchObject({
    EventSourceArn: { 'Fn::GetAtt': ['RelayQueue', 'Arn'] },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 2 },
  });
});

test('the function reads the prefix only, and nothing of it has a wildcard but the network', () => {
  const own = permissionsOf(template).filter(({ owner }) => owner === 'RelayRole');
  const reads = own.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('s3:')));
  expect(reads).toEqual([
    {
      owner: 'RelayRole',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: prefix,
    },
  ]);
  const onAll = own.filter(({ Resource }) => [Resource].flat().includes('*')).flatMap(({ Action }) => [Action].flat());
  expect(onAll.every((action) => action.startsWith('ec2:'))).toBe(true);
  expect(own.flatMap(({ Action }) => [Action].flat()).filter((action) => action.includes('*'))).toEqual([]);
  const queues = own.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('sqs:')));
  expect(queues.map(({ Resource }) => logicalIdOf([Resource].flat()[0]))).toEqual([
    'RelayQueue',
    'RelayDeadLetterQueue',
  ]);
});

test('without a secret and a VPC, the function may read no secret and create no network interface', async () => {
  const args = withRelay.filter((one) => !/relaySecret|relaySubnets|relaySecurityGroups/.test(one));
  const plain = await packageTemplate({ args: ['--stage=prod', ...args] });
  const actions = permissionsOf(plain)
    .filter(({ owner }) => owner === 'RelayRole')
    .flatMap(({ Action }) => [Action].flat());
  expect(actions.filter((action) => /^(ssm|secretsmanager|ec2):/.test(action))).toEqual([]);
  expect((plain.Resources.RelayLambdaFunction as unknown as { Properties: object }).Properties).not.toHaveProperty(
    'VpcConfig',
  );
});

test('its alarms publish to the alarm topic and have a section in the runbook', () => {
  const runbook = readFileSync(path.join(root, 'docs', 'runbook.md'), 'utf8');
  const alarms = template.ofType('AWS::CloudWatch::Alarm').filter(({ id }) => id.startsWith('Relay'));
  expect(
    alarms.map(({ Properties: { AlarmName, MetricName, Threshold } }) => [AlarmName, MetricName, Threshold]),
  ).toEqual([
    ['ses-feedback-prod-relay-errors', 'Errors', 5],
    ['ses-feedback-prod-relay-duration', 'Duration', 25_000],
    ['ses-feedback-prod-relay-queue-age', 'ApproximateAgeOfOldestMessage', 300],
    ['ses-feedback-prod-relay-dead-letters', 'ApproximateNumberOfMessagesVisible', 0],
    ['ses-feedback-prod-relay-bucket-size', 'BucketSizeBytes', expect.anything()],
  ]);
  for (const { Properties } of alarms) {
    expect(Properties.AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
    expect(Properties.AlarmDescription).toContain('Runbook: docs/runbook.md. Next, in the ses-feedback checkout: npx ');
    expect(runbook).toContain(`\n### ${Properties.AlarmName.replace('ses-feedback-prod-', '')}\n`);
  }
});
