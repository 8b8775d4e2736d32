import type { Context } from 'aws-lambda';
import { createFeedbackHandler, type FeedbackHandlerOptions } from '../../functions/handlers/feedback-handler.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { formatTime } from '../../shared/domain/timestamp.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import { formatFeedbackEntry, toJsonLine } from '../../shared/ingest/log-entry.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { accountId, bounce, complaint, day, noon, queued, queueEvent, snsEnvelope } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

const context = (account = accountId) =>
  ({
    invokedFunctionArn: `arn:aws:lambda:us-east-1:${account}:function:ses-feedback-dev-bounce`,
    getRemainingTimeInMillis: () => 30_000,
  }) as Context;

function handle(event: unknown, options: FeedbackHandlerOptions = {}, lambdaContext = context()) {
  const entries: FeedbackLogEntry[] = [];
  const handler = createFeedbackHandler({
    ...options,
    variables: {
      SUPPRESSIONS_TABLE: system().tables.suppressionsTable,
      REPUTATION_TABLE: system().tables.reputationTable,
      ...options.variables,
    },
    clock: () => noon,
    log: (entry) => entries.push(entry),
  });
  return { response: handler(event, lambdaContext), entries };
}

test('for a queue, the response names only the failed messages', async () => {
  const event = { Records: [queued('good', bounce({ mailId: 'q1' })), queued('bad', 'nonsense')] };
  expect(await handle(event).response).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
});

test('for a topic and a bus, the function throws if any message failed', async () => {
  const viaTopic = (message: unknown) => ({ Records: [{ EventSource: 'aws:sns', Sns: snsEnvelope(message) }] });
  await expect(handle(viaTopic('nonsense')).response).rejects.toThrow('1 message failed and will be delivered again.');
  expect(await handle(viaTopic(bounce({ mailId: 't1' }))).response).toBeUndefined();
  expect(await handle({ source: 'aws.ses', detail: bounce({ mailId: 'b1' }) }).response).toBeUndefined();
  await expect(handle({}).response).rejects.toThrow('1 message failed and will be delivered again.');
});

test('feedback from another account has no effect', async () => {
  const to = 'untrusted@example.net';
  const event = queueEvent([bounce({ to, mailId: 'f1' })]);
  const { response, entries } = handle(event, {}, context('999999999999'));
  // It goes to the dead-letter queue, and comes back with a redrive.
  expect(await response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  expect(entries).toMatchObject([{ kind: 'message', outcome: 'untrusted' }, { kind: 'batch' }]);
  expect(await system().record(to)).toBeUndefined();
  const trusting = { policy: readPolicy({ allowedAccounts: ['123456789012'] }) };
  await handle(event, trusting, context('999999999999')).response;
  expect((await system().record(to))?.status).toBe('suppressed');
});

test('other events of another account are too many to keep, and so is what arrives without a queue', async () => {
  const sends = queueEvent([
    { ...bounce({ mailId: 's1' }), eventType: 'Send', send: {} },
    { eventType: 'Open', mail: { sendingAccountId: '1' } },
  ]);
  expect(await handle(sends, {}, context('999999999999')).response).toEqual({ batchItemFailures: [] });
  const pushed = { source: 'aws.ses', detail: bounce({ mailId: 's2' }) };
  expect(await handle(pushed, {}, context('999999999999')).response).toBeUndefined();
});

test('feedback from an account in the policy takes effect', async () => {
  const to = 'allowed@example.net';
  const policy = readPolicy({ allowedAccounts: ['123456789012'] });
  await handle(queueEvent([bounce({ to, mailId: 'f3' })]), { policy }, context('999999999999')).response;
  expect((await system().record(to))?.status).toBe('suppressed');
});

test('each write gives a record a new version', async () => {
  const to = 'version@example.net';
  const versions = new Set<unknown>();
  for (const mailId of ['v1', 'v2', 'v3']) {
    await handle(queueEvent([bounce({ to, mailId })])).response;
    versions.add((await system().record(to))?.version);
  }
  expect(versions.size).toBe(3);
});

test('a suppression that has ended before its bounce arrives is logged with its end', async () => {
  const sentAt = noon - 20 * day;
  const { response, entries } = handle(
    queueEvent([bounce({ to: 'late@example.net', mailId: 'l0', sentAt, status: '5.7.1' })]),
  );
  await response;
  expect(formatFeedbackEntry(entries[0] as FeedbackLogEntry)).toContain(
    `→ suppressed until ${formatTime(sentAt + 2000 + 14 * day)}`,
  );
});

describe('a database that does not respond', () => {
  let proxy: FaultProxy;
  const engine = () => String(process.env.AWS_ENDPOINT_URL_DYNAMODB);
  let endpoint: string;
  beforeAll(async () => {
    endpoint = engine();
    proxy = await startFaultProxy(endpoint);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.endpoint;
  });
  afterAll(async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
    await proxy.close();
  });

  test('fails the messages before the function times out', async () => {
    proxy.misbehave(({ operation }) => (operation === 'TransactWriteItems' ? { kind: 'hang' } : undefined));
    const limit = Date.now() + 4500;
    const running = { ...context(), getRemainingTimeInMillis: () => limit - Date.now() };
    const event = { Records: [queued('a', bounce({ mailId: 'h1' })), queued('b', 'nonsense')] };
    const { response, entries } = handle(event, {}, running);
    expect(await response).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }] });
    expect(entries[0]).toMatchObject({ outcome: 'failed', reason: 'out of time' });
    expect(limit - Date.now()).toBeGreaterThan(0);
  });

  test('fails the messages even if the invocation has no time limit', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: noon });
    proxy.misbehave(() => {
      vi.setSystemTime(noon + 60_000);
      return { kind: 'drop' };
    });
    try {
      const { response } = handle(queueEvent([bounce({ mailId: 'h2' })]), {}, {} as Context);
      expect(await response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    } finally {
      vi.useRealTimers();
    }
  });
});

test.each([
  'others',
  'bounces2',
  'arn:aws:sns:eu-west-1:123456789012:bounces',
  'arn:aws:sns:us-east-1:999999999999:bounces',
])('feedback from another topic than %s has no effect', async (topics) => {
  const to = 'topic@example.net';
  const event = queueEvent([snsEnvelope(bounce({ to, mailId: 'f2' }))]);
  const { response, entries } = handle(event, { variables: { TOPICS: topics } });
  expect(await response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  expect(entries).toMatchObject([{ kind: 'message', outcome: 'untrusted' }, { kind: 'batch' }]);
  expect(await system().record(to)).toBeUndefined();
});

test.each(['bounces', 'arn:other, ,arn:aws:sns:us-east-1:123456789012:bounces,,', ',,'])(
  'feedback from one of the topics "%s" takes effect: a name stands for a topic of the same account and Region',
  async (topics) => {
    const to = `topic-${topics.length}@example.net`;
    const event = queueEvent([snsEnvelope(bounce({ to, mailId: `f2-${topics.length}` }))]);
    await handle(event, { variables: { TOPICS: topics } }).response;
    expect((await system().record(to))?.status).toBe('suppressed');
  },
);

test('a local invocation, which has no function ARN, accepts feedback from any topic', async () => {
  const to = 'local@example.net';
  const event = queueEvent([snsEnvelope(bounce({ to, mailId: 'f4' }))]);
  await handle(event, { variables: { TOPICS: 'others' } }, {} as Context).response;
  expect((await system().record(to))?.status).toBe('suppressed');
});

test.each([
  [{ SUPPRESSIONS_TABLE: '' }, /SUPPRESSIONS_TABLE: not the name of a DynamoDB table/],
  [{ REPUTATION_TABLE: undefined }, /REPUTATION_TABLE is not a string/],
  [{ LOG_FORMAT: 'xml' }, /LOG_FORMAT/],
])('invalid environment variables %j are an error at the start that names them', (variables, message) => {
  const complete = { SUPPRESSIONS_TABLE: 'suppressions', REPUTATION_TABLE: 'reputation' };
  expect(() => createFeedbackHandler({ variables: { ...complete, ...variables } })).toThrow(message);
});

test('the log has an entry for each recipient and one for the batch, with masked addresses', async () => {
  const event = queueEvent([
    bounce({ to: 'Very.Secret@example.net', mailId: 'l1' }),
    complaint({ to: ['very.secret@example.net', 'b@example.net'], mailId: 'l2' }),
    'nonsense with very.secret@example.net in it',
  ]);
  const { response, entries } = handle(event);
  await response;
  expect(entries).toMatchObject([
    { kind: 'recipient', address: 'v***@example.net', class: 'hard', status: 'suppressed', countsToward: 'bounceRate' },
    { kind: 'recipient', address: 'v***@example.net', class: 'complaint', suspected: true, countsToward: null },
    { kind: 'recipient', address: '***@example.net', class: 'complaint', countsToward: 'complaintRate' },
    { kind: 'message', outcome: 'unreadable', message: 'message-2' },
    { kind: 'batch', feedback: 2, ignored: 0, untrusted: 0, unreadable: 1, failed: 1 },
  ]);
  const lines = entries.flatMap((entry) => [toJsonLine(entry), formatFeedbackEntry(entry)]);
  expect(lines.join('\n')).not.toMatch(/secret/i);
  expect(lines.every((line) => !line.includes('\n'))).toBe(true);
});

test('a redelivery is logged as a duplicate', async () => {
  const event = queueEvent([bounce({ to: 'again@example.net', mailId: 'r1' })]);
  await handle(event).response;
  const { response, entries } = handle(event);
  await response;
  expect(entries[0]).toMatchObject({ kind: 'recipient', status: 'suppressed', countsToward: null, isDuplicate: true });
  expect(formatFeedbackEntry(entries[0] as FeedbackLogEntry)).toBe(
    'a***@example.net  hard (rule permanent) → suppressed  duplicate, not counted again',
  );
});
