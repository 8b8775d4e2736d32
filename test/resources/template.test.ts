import {
  alarmsOn,
  arn,
  deadLettersOf,
  type Encrypted,
  idOf,
  only,
  type PackedTemplate,
  packTemplate,
  queuesOf,
  type Resource,
  ref,
  sqsSubscriptionsOf,
  variants,
} from '../support/template.ts';

/** What is deployed, looked at for what has to hold of each thing in it, whatever it is called. */
jest.setTimeout(90_000);

const fortnight = 14 * 24 * 60 * 60;
const onlyOverTls = (Action: string, Resource: unknown) => ({
  Sid: 'OnlyOverTls',
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Whose tables they are is all the same to the way of a message. */
const withOwnTables = variants.filter(([, { tables }]) => tables > 0);

describe.each(withOwnTables)('%s', (_name, { stage, retention, args, ...counts }) => {
  let template: PackedTemplate;
  beforeAll(async () => {
    template = await packTemplate({ args: [`--stage=${stage}`, ...args] });
  });

  const queues = () => queuesOf(template);
  const policiesOf = (queue: string) =>
    template.of('AWS::SQS::QueuePolicy').filter(({ Properties }) => Properties.Queues.map(idOf).includes(queue));
  const alarmsOnQueue = (metric: string, queue: string) =>
    alarmsOn(template, `AWS/SQS ${metric}`, 'QueueName', { 'Fn::GetAtt': [queue, 'QueueName'] });
  const runEvery = (functionId: string) =>
    template.of('AWS::Events::Rule').flatMap(({ Properties: { ScheduleExpression, Targets } }) => {
      const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(ScheduleExpression) ?? [];
      return Targets.some(({ Arn }) => idOf(Arn) === functionId) ? [Number(minutes) * 60] : [];
    });

  test('what a queue cannot give away in five tries is kept for 14 days in a dead-letter queue of its own', () => {
    const { waiting, dead } = queues();
    expect([waiting.length, dead.length, new Set(waiting.map(deadLettersOf)).size]).toEqual([3, 3, 3]);
    for (const queue of waiting)
      expect(queue.Properties).toMatchObject({
        MessageRetentionPeriod: fortnight,
        RedrivePolicy: { deadLetterTargetArn: arn(deadLettersOf(queue)), maxReceiveCount: 5 },
      });
    for (const { Properties } of dead) expect(Properties).toMatchObject({ MessageRetentionPeriod: fortnight });
  });

  test('an alarm is raised when messages wait in a queue for 5 minutes, and when one is in a dead-letter queue', () => {
    const { waiting, dead } = queues();
    const above = (Threshold: number) => [
      expect.objectContaining({ Statistic: 'Maximum', ComparisonOperator: 'GreaterThanThreshold', Threshold }),
    ];
    for (const { id } of waiting) expect(alarmsOnQueue('ApproximateAgeOfOldestMessage', id)).toEqual(above(300));
    for (const { id } of dead) expect(alarmsOnQueue('ApproximateNumberOfMessagesVisible', id)).toEqual(above(0));
  });

  test('a queue takes only what the topics that deliver to it send, and over TLS', () => {
    const { waiting, dead } = queues();
    for (const { id } of [...waiting, ...dead]) {
      const sources = sqsSubscriptionsOf(template).filter((each) =>
        [idOf(each.Properties.Endpoint), deadLettersOf(each)].includes(id),
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

  test('what lies in queues is encrypted, with the key of the stack if it has one, and topics with the same', () => {
    expect(template.of('AWS::KMS::Key')).toHaveLength(counts.keys);
    const { waiting, dead } = queues();
    const of = ({ Properties: { KmsMasterKeyId, SqsManagedSseEnabled } }: Resource<Encrypted>) => ({
      KmsMasterKeyId,
      SqsManagedSseEnabled,
    });
    const own = { KmsMasterKeyId: arn('Key') };
    // SQS takes one kind of encryption at a time: where there was the other, it has to be said that it ends.
    const ofQueues = counts.keys ? { ...own, SqsManagedSseEnabled: false } : { SqsManagedSseEnabled: true };
    expect([...waiting, ...dead].map(of)).toEqual(Array(6).fill(ofQueues));
    expect(template.of('AWS::SNS::Topic').map(of)).toEqual(Array(4).fill(counts.keys ? own : {}));
  });

  test('what a topic cannot deliver goes to the dead-letter queue of the queue, and both let it in first', () => {
    const topics = sqsSubscriptionsOf(template).map(({ Properties }) => JSON.stringify(Properties.TopicArn));
    expect([topics.length, new Set(topics).size]).toEqual([counts.subscriptions, counts.subscriptions]);
    for (const { DependsOn, Properties } of sqsSubscriptionsOf(template)) {
      const queue = queues().waiting.filter(({ id }) => id === idOf(Properties.Endpoint));
      const deadLetters = queue.map(deadLettersOf);
      expect(Properties).toEqual({
        TopicArn: expect.anything(),
        Protocol: 'sqs',
        Endpoint: arn(queue[0]?.id ?? ''),
        RawMessageDelivery: false,
        RedrivePolicy: { deadLetterTargetArn: arn(deadLetters[0] ?? '') },
      });
      expect(DependsOn).toEqual(
        [...queue.map(({ id }) => id), ...deadLetters].flatMap((id) => policiesOf(id).map(({ id }) => id)),
      );
    }
  });

  test('only SES and alarms of this account publish to topics of ours, and others keep their policies', () => {
    const policies = template.of('AWS::SNS::TopicPolicy');
    const topics = template.of('AWS::SNS::Topic').map(({ id }) => ref(id));
    expect(topics).toHaveLength(4);
    expect(policies.map(({ Properties }) => Properties.Topics)).toEqual(topics.map((topic) => [topic]));
    const roles = template.of('AWS::IAM::Role').map(({ id }) => ({ AWS: arn(id) }));
    for (const [index, { Properties }] of policies.entries()) {
      const { Statement } = Properties.PolicyDocument;
      const [allowed, denied] = ['Allow', 'Deny'].map((effect) => Statement.filter(({ Effect }) => Effect === effect));
      const bound = allowed?.filter(
        ({ Principal }) => !roles.some((role) => JSON.stringify(role) === JSON.stringify(Principal)),
      );
      const Principal = { Service: expect.stringMatching(/^(ses|cloudwatch)\.amazonaws\.com$/) };
      expect(bound).toEqual([expect.objectContaining({ Principal, Action: 'sns:Publish', Resource: topics[index] })]);
      expect(bound?.map(({ Condition }) => Condition)).toEqual([
        {
          StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
          ArnLike: { 'aws:SourceArn': expect.anything() },
        },
      ]);
      for (const source of bound?.flatMap(({ Condition }) => Condition?.ArnLike?.['aws:SourceArn'] ?? []) ?? [])
        expect(source).toEqual({ 'Fn::Sub': expect.stringMatching(/:\$\{AWS::Region\}:\$\{AWS::AccountId\}:/) });
      expect(denied).toEqual([onlyOverTls('sns:Publish', topics[index])]);
    }
  });

  test('each function has a role of its own, a log that ends, and alarms on errors, time and throttles', () => {
    const functions = template.of('AWS::Lambda::Function');
    const roles = template.of('AWS::IAM::Role').map(({ id }) => arn(id));
    expect(functions.map(({ Properties }) => Properties.Role)).toEqual(roles);
    expect(functions).toHaveLength(6);
    expect(template.of('AWS::Logs::LogGroup').map(({ Properties }) => Properties)).toEqual(
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

  test('a function run by the clock ends before its next run, and the alarm on its errors can be reached', () => {
    const scheduled = template.of('AWS::Lambda::Function').flatMap(({ id, Properties }) => {
      const errors = only(alarmsOn(template, 'AWS/Lambda Errors', 'FunctionName', ref(id)));
      return runEvery(id).map((seconds) => ({ id, seconds, timeout: Properties.Timeout, errors }));
    });
    expect(scheduled.map(({ seconds }) => seconds)).toEqual([60, 60, 3600]);
    for (const { seconds, timeout, errors } of scheduled) {
      expect(timeout).toBeLessThan(seconds);
      expect(errors.ComparisonOperator).toBe('GreaterThanThreshold');
      expect(errors.Threshold).toBeLessThan(errors.Period / seconds);
    }
  });

  test('batches may fail in part, run seven at most at a time, and are not seen again while one works at them', () => {
    const mappings = template.of('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    expect(mappings.map(({ EventSourceArn }) => EventSourceArn)).toEqual(queues().waiting.map(({ id }) => arn(id)));
    const concurrency = mappings.map(({ ScalingConfig }) => ScalingConfig.MaximumConcurrency);
    expect(Math.min(...concurrency)).toBeGreaterThanOrEqual(2);
    expect(concurrency.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(7);
    for (const mapping of mappings) {
      const queue = only(queues().waiting.filter(({ id }) => id === idOf(mapping.EventSourceArn)));
      const { Timeout } = only(
        template.of('AWS::Lambda::Function').filter(({ id }) => id === idOf(mapping.FunctionName)),
      ).Properties;
      expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(queue.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
        6 * Timeout + mapping.MaximumBatchingWindowInSeconds,
      );
    }
  });
});
