import { PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { takeSnapshot } from '../../local/demo/table-snapshot.ts';
import { bounce, complaint, send } from '../support/ses.ts';
import { eventually, useEmulator } from './emulator.ts';

/**
 * The stack, really deployed with `sls deploy --stage prod` and fed as SES feeds it. One story: each test stands on those before it.
 */
const aws = useEmulator();
let outputs: Record<string, string>;
let tables: { suppressionsTable: string; reputationTable: string };

type Stream = 'Bounces' | 'Complaints' | 'Volume';
const streams = ['Bounces', 'Complaints', 'Volume'] as const;

/** Long enough ago to be judged. */
const sentAt = Date.now() - 20 * 60_000;

const output = (name: string) => {
  const value = outputs[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}`);
  return value;
};

/** What SES publishes, in an envelope as SNS makes it. */
const publish = async (stream: Stream, message: unknown) =>
  aws().sns.send(
    new PublishCommand({
      TopicArn: output(`${stream}TopicArn`),
      Message: typeof message === 'string' ? message : JSON.stringify(message),
    }),
  );

/** The same as raw delivery hands it over: without an envelope. */
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
  (await takeSnapshot(aws().tables, tables)).counts.get('account')?.get(counter) ?? 0;

/** Message bodies a queue shows; they stay in it. */
const bodiesIn = async (url: string) => {
  const look = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  const { Messages = [] } = await aws().sqs.send(new ReceiveMessageCommand(look));
  return Messages.map(({ Body = '' }) => Body);
};

const arnOf = async (url: string) => {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
  return (await aws().sqs.send(command)).Attributes?.QueueArn ?? '';
};

/** No message waits in the queue or is being worked on. */
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
  // A message that fails is seen again after three minutes: the tests would wait a quarter of an hour for the fifth time.
  for (const stream of streams) {
    const attributes = { QueueUrl: output(`${stream}QueueUrl`), Attributes: { VisibilityTimeout: '1' } };
    await aws().sqs.send(new SetQueueAttributesCommand(attributes));
  }
}, 180_000);

test('a bounce, in either vocabulary, with an envelope and without, is suppressed and counted once', async () => {
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

test('a complaint goes its own way to the same table', async () => {
  await publish('Complaints', complaint({ to: 'complainer@example.net', mailId: 'complaint', sentAt }));
  expect(await whenSuppressed('complainer@example.net')).toMatchObject({ reason: 'complaint' });
  expect(await count('complaints')).toBe(1);
});

test('the same bounce by both channels, and published again, counts no second time', async () => {
  await publish('Bounces', bounce({ to: 'event@example.net', mailId: 'event', sentAt, channel: 'identity' }));
  await publish('Bounces', bounce({ to: 'event@example.net', mailId: 'event', sentAt }));
  await publish('Bounces', bounce({ to: 'after@example.net', mailId: 'after', sentAt }));
  await whenSuppressed('after@example.net');
  await whenDrained('Bounces');
  expect(await count('hard')).toBe(5);
});

test('what SES says when it is wired, and feedback of another account, is taken and changes nothing', async () => {
  await publish('Bounces', 'Successfully validated SNS topic for Amazon SES event publishing.');
  await publish('Bounces', { notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You have …' });
  const mail = { sendingAccountId: '999999999999' };
  await publish('Bounces', bounce({ to: 'stranger@example.net', mailId: 'stranger', sentAt, mail }));
  await whenDrained('Bounces');
  expect(await record('stranger@example.net')).toBeUndefined();
  expect(await bodiesIn(output('BouncesDeadLetterQueueUrl'))).toEqual([]);
});

test('what cannot be read ends whole in the dead-letter queue, and the rest of its batch does not', async () => {
  await enqueue('Bounces', ['poison: not JSON', bounce({ to: 'beside@example.net', mailId: 'beside', sentAt })]);
  await whenSuppressed('beside@example.net');
  const letters = await eventually(
    () => bodiesIn(output('BouncesDeadLetterQueueUrl')),
    ({ length }) => length > 0,
  );
  expect(letters).toEqual(['poison: not JSON']);
});

test('a redrive of the dead-letter queue loses nothing and counts nothing twice', async () => {
  const before = await count('hard');
  const letters = output('BouncesDeadLetterQueueUrl');
  const known = JSON.stringify(bounce({ to: 'event@example.net', mailId: 'event', sentAt }));
  await aws().sqs.send(new SendMessageCommand({ QueueUrl: letters, MessageBody: known }));
  // The emulator has no StartMessageMoveTask, so it is done by hand: everything goes back to the queue it came from.
  const all = { QueueUrl: letters, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await aws().sqs.send(new ReceiveMessageCommand(all));
  expect(Messages).toHaveLength(2);
  await enqueue(
    'Bounces',
    Messages.map(({ Body }) => Body),
  );
  for (const { ReceiptHandle } of Messages)
    await aws().sqs.send(new DeleteMessageCommand({ QueueUrl: letters, ReceiptHandle }));
  const returned = await eventually(
    () => bodiesIn(letters),
    ({ length }) => length > 0,
  );
  expect(returned).toEqual(['poison: not JSON']);
  expect(await count('hard')).toBe(before);
});

test('an excess of bounces is told on the topic of the alarms', async () => {
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
  // Once a minute somebody looks.
  const notices = await eventually(
    () => bodiesIn(QueueUrl ?? ''),
    ({ length }) => length > 0,
  );
  const notice = JSON.parse(notices[0] ?? '');
  expect(notice).toMatchObject({ kind: 'raised', from: 'ok', metric: 'bounceRate', scope: 'account' });
});

test('a deployment of the same again, and of a change, keeps what is known', async () => {
  await aws().deploy('deploy', '--stage', 'prod', '--param=logRetentionInDays=365', '--param=dailySendsAbove=50000');
  expect(await record('event@example.net')).toMatchObject({ status: 'suppressed' });
  await publish('Bounces', bounce({ to: 'updated@example.net', mailId: 'updated', sentAt }));
  await whenSuppressed('updated@example.net');
});

test('a stack that is removed leaves its tables, and the next one goes on with them', async () => {
  await aws().deploy('remove', '--stage', 'prod');
  const again = await aws().sls('deploy', '--stage', 'prod');
  expect(again.code).not.toBe(0);
  expect(again.stdout + again.stderr).toContain(
    'The table ses-feedback-prod-suppressions exists already, and is not of this stack: one that was removed has kept it. Go on with it: tables: use, under this stage in the params of serverless.yml.',
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
