import { toJsonLine } from '../../../shared/ingest/log-entry.ts';
import { permissionsOnAll } from '../../support/permissions-on-all.ts';
import {
  eventTypesOf,
  logicalIdOf,
  matchesLogLine,
  only,
  type PackagedTemplate,
  packageTemplate,
  permissionsOf,
  queuesOf,
  ref,
  sqsSubscriptionsOf,
  variants,
} from '../../support/template.ts';

/** Permissions, retention, alarms, the dashboard and the outputs of the stack. */

describe.each(variants)('%s', (_name, { stage, args, ...counts }) => {
  let template: PackagedTemplate;
  beforeAll(async () => {
    template = await packageTemplate({ args: [`--stage=${stage}`, ...args] });
  });

  test('no permission contains a wildcard in its action, and every permission on all resources is listed here', () => {
    const permissions = permissionsOf(template);
    expect(permissions.length).toBeGreaterThanOrEqual(20);
    for (const { Properties } of template.ofType('AWS::IAM::Role'))
      expect(Object.keys(Properties)).toEqual(['AssumeRolePolicyDocument', 'Policies']);
    expect(permissions.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
    const onAll = permissions.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(onAll).toEqual(permissionsOnAll.map(({ permission }) => ({ ...permission, Resource: '*' })));
  });

  test('a function has permissions on the queue that invokes it, and on no other', () => {
    const mappings = template.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    const queuePermissions = template.ofType('AWS::Lambda::Function').map(({ id, Properties }) => [
      mappings
        .filter(({ FunctionName }) => logicalIdOf(FunctionName) === id)
        .map(({ EventSourceArn }) => EventSourceArn),
      permissionsOf(template)
        .filter(({ owner }) => owner === logicalIdOf(Properties.Role))
        .filter(({ Action, Resource }) => /"sqs:|Queue/.test(JSON.stringify([Action, Resource])))
        .flatMap(({ Resource }) => Resource),
    ]);
    expect(queuePermissions.map(([sources]) => sources?.length)).toEqual([1, 1, 1, 0, 0, 0]);
    for (const [sources, allowed] of queuePermissions) expect(allowed).toEqual(sources);
  });

  test('tables can be restored, delete expired items, are billed by request, and are kept unless the stage is dev', () => {
    const tables = template.ofType('AWS::DynamoDB::Table');
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

  test('every alarm publishes its start, names the next step, and defines how it treats missing data', () => {
    const alarms = template.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms).toHaveLength(counts.alarms);
    expect(new Set(alarms.map(({ AlarmName }) => AlarmName)).size).toBe(counts.alarms);
    for (const alarm of alarms) {
      const isReputation = alarm.Namespace === 'AWS/SES' && alarm.MetricName?.startsWith('Reputation.') === true;
      const isHeartbeat = alarm.AlarmName.endsWith('-reputation-heartbeat');
      const isOnMissingData = alarm.InsufficientDataActions !== undefined;
      expect(alarm).toMatchObject({
        AlarmName: expect.stringMatching(`^ses-feedback-${stage}-`),
        AlarmDescription: expect.stringMatching(/ Next(, in the ses-feedback checkout)?: \S/),
        ...(isOnMissingData ? { TreatMissingData: 'missing' } : { AlarmActions: [ref('AlarmTopic')] }),
        ...(!isOnMissingData && {
          TreatMissingData: isHeartbeat ? 'breaching' : isReputation ? 'ignore' : 'notBreaching',
        }),
      });
    }
    expect(alarms.filter(({ TreatMissingData }) => TreatMissingData === 'breaching')).toHaveLength(1);
  });

  test('an alarm that is well from its creation publishes no end, which each of them would do at the first deployment', () => {
    const alarms = template.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const withEnd = alarms.filter(({ OKActions }) => OKActions !== undefined);
    expect(
      withEnd.filter(({ TreatMissingData }) => TreatMissingData === 'notBreaching').map(({ AlarmName }) => AlarmName),
    ).toEqual(
      // The optional alarm on the sends of a day ends by itself, at the end of the day.
      alarms.flatMap(({ AlarmName }) => (AlarmName.endsWith('-daily-sends') ? AlarmName : [])),
    );
    expect(withEnd.map(({ AlarmName }) => AlarmName.replace(`ses-feedback-${stage}-`, ''))).toEqual(
      expect.arrayContaining(['reputation-heartbeat', 'ses-bounce-rate', 'ses-complaint-rate']),
    );
  });

  test('a scheduled function that is no longer invoked has no metric, and that is an alarm', () => {
    const watched = (name: string) => {
      const { Properties } = only(
        template.ofType('AWS::CloudWatch::Alarm').filter((alarm) => alarm.Properties.AlarmName.endsWith(name)),
      );
      const { MetricName, Dimensions = [], TreatMissingData, InsufficientDataActions, OKActions } = Properties;
      const { Period = 0, EvaluationPeriods = 0 } = Properties;
      expect([MetricName, TreatMissingData, OKActions]).toEqual(['Invocations', 'missing', undefined]);
      expect(InsufficientDataActions).toEqual([ref('AlarmTopic')]);
      return [logicalIdOf(Dimensions[0]?.Value), (Period * EvaluationPeriods) / 60];
    };
    // Longer than two times between invocations, so that one that is late is no alarm.
    expect(watched('account-list-heartbeat')).toEqual(['AccountDashlistLambdaFunction', 30]);
    expect(watched('reconcile-heartbeat')).toEqual(['ReconcileLambdaFunction', 180]);
  });

  test('the configuration set publishes only after its topics are ready, and a deployment does not resume paused sending', () => {
    expect(
      template.ofType('AWS::SES::ConfigurationSet').map(({ Properties }) => 'SendingOptions' in Properties),
    ).toEqual([false]);
    const destinations = template.ofType('AWS::SES::ConfigurationSetEventDestination');
    expect(eventTypesOf(template)).toEqual({ bounces: ['bounce'], complaints: ['complaint'], volume: ['send'] });
    for (const [index, { DependsOn, Properties }] of destinations.entries()) {
      const topic = logicalIdOf(Properties.EventDestination.SnsDestination.TopicARN);
      expect(template.Resources[topic]?.Type).toBe('AWS::SNS::Topic');
      expect(DependsOn).toEqual(
        [
          ...template
            .ofType('AWS::SNS::TopicPolicy')
            .filter((policy) => logicalIdOf(policy.Properties.Topics[0]) === topic),
          ...sqsSubscriptionsOf(template).filter(
            (subscription) => logicalIdOf(subscription.Properties.TopicArn) === topic,
          ),
          // One after the other: SES accepts one call per second.
          ...destinations.slice(Math.max(0, index - 1), index),
        ].map(({ id }) => id),
      );
    }
  });

  test('the dashboard is valid JSON and shows every function and every queue', () => {
    const body = only(template.ofType('AWS::CloudWatch::Dashboard')).Properties.DashboardBody['Fn::Sub'];
    expect(JSON.parse(body.replaceAll(/\$\{[^}]+\}/g, 'word')).widgets.length).toBeGreaterThan(0);
    const references = new Set([...body.matchAll(/\$\{([^}]+)\}/g)].map(([, name]) => name));
    const { sourceQueues, deadLetterQueues } = queuesOf(template);
    expect([...references]).toEqual(
      expect.arrayContaining([
        ...template.ofType('AWS::Lambda::Function').map(({ id }) => id),
        ...[...sourceQueues, ...deadLetterQueues].map(({ id }) => `${id}.QueueName`),
      ]),
    );
  });

  test('the outputs contain the topics, tables, policies and the dashboard', () => {
    const [first] = template.ofType('AWS::Lambda::Function');
    const { SUPPRESSIONS_TABLE, REPUTATION_TABLE } = first?.Properties.Environment.Variables ?? {};
    const values = Object.values(template.Outputs).map(({ Value }) => Value);
    expect(values).toEqual(
      expect.arrayContaining([
        ...template.ofType('AWS::SNS::Topic').map(({ id }) => ref(id)),
        ...template.ofType('AWS::IAM::ManagedPolicy').map(({ id }) => ref(id)),
        SUPPRESSIONS_TABLE,
        REPUTATION_TABLE,
        {
          'Fn::Sub': [
            expect.stringMatching(/^https:.*#dashboards\/dashboard\/\$\{Dashboard\}$/),
            { console: { 'Fn::FindInMap': ['Console', { Ref: 'AWS::Partition' }, 'domain'] } },
          ],
        },
      ]),
    );
  });

  test('only the log entry of a batch with untrusted messages is counted', () => {
    const batch = { kind: 'batch', feedback: 1, volume: 0, ignored: 0, unreadable: 0, failed: 0 } as const;
    const filters = template.ofType('AWS::Logs::MetricFilter').map(({ Properties }) => Properties);
    const alarm = only(
      template.ofType('AWS::CloudWatch::Alarm').filter(({ id }) => id === 'ForeignMessages'),
    ).Properties;
    const metric = { MetricNamespace: alarm.Namespace, MetricName: alarm.MetricName, MetricValue: '$.untrusted' };
    expect(new Set(filters.map(({ LogGroupName }) => logicalIdOf(LogGroupName))).size).toBe(3);
    for (const { FilterPattern, MetricTransformations } of filters) {
      const isCounted = (entry: Parameters<typeof toJsonLine>[0]) => matchesLogLine(FilterPattern, toJsonLine(entry));
      expect([isCounted({ ...batch, untrusted: 2 }), isCounted({ ...batch, untrusted: 0 })]).toEqual([true, false]);
      expect(
        isCounted({ kind: 'message', outcome: 'untrusted', message: 'message-1', reason: 'another account' }),
      ).toBe(false);
      expect(MetricTransformations).toEqual([metric]);
    }
  });
});

test.each([
  [{ soft: { endedByDelivery: true } }, { volume: ['send', 'delivery'] }],
  [{ rememberDeliveries: true }, { volume: ['send', 'delivery'] }],
  [{ sendsFrom: 'ses' }, {}],
])(
  'with the policy %j the configuration set publishes only the events that the policy uses',
  async (policy, expected) => {
    const template = await packageTemplate({ args: [], policy });
    expect(eventTypesOf(template)).toEqual({ bounces: ['bounce'], complaints: ['complaint'], ...expected });
  },
);
