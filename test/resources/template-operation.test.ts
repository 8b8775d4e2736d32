import { toJsonLine } from '../../shared/ingest/log-entry.ts';
import {
  eventTypesOf,
  idOf,
  only,
  type PackedTemplate,
  packTemplate,
  queuesOf,
  ref,
  rightsOf,
  sqsSubscriptionsOf,
  takesLine,
  variants,
} from '../support/template.ts';

/** What is deployed beside the way of a message: who may do what, what is kept, and what is told to people. */
jest.setTimeout(90_000);

/** The rights on everything there is, each with its reason. */
const onEverything = [
  {
    because: 'neither metrics nor the account have an ARN',
    right: { owner: 'ReputationRole', Effect: 'Allow', Action: ['cloudwatch:GetMetricStatistics', 'ses:GetAccount'] },
  },
  {
    because: "nor have SES's suppression lists and import jobs",
    right: {
      owner: 'AccountListRole',
      Effect: 'Allow',
      Action: [
        'ses:PutSuppressedDestination',
        'ses:DeleteSuppressedDestination',
        'ses:GetSuppressedDestination',
        'ses:CreateImportJob',
        'ses:GetAccount',
      ],
    },
  },
  {
    because: "nor have SES's suppression lists",
    right: { owner: 'ReconcileRole', Effect: 'Allow', Action: 'ses:ListSuppressedDestinations' },
  },
  {
    because: 'nor have lists, subscriptions, and what the first version of the API of SES does',
    right: {
      owner: 'OperatorPolicy',
      Sid: 'Account',
      Effect: 'Allow',
      Action: [
        'ses:GetAccount',
        'ses:PutAccountSuppressionAttributes',
        'ses:PutAccountSendingAttributes',
        'ses:GetSuppressedDestination',
        'ses:DeleteSuppressedDestination',
        'ses:ListSuppressedDestinations',
        'lambda:ListEventSourceMappings',
        'ses:ListEmailIdentities',
        'ses:ListConfigurationSets',
        'ses:GetIdentityNotificationAttributes',
        'ses:SetIdentityNotificationTopic',
        'sns:GetSubscriptionAttributes',
        'sns:SetSubscriptionAttributes',
        'cloudwatch:GetMetricStatistics',
      ],
    },
  },
];

describe.each(variants)('%s', (_name, { stage, args, ...counts }) => {
  let template: PackedTemplate;
  beforeAll(async () => {
    template = await packTemplate({ args: [`--stage=${stage}`, ...args] });
  });

  test('nobody may do everything, and what may be done to everything is written down', () => {
    const rights = rightsOf(template);
    expect(rights.length).toBeGreaterThanOrEqual(20);
    for (const { Properties } of template.of('AWS::IAM::Role'))
      expect(Object.keys(Properties)).toEqual(['AssumeRolePolicyDocument', 'Policies']);
    expect(rights.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    const wide = rights.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(wide).toEqual(onEverything.map(({ right }) => ({ ...right, Resource: '*' })));
  });

  test('a function may do something to the queue it is fed from, and to no other', () => {
    const mappings = template.of('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    const onQueues = template.of('AWS::Lambda::Function').map(({ id, Properties }) => [
      mappings.filter(({ FunctionName }) => idOf(FunctionName) === id).map(({ EventSourceArn }) => EventSourceArn),
      rightsOf(template)
        .filter(({ owner }) => owner === idOf(Properties.Role))
        .filter(({ Action, Resource }) => /"sqs:|Queue/.test(JSON.stringify([Action, Resource])))
        .flatMap(({ Resource }) => Resource),
    ]);
    expect(onQueues.map(([fed]) => fed?.length)).toEqual([1, 1, 1, 0, 0, 0]);
    for (const [fed, allowed] of onQueues) expect(allowed).toEqual(fed);
  });

  test('tables can be restored, forget what has ended, cost by use, and outlive a stack that is not for trial', () => {
    const tables = template.of('AWS::DynamoDB::Table');
    expect(tables).toHaveLength(counts.tables);
    for (const table of tables)
      expect(table).toMatchObject({
        DeletionPolicy: stage === 'dev' ? 'Delete' : 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: stage !== 'dev',
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      });
  });

  test('every alarm tells its beginning, its end and what to do next, and what no news means to it', () => {
    const alarms = template.of('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms).toHaveLength(counts.alarms);
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(counts.alarms);
    for (const alarm of alarms) {
      const isReputation = alarm.Namespace === 'AWS/SES' && alarm.MetricName.startsWith('Reputation.');
      const isHeartbeat = alarm.ComparisonOperator.startsWith('LessThan');
      expect(alarm).toMatchObject({
        AlarmName: expect.stringMatching(`^ses-feedback-${stage}-`),
        AlarmDescription: expect.stringMatching(/ Next(, in the ses-feedback checkout)?: \S/),
        AlarmActions: [ref('AlarmTopic')],
        OKActions: [ref('AlarmTopic')],
        TreatMissingData: isHeartbeat ? 'breaching' : isReputation ? 'ignore' : 'notBreaching',
      });
    }
    expect(alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching')).toHaveLength(1);
  });

  test('the configuration set speaks once its topics listen, and what is paused stays paused', () => {
    expect(template.of('AWS::SES::ConfigurationSet').map(({ Properties }) => 'SendingOptions' in Properties)).toEqual([
      false,
    ]);
    const destinations = template.of('AWS::SES::ConfigurationSetEventDestination');
    expect(eventTypesOf(template)).toEqual({ bounces: ['BOUNCE'], complaints: ['COMPLAINT'], volume: ['SEND'] });
    for (const { DependsOn, Properties } of destinations) {
      const topic = idOf(Properties.EventDestination.SnsDestination.TopicARN);
      expect(template.Resources[topic]?.Type).toBe('AWS::SNS::Topic');
      expect(DependsOn).toEqual(
        [
          ...template.of('AWS::SNS::TopicPolicy').filter((policy) => idOf(policy.Properties.Topics[0]) === topic),
          ...sqsSubscriptionsOf(template).filter((subscription) => idOf(subscription.Properties.TopicArn) === topic),
        ].map(({ id }) => id),
      );
    }
  });

  test('the dashboard can be read, and shows every function and queue', () => {
    const body = only(template.of('AWS::CloudWatch::Dashboard')).Properties.DashboardBody['Fn::Sub'];
    expect(JSON.parse(body.replaceAll(/\$\{[^}]+\}/g, 'word')).widgets.length).toBeGreaterThan(0);
    const shown = new Set([...body.matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name));
    const { waiting, dead } = queuesOf(template);
    expect([...shown]).toEqual(
      expect.arrayContaining([
        ...template.of('AWS::Lambda::Function').map(({ id }) => id),
        ...[...waiting, ...dead].map(({ id }) => `${id}.QueueName`),
      ]),
    );
  });

  test('what people need to know is an output: topics, tables, rights and the dashboard', () => {
    const [first] = template.of('AWS::Lambda::Function');
    const { SUPPRESSIONS_TABLE, REPUTATION_TABLE } = first?.Properties.Environment.Variables ?? {};
    const values = Object.values(template.Outputs).map(({ Value }) => Value);
    expect(values).toEqual(
      expect.arrayContaining([
        ...template.of('AWS::SNS::Topic').map(({ id }) => ref(id)),
        ...template.of('AWS::IAM::ManagedPolicy').map(({ id }) => ref(id)),
        SUPPRESSIONS_TABLE,
        REPUTATION_TABLE,
        { 'Fn::Sub': expect.stringMatching(/^https:.*#dashboards\/dashboard\/\$\{Dashboard\}$/) },
      ]),
    );
  });

  test('a line of a batch with a foreign message is counted, and no other', () => {
    const batch = { kind: 'batch', feedback: 1, volume: 0, ignored: 0, unreadable: 0, failed: 0 } as const;
    const filters = template.of('AWS::Logs::MetricFilter').map(({ Properties }) => Properties);
    const alarm = only(template.of('AWS::CloudWatch::Alarm').filter(({ id }) => id === 'ForeignMessages')).Properties;
    const metric = { MetricNamespace: alarm.Namespace, MetricName: alarm.MetricName, MetricValue: '$.untrusted' };
    expect(new Set(filters.map(({ LogGroupName }) => idOf(LogGroupName))).size).toBe(3);
    for (const { FilterPattern, MetricTransformations } of filters) {
      const takes = (entry: Parameters<typeof toJsonLine>[0]) => takesLine(FilterPattern, toJsonLine(entry));
      expect([takes({ ...batch, untrusted: 2 }), takes({ ...batch, untrusted: 0 })]).toEqual([true, false]);
      expect(takes({ kind: 'message', outcome: 'untrusted', message: 'message-1', reason: 'foreign' })).toBe(false);
      expect(MetricTransformations).toEqual([metric]);
    }
  });
});

test.each([
  [{ soft: { endedByDelivery: true } }, { volume: ['SEND', 'DELIVERY'] }],
  [{ sendsFrom: 'ses' }, {}],
])('a policy that says %j is told of nothing it makes no use of', async (policy, expected) => {
  const template = await packTemplate({ args: [], policy });
  expect(eventTypesOf(template)).toEqual({ bounces: ['BOUNCE'], complaints: ['COMPLAINT'], ...expected });
});
