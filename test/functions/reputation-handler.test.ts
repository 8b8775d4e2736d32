import { createReputationHandler, type ReputationHandlerOptions } from '../../functions/handlers/reputation-handler.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { type AwsStub, startAwsStub } from '../support/aws-stub.ts';
import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let stub: AwsStub;
let system: System;
let monitoring: Monitoring;
let lines: string[];
const before = process.env.AWS_ENDPOINT_URL;
beforeEach(async () => {
  stub = await startAwsStub();
  process.env.AWS_ENDPOINT_URL = stub.endpoint;
  system = await createSystem();
  monitoring = createMonitoring(system);
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text).trimEnd()) > 0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  if (before === undefined) delete process.env.AWS_ENDPOINT_URL;
  else process.env.AWS_ENDPOINT_URL = before;
  await stub.close();
});

const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:ses-feedback-prod-reputation',
  getRemainingTimeInMillis: () => 50_000,
};
const create = (variables: Record<string, string> = {}, options: ReputationHandlerOptions = {}) =>
  createReputationHandler({
    variables: { REPUTATION_TABLE: system.tables.reputationTable, ALARM_TOPIC: 'alarms', ...variables },
    clock: () => system.now,
    ...options,
  });
const countBadList = async (scopes = ['account']) => {
  await monitoring.count({ sends: 2000, hard: 400 }, { sentAt: noon, scopes });
  system.now = noon + 10 * minute;
};

test('a notice is published with a part for each protocol and attributes for filters', async () => {
  await countBadList();
  await create()({}, context);
  const [published] = stub.published;
  expect(published).toMatchObject({
    Action: 'Publish',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
    MessageStructure: 'json',
    Subject: '[ses-feedback] CRITICAL: bounce rate of the account',
  });
  const parts = JSON.parse(published?.Message ?? '');
  expect(Object.keys(parts).toSorted()).toEqual([
    'default',
    'email',
    'firehose',
    'http',
    'https',
    'lambda',
    'sms',
    'sqs',
  ]);
  expect(parts.email).toContain('400 of 2,000 (20 %) bounced');
  expect(JSON.parse(parts.sqs)).toMatchObject({ id: 'account/rate-exceeded/bounceRate#1', bad: 400, total: 2000 });
  const attributes = Object.fromEntries(
    [1, 2, 3, 4, 5].map((i) => [
      published?.[`MessageAttributes.entry.${i}.Name`],
      published?.[`MessageAttributes.entry.${i}.Value.StringValue`],
    ]),
  );
  expect(attributes).toEqual({
    rule: 'rate-exceeded',
    metric: 'bounceRate',
    scope: 'account',
    kind: 'raised',
    status: 'critical',
  });
});

test('a topic in another account is given by its ARN; without a topic, the notice is written to the log', async () => {
  await countBadList();
  await create({ ALARM_TOPIC: '', LOG_FORMAT: 'text' })({}, context);
  expect(stub.published).toEqual([]);
  expect(lines.join('\n')).toContain('400 of 2,000 (20 %) bounced');
  expect(lines.at(-1)).toMatch(/^1 scope evaluated, 1 alarm changed; unknown: bounce rate measured by SES, /);
  system = await createSystem();
  monitoring = createMonitoring(system);
  await countBadList();
  await create({ ALARM_TOPIC: 'arn:aws:sns:us-east-1:999999999999:pager' })({}, context);
  expect(stub.published[0]?.TopicArn).toBe('arn:aws:sns:us-east-1:999999999999:pager');
});

test("SES's own rates, its counts and the status of the account are read and evaluated", async () => {
  system.now = noon - 2 * 24 * hour;
  await create()({}, context);
  stub.published.length = 0;
  stub.queries.length = 0;
  stub.metrics = {
    'Reputation.BounceRate': [
      { at: noon - minute, value: 0.047 },
      { at: noon - hour, value: 0.01 },
    ],
    'Reputation.ComplaintRate': [{ at: noon - minute, value: 0.0007 }],
    Bounce: [
      { at: noon - hour, value: 15 },
      { at: noon - 2 * hour, value: 6 },
    ],
    Complaint: [{ at: noon - hour, value: 5 }],
    Send: [{ at: noon - hour, value: 300 }],
  };
  stub.enforcement = 'PROBATION';
  system.now = noon + 20 * minute;
  await create()({}, context);
  const subjects = stub.published.map(({ Subject }) => Subject);
  expect(subjects).toEqual([
    '[ses-feedback] CRITICAL: bounce rate measured by SES',
    '[ses-feedback] APPROACHING: complaint rate measured by SES',
    '[ses-feedback] APPROACHING: AWS has put the account under review',
    '[ses-feedback] CRITICAL: bounces from SES are missing',
    '[ses-feedback] CRITICAL: complaints from SES are missing',
    '[ses-feedback] CRITICAL: Send events are missing',
  ]);
  const queries = stub.queries.map(({ Namespace, MetricName, StartTime, EndTime, Period, Statistics }) => [
    Namespace,
    MetricName,
    (EndTime - StartTime) / 60,
    Period,
    ...Statistics,
  ]);
  const daily = [400 * 24 * 60, 24 * 3600, 'Sum'];
  const hourly = [60 * 24 * 60, 3600, 'Average'];
  expect(queries.map(String).toSorted()).toEqual(
    [
      ['AWS/SES', 'Bounce', 24 * 60 + 20, 900, 'Sum'],
      ['AWS/SES', 'Bounce', ...daily],
      ['AWS/SES', 'Complaint', 7 * 24 * 60 + 20, 3600, 'Sum'],
      ['AWS/SES', 'Complaint', ...daily],
      ['AWS/SES', 'Reputation.BounceRate', 24 * 60, 300, 'Average'],
      ['AWS/SES', 'Reputation.BounceRate', ...hourly],
      ['AWS/SES', 'Reputation.ComplaintRate', 24 * 60, 300, 'Average'],
      ['AWS/SES', 'Reputation.ComplaintRate', ...hourly],
      ['AWS/SES', 'Send', 24 * 60 + 20, 300, 'Sum'],
      ['AWS/SES', 'Send', ...daily],
    ]
      .map(String)
      .toSorted(),
  );
  // The daily figures are read once a day.
  stub.queries.length = 0;
  system.now += minute;
  await create()({}, context);
  expect(stub.queries).toHaveLength(5);
});

test('the rates are evaluated even if SES cannot be queried, and the errors are logged', async () => {
  stub.broken = new Set(['cloudwatch', 'ses']);
  await countBadList();
  await create()({}, context);
  expect(stub.published).toHaveLength(1);
  const errors = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'error');
  expect(errors.map(({ subject, reason }) => `${subject}: ${reason}`).toSorted()).toEqual([
    "SES's count of bounces and complaints: AccessDeniedException",
    "SES's count of sends: AccessDeniedException",
    "SES's reputation metrics: AccessDeniedException",
    'the status of the SES account: AccessDeniedException',
    'what SES has published about the account: AccessDeniedException',
  ]);
});

test('the function throws if a notice could not be published, so that the alarm on its errors goes off', async () => {
  stub.broken.add('sns');
  await countBadList();
  await expect(create()({}, context)).rejects.toThrow(
    '1 scope could not be evaluated or announced: a notice could not be published',
  );
});

test('the age of the volume queue and the sends counted by SES are read if configured', async () => {
  stub.metrics = { ApproximateAgeOfOldestMessage: [{ at: noon, value: 3600 }], Send: [{ at: noon, value: 2000 }] };
  await monitoring.count({ hard: 400 }, { sentAt: noon });
  system.now = noon + 10 * minute;
  const policy = readPolicy({ sendsFrom: 'ses' });
  const evaluate = create({ VOLUME_QUEUE: 'volume' }, { policy });
  await evaluate({}, context);
  expect(stub.published).toEqual([]);
  expect(stub.queries.find(({ MetricName }) => MetricName === 'ApproximateAgeOfOldestMessage')).toMatchObject({
    Namespace: 'AWS/SQS',
    Dimensions: [{ Name: 'QueueName', Value: 'volume' }],
  });
  system.now = noon + 70 * minute;
  await evaluate({}, context);
  expect(stub.published).toHaveLength(1);
});

test('auto-pause pauses a configuration set and detects that it has been resumed', async () => {
  const policy = readPolicy({ autoPause: { enabled: true } });
  await countBadList(['configuration-set:news']);
  const evaluate = create({}, { policy });
  for (let i = 0; i < 6; i++, system.now += minute) await evaluate({}, context);
  expect(stub.sendingEnabled).toEqual({ news: false });
  for (let i = 0; i < 20; i++, system.now += minute) await evaluate({}, context);
  expect(stub.published).toHaveLength(1);
  stub.sendingEnabled.news = true;
  for (let i = 0; i < 6; i++, system.now += minute) await evaluate({}, context);
  expect(stub.published.map(({ Subject }) => Subject)).toEqual([
    '[ses-feedback] CRITICAL: bounce rate of configuration-set:news',
    '[ses-feedback] RESOLVED: bounce rate of configuration-set:news',
  ]);
});

test.each([
  [{ REPUTATION_TABLE: '' }, 'REPUTATION_TABLE'],
  [{ ALARM_TOPIC: 'no topic!' }, 'ALARM_TOPIC'],
  [{ ALARM_TOPIC: 'arn:aws:sqs:us-east-1:123456789012:x' }, 'ALARM_TOPIC'],
])('invalid environment variables %j are an error at the start that names them', (variables, name) => {
  expect(() => create(variables)).toThrow(
    new RegExp(`^Invalid environment variables: .*${name}.* Set them under "environment" in serverless.yml`),
  );
});
