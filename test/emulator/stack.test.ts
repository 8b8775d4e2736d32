import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { takeTableSnapshot } from '../../local/demo/table-snapshot.ts';
import { bounce, complaint, send } from '../support/ses.ts';
import { eventually, useEmulator } from './emulator.ts';

/**
 * The stack, deployed with `sls deploy --stage prod`, with messages as SES publishes them. Each test continues from the
 * state the previous one left.
 */
const aws = useEmulator();
let outputs: Record<string, string>;
let tables: { suppressionsTable: string; reputationTable: string };

type Stream = 'Bounces' | 'Complaints' | 'Volume';
const streams = ['Bounces', 'Complaints', 'Volume'] as const;

/** Old enough to be evaluated. */
const sentAt = Date.now() - 20 * 60_000;

const output = (name: string) => {
  const value = outputs[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}`);
  return value;
};

/** Publishes a message of SES, which SNS puts into its envelope. */
const publish = async (stream: Stream, message: unknown) =>
  aws().sns.send(
    new PublishCommand({
      TopicArn: output(`${stream}TopicArn`),
      Message: typeof message === 'string' ? message : JSON.stringify(message),
    }),
  );

/** Sends messages without an envelope, as raw message delivery does. */
const enqueue = async (stream: Stream, bodies: readonly unknown[]) =>
  aws().sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: output(`${stream}QueueUrl`),
      Entries: bodies.map((body, i) => ({
        Id: String(i),
        MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
      })),
    }),
  );

const record = async (address: string) => {
  const key = { address, list: 'account' };
  return (await aws().tables.send(new GetCommand({ TableName: tables.suppressionsTable, Key: key }))).Item;
};

const whenSuppressed = async (address: string) =>
  eventually(
    () => record(address),
    (item) => item?.status === 'suppressed',
  );

const count = async (counter: string) =>
  (await takeTableSnapshot(aws().tables, tables)).counts.get('account')?.get(counter) ?? 0;

/** Returns message bodies of a queue, which keeps them. */
const bodiesIn = async (url: string) => {
  const request = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const { Messages = [] } = await aws().sqs.send(new ReceiveMessageCommand(request));
  return Messages.map(({ Body = '' }) => Body);
};

const arnOf = async (url: string) => {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
  return (await aws().sqs.send(command)).Attributes?.QueueArn ?? '';
};

/** Waits until the queue has no messages, neither waiting nor in flight. */
const whenDrained = async (stream: Stream) => {
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const command = new GetQueueAttributesCommand({ QueueUrl: output(`${stream}QueueUrl`), AttributeNames });
  await eventually(
    async () => (await aws().sqs.send(command)).Attributes ?? {},
    (attributes) => AttributeNames.every((name) => attributes[name] === '0'),
  );
};

beforeAll(async () => {
  await aws().deploy('deploy', '--stage', 'prod');
  outputs = await aws().outputs('ses-feedback-prod');
  tables = { suppressionsTable: output('SuppressionsTableName'), reputationTable: output('ReputationTableName') };
  // A failed message becomes visible again after three minutes. The tests would wait 15 minutes for the fifth attempt.
  for (const stream of streams) {
    const attributes = { QueueUrl: output(`${stream}QueueUrl`), Attributes: { VisibilityTimeout: '1' } };
    await aws().sqs.send(new SetQueueAttributesCommand(attributes));
  }
}, 180_000);

test('a bounce is suppressed and counted once, as an event or a notification, with or without an envelope', async () => {
  await publish('Bounces', bounce({ to: 'event@example.net', mailId: 'event', sentAt }));
  await publish('Bounces', bounce({ to: 'identity@example.net', mailId: 'identity', sentAt, channel: 'identity' }));
  await enqueue('Bounces', [
    bounce({ to: 'raw@example.net', mailId: 'raw', sentAt }),
    bounce({ to: 'raw2@example.net', mailId: 'raw2', sentAt, channel: 'identity' }),
  ]);
  for (const name of ['event', 'identity', 'raw', 'raw2'])
    expect(await whenSuppressed(`${name}@example.net`)).toMatchObject({ reason: 'hard' });
  expect(await count('hard')).toBe(4);
});

test('a complaint has a queue of its own and is suppressed in the same table', async () => {
  await publish('Complaints', complaint({ to: 'complainer@example.net', mailId: 'complaint', sentAt }));
  expect(await whenSuppressed('complainer@example.net')).toMatchObject({ reason: 'complaint' });
  expect(await count('complaints')).toBe(1);
});

test('a bounce that arrives by both channels, or again, is counted once', async () => {
  await publish('Bounces', bounce({ to: 'event@example.net', mailId: 'event', sentAt, channel: 'identity' }));
  await publish('Bounces', bounce({ to: 'event@example.net', mailId: 'event', sentAt }));
  await publish('Bounces', bounce({ to: 'after@example.net', mailId: 'after', sentAt }));
  await whenSuppressed('after@example.net');
  await whenDrained('Bounces');
  expect(await count('hard')).toBe(5);
});

test('setup messages of SES are accepted and change nothing', async () => {
  await publish('Bounces', 'Successfully validated SNS topic for Amazon SES event publishing.');
  await publish('Bounces', { notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You have …' });
  await whenDrained('Bounces');
  expect(await bodiesIn(output('BouncesDeadLetterQueueUrl'))).toEqual([]);
});

test('feedback of another account changes nothing, and waits in the dead-letter queue', async () => {
  const mail = { sendingAccountId: '999999999999' };
  await publish('Bounces', bounce({ to: 'other-account@example.net', mailId: 'other-account', sentAt, mail }));
  const QueueUrl = output('BouncesDeadLetterQueueUrl');
  const deadLetters = await eventually(
    () => bodiesIn(QueueUrl),
    ({ length }) => length > 0,
  );
  expect(deadLetters).toEqual([expect.stringContaining('other-account@example.net')]);
  expect(await record('other-account@example.net')).toBeUndefined();
  // The next tests need an empty queue.
  await aws().sqs.send(new PurgeQueueCommand({ QueueUrl }));
});

test('an unreadable message goes to the dead-letter queue unchanged, and the rest of its batch is processed', async () => {
  await enqueue('Bounces', ['poison: not JSON', bounce({ to: 'beside@example.net', mailId: 'beside', sentAt })]);
  await whenSuppressed('beside@example.net');
  const deadLetters = await eventually(
    () => bodiesIn(output('BouncesDeadLetterQueueUrl')),
    ({ length }) => length > 0,
  );
  expect(deadLetters).toEqual(['poison: not JSON']);
});

test('a redrive of the dead-letter queue loses no message and counts none twice', async () => {
  const before = await count('hard');
  const deadLetterQueue = output('BouncesDeadLetterQueueUrl');
  const processed = JSON.stringify(bounce({ to: 'event@example.net', mailId: 'event', sentAt }));
  await aws().sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueue, MessageBody: processed }));
  // The emulator has no StartMessageMoveTask, so the test moves every message back to its queue.
  const all = { QueueUrl: deadLetterQueue, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await aws().sqs.send(new ReceiveMessageCommand(all));
  expect(Messages).toHaveLength(2);
  await enqueue(
    'Bounces',
    Messages.map(({ Body }) => Body),
  );
  for (const { ReceiptHandle } of Messages)
    await aws().sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetterQueue, ReceiptHandle }));
  const returned = await eventually(
    () => bodiesIn(deadLetterQueue),
    ({ length }) => length > 0,
  );
  expect(returned).toEqual(['poison: not JSON']);
  expect(await count('hard')).toBe(before);
});

test('a high bounce rate is published to the alarm topic', async () => {
  const { QueueUrl } = await aws().sqs.send(new CreateQueueCommand({ QueueName: 'on-call' }));
  const subscription = { TopicArn: output('AlarmTopicArn'), Protocol: 'sqs', Endpoint: await arnOf(QueueUrl ?? '') };
  await aws().sns.send(new SubscribeCommand({ ...subscription, Attributes: { RawMessageDelivery: 'true' } }));
  for (let i = 0; i < 10; i++) {
    const batch = Array.from({ length: 10 }, (_, j) => ({
      to: `r${i}-${j}@example.net`,
      mailId: `r${i}-${j}`,
      sentAt,
    }));
    await enqueue('Volume', batch.map(send));
    if (i < 4) await enqueue('Bounces', batch.map(bounce));
  }
  // The rates are evaluated once a minute.
  const notices = await eventually(
    () => bodiesIn(QueueUrl ?? ''),
    ({ length }) => length > 0,
  );
  const notice = JSON.parse(notices[0] ?? '');
  expect(notice).toMatchObject({ kind: 'raised', from: 'ok', metric: 'bounceRate', scope: 'account' });
});

test('deploying again, with a change, keeps the tables', async () => {
  await aws().deploy('deploy', '--stage', 'prod', '--param=logRetentionInDays=365', '--param=dailySendsAbove=50000');
  expect(await record('event@example.net')).toMatchObject({ status: 'suppressed' });
  await publish('Bounces', bounce({ to: 'updated@example.net', mailId: 'updated', sentAt }));
  await whenSuppressed('updated@example.net');
});

test('a removed stack leaves its tables, and the next one continues with them', async () => {
  await aws().deploy('remove', '--stage', 'prod');
  const again = await aws().sls('deploy', '--stage', 'prod');
  expect(again.code).not.toBe(0);
  expect(again.stdout + again.stderr).toContain(
    'The table ses-feedback-prod-suppressions already exists and does not belong to this stack: an earlier stack left it behind. To continue with it, set tables: use for this stage under params in serverless.yml.',
  );
  await aws().deploy('deploy', '--stage', 'prod', '--param=tables=use');
  outputs = await aws().outputs('ses-feedback-prod');
  const before = await count('hard');
  await publish('Bounces', bounce({ to: 'event@example.net', mailId: 'event', sentAt }));
  await publish('Bounces', bounce({ to: 'again@example.net', mailId: 'again', sentAt }));
  await whenSuppressed('again@example.net');
  await whenDrained('Bounces');
  expect(await count('hard')).toBe(before + 1);
  await aws().deploy('remove', '--stage', 'prod');
  expect(await record('event@example.net')).toMatchObject({ status: 'suppressed' });
});
