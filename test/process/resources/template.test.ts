import {
  alarmsOn,
  arn,
  deadLetterQueueOf,
  type EncryptionProperties,
  logicalIdOf,
  only,
  type PackagedTemplate,
  packageTemplate,
  queuesOf,
  type Resource,
  ref,
  sqsSubscriptionsOf,
  variants,
} from '../../support/template.ts';

/** Rules that every resource of its type must follow, whatever its name. */

const twoWeeksSeconds = 14 * 24 * 60 * 60;
const onlyOverTls = (Action: string, Resource: unknown) => ({
  Sid: 'OnlyOverTls',
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Existing tables change nothing about topics, queues and functions, so that variant is left out here. */
const variantsWithTables = variants.filter(([, { tables }]) => tables > 0);

describe.each(variantsWithTables)('%s', (_name, { stage, retention, args, ...counts }) => {
  let template: PackagedTemplate;
  beforeAll(async () => {
    template = await packageTemplate({ args: [`--stage=${stage}`, ...args] });
  });

  const queues = () => queuesOf(template);
  const policiesOf = (queue: string) =>
    template
      .ofType('AWS::SQS::QueuePolicy')
      .filter(({ Properties }) => Properties.Queues.map(logicalIdOf).includes(queue));
  const alarmsOnQueue = (metric: string, queue: string) =>
    alarmsOn(template, `AWS/SQS ${metric}`, 'QueueName', { 'Fn::GetAtt': [queue, 'QueueName'] });
  const scheduleSecondsOf = (functionId: string) =>
    template.ofType('AWS::Events::Rule').flatMap(({ Properties: { ScheduleExpression, Targets } }) => {
      if (ScheduleExpression === undefined) return [];
      const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(ScheduleExpression) ?? [];
      return Targets.some(({ Arn }) => logicalIdOf(Arn) === functionId) ? [Number(minutes) * 60] : [];
    });

  test("SES's own events start an evaluation at once", () => {
    const rules = template
      .ofType('AWS::Events::Rule')
      .filter(({ Properties }) => Properties.EventPattern !== undefined);
    expect(
      rules.map(({ Properties: { EventPattern, Targets } }) => [EventPattern, logicalIdOf(Targets[0]?.Arn)]),
    ).toEqual([
      [
        {
          source: ['aws.ses'],
          'detail-type': [
            'Sending Status Enabled',
            'Sending Status Disabled',
            'Advisor Recommendation Status Open',
            'Advisor Recommendation Status Resolved',
          ],
        },
        'ReputationLambdaFunction',
      ],
    ]);
  });

  test('a run that Lambda could not start in time is dropped, so that none of them run in a burst after an outage', () => {
    const ages = template
      .ofType('AWS::Lambda::EventInvokeConfig')
      .map(({ id, Properties }) => [id, Properties.MaximumRetryAttempts, Properties.MaximumEventAgeInSeconds]);
    expect(ages.toSorted()).toEqual([
      ['AccountDashlistLambdaEvConf', 0, 60],
      ['ReconcileLambdaEvConf', 0, 3600],
      ['ReputationLambdaEvConf', 0, 60],
    ]);
  });

  test('a message that was received five times moves to the dead-letter queue of its queue and is kept for 14 days', () => {
    const { sourceQueues, deadLetterQueues } = queues();
    expect([sourceQueues.length, deadLetterQueues.length, new Set(sourceQueues.map(deadLetterQueueOf)).size]).toEqual([
      3, 3, 3,
    ]);
    for (const queue of sourceQueues)
      expect(queue.Properties).toMatchObject({
        MessageRetentionPeriod: twoWeeksSeconds,
        RedrivePolicy: { deadLetterTargetArn: arn(deadLetterQueueOf(queue)), maxReceiveCount: 5 },
      });
    for (const { Properties } of deadLetterQueues)
      expect(Properties).toMatchObject({ MessageRetentionPeriod: twoWeeksSeconds });
  });

  test('an alarm is raised when a message waits for 5 minutes, and when a message is in a dead-letter queue', () => {
    const { sourceQueues, deadLetterQueues } = queues();
    const above = (Threshold: number) => [
      expect.objectContaining({ Statistic: 'Maximum', ComparisonOperator: 'GreaterThanThreshold', Threshold }),
    ];
    for (const { id } of sourceQueues) expect(alarmsOnQueue('ApproximateAgeOfOldestMessage', id)).toEqual(above(300));
    for (const { id } of deadLetterQueues)
      expect(alarmsOnQueue('ApproximateNumberOfMessagesVisible', id)).toEqual(above(0));
  });

  test('a queue admits only the topics that deliver to it, and only over TLS', () => {
    const { sourceQueues, deadLetterQueues } = queues();
    for (const { id } of [...sourceQueues, ...deadLetterQueues]) {
      const sources = sqsSubscriptionsOf(template).filter((each) =>
        [logicalIdOf(each.Properties.Endpoint), deadLetterQueueOf(each)].includes(id),
      );
      const Condition = { ArnEquals: { 'aws:SourceArn': sources.map(({ Properties }) => Properties.TopicArn) } };
      const Principal = { Service: 'sns.amazonaws.com' };
      const allow = { Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource: arn(id), Condition };
      expect(policiesOf(id).map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
        [{ Sid: 'TopicsOfThisStack', ...allow }, onlyOverTls('sqs:*', arn(id))],
      ]);
      expect(sources.length).toBeGreaterThan(0);
    }
  });

  test('queues and topics are encrypted, with the key of the stack if it has one', () => {
    expect(template.ofType('AWS::KMS::Key')).toHaveLength(counts.keys);
    const { sourceQueues, deadLetterQueues } = queues();
    const encryptionOf = ({
      Properties: { KmsMasterKeyId, SqsManagedSseEnabled },
    }: Resource<EncryptionProperties>) => ({
      KmsMasterKeyId,
      SqsManagedSseEnabled,
    });
    const stackKey = { KmsMasterKeyId: arn('Key') };
    // SQS uses one kind of encryption at a time: the other one must be disabled explicitly.
    const ofQueues = counts.keys ? { ...stackKey, SqsManagedSseEnabled: false } : { SqsManagedSseEnabled: true };
    expect([...sourceQueues, ...deadLetterQueues].map(encryptionOf)).toEqual(Array(6).fill(ofQueues));
    expect(template.ofType('AWS::SNS::Topic').map(encryptionOf)).toEqual(Array(4).fill(counts.keys ? stackKey : {}));
  });

  test('a message that a topic cannot deliver goes to the dead-letter queue of the queue; both admit the topic before it delivers', () => {
    const topics = sqsSubscriptionsOf(template).map(({ Properties }) => JSON.stringify(Properties.TopicArn));
    expect([topics.length, new Set(topics).size]).toEqual([counts.subscriptions, counts.subscriptions]);
    for (const { DependsOn, Properties } of sqsSubscriptionsOf(template)) {
      const queue = queues().sourceQueues.filter(({ id }) => id === logicalIdOf(Properties.Endpoint));
      const deadLetterIds = queue.map(deadLetterQueueOf);
      expect(Properties).toEqual({
        TopicArn: expect.anything(),
        Protocol: 'sqs',
        Endpoint: arn(queue[0]?.id ?? ''),
        RawMessageDelivery: false,
        RedrivePolicy: { deadLetterTargetArn: arn(deadLetterIds[0] ?? '') },
      });
      expect(DependsOn).toEqual(
        [...queue.map(({ id }) => id), ...deadLetterIds].flatMap((id) => policiesOf(id).map(({ id }) => id)),
      );
    }
  });

  test('only SES and the alarms of this account publish to the topics of the stack, and existing topics keep their policies', () => {
    const policies = template.ofType('AWS::SNS::TopicPolicy');
    const topics = template.ofType('AWS::SNS::Topic').map(({ id }) => ref(id));
    expect(topics).toHaveLength(4);
    expect(policies.map(({ Properties }) => Properties.Topics)).toEqual(topics.map((topic) => [topic]));
    const roles = template.ofType('AWS::IAM::Role').map(({ id }) => ({ AWS: arn(id) }));
    for (const [index, { Properties }] of policies.entries()) {
      const { Statement } = Properties.PolicyDocument;
      const [allowed, denied] = ['Allow', 'Deny'].map((effect) => Statement.filter(({ Effect }) => Effect === effect));
      const fromServices = allowed?.filter(
        ({ Principal }) => !roles.some((role) => JSON.stringify(role) === JSON.stringify(Principal)),
      );
      const Principal = { Service: expect.stringMatching(/^(ses|cloudwatch)\.amazonaws\.com$/) };
      expect(fromServices).toEqual([
        expect.objectContaining({ Principal, Action: 'sns:Publish', Resource: topics[index] }),
      ]);
      expect(fromServices?.map(({ Condition }) => Condition)).toEqual([
        {
          StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
          ArnLike: { 'aws:SourceArn': expect.anything() },
        },
      ]);
      for (const source of fromServices?.flatMap(({ Condition }) => Condition?.ArnLike?.['aws:SourceArn'] ?? []) ?? [])
        expect(source).toEqual({ 'Fn::Sub': expect.stringMatching(/:\$\{AWS::Region\}:\$\{AWS::AccountId\}:/) });
      expect(denied).toEqual([onlyOverTls('sns:Publish', topics[index])]);
    }
  });

  test('each function has its own role, a log with limited retention, and alarms on errors, duration and throttles', () => {
    const functions = template.ofType('AWS::Lambda::Function');
    const roles = template.ofType('AWS::IAM::Role').map(({ id }) => arn(id));
    expect(functions.map(({ Properties }) => Properties.Role)).toEqual(roles);
    expect(functions).toHaveLength(6);
    expect(template.ofType('AWS::Logs::LogGroup').map(({ Properties }) => Properties)).toEqual(
      functions.map(({ Properties }) => ({
        LogGroupName: `/aws/lambda/${Properties.FunctionName}`,
        RetentionInDays: retention,
      })),
    );
    for (const { id, Properties } of functions) {
      const alarm = (metric: string) => only(alarmsOn(template, `AWS/Lambda ${metric}`, 'FunctionName', ref(id)));
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: expect.any(Number),
      });
      expect(alarm('Throttles')).toMatchObject({ Statistic: 'Sum', Threshold: 0 });
      expect(alarm('Errors').Statistic).toBe('Sum');
      expect(alarm('Duration').Statistic).toBe('Maximum');
      const share = alarm('Duration').Threshold / Properties.Timeout / 1000;
      expect(share).toBeGreaterThan(0.79);
      expect(share).toBeLessThan(0.84);
    }
  });

  test('a scheduled function ends before its next run, and the threshold of its error alarm can be exceeded', () => {
    const scheduled = template.ofType('AWS::Lambda::Function').flatMap(({ id, Properties }) => {
      const errors = only(alarmsOn(template, 'AWS/Lambda Errors', 'FunctionName', ref(id)));
      return scheduleSecondsOf(id).map((seconds) => ({ id, seconds, timeout: Properties.Timeout, errors }));
    });
    expect(scheduled.map(({ seconds }) => seconds)).toEqual([60, 60, 3600]);
    for (const { seconds, timeout, errors } of scheduled) {
      expect(timeout).toBeLessThan(seconds);
      expect(errors.ComparisonOperator).toBe('GreaterThanThreshold');
      expect(errors.Threshold).toBeLessThan(errors.Period / seconds);
    }
  });

  test('batches can fail partially, at most seven run at a time, and messages stay invisible while they are processed', () => {
    const mappings = template.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    expect(mappings.map(({ EventSourceArn }) => EventSourceArn)).toEqual(
      queues().sourceQueues.map(({ id }) => arn(id)),
    );
    const concurrency = mappings.map(({ ScalingConfig }) => ScalingConfig.MaximumConcurrency);
    expect(Math.min(...concurrency)).toBeGreaterThanOrEqual(2);
    expect(concurrency.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(7);
    for (const mapping of mappings) {
      const queue = only(queues().sourceQueues.filter(({ id }) => id === logicalIdOf(mapping.EventSourceArn)));
      const { Timeout } = only(
        template.ofType('AWS::Lambda::Function').filter(({ id }) => id === logicalIdOf(mapping.FunctionName)),
      ).Properties;
      expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
        6 * Timeout + mapping.MaximumBatchingWindowInSeconds,
      );
    }
  });
});
