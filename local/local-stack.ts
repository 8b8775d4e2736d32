import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Stream, streams } from '../cli/stack/stack.ts';
import { createFeedbackHandler } from '../functions/handlers/feedback-handler.ts';
import { createDynamoDBClient } from '../shared/aws/dynamodb/client.ts';
import type { Policy } from '../shared/domain/policy/policy.ts';
import type { FeedbackLog } from '../shared/ingest/log-entry.ts';
import { useLocalDynamoDB } from './emulator/aws-environment.ts';
import { createTables, type TableNames } from './emulator/tables.ts';
import { type SesSimulator, type SesSimulatorOptions, startSesSimulator } from './ses-simulator/simulator.ts';

/** A message on its way from SES to a topic. */
export type Published = { readonly topicArn: string; readonly message: string; readonly subject?: string };

/** What a function could not take however often it came, or what SES could not publish: whole, with the reason. */
export type DeadLetter = Published & { readonly reason: string };

export type LocalStackOptions = {
  /** Of the simulator of SES. Left out: events come 120 ms after a send, and one call a second is taken. */
  readonly ses?: Omit<SesSimulatorOptions, 'publish' | 'accountId' | 'region'>;
  /** Left out: policy.json, as it would be deployed. */
  readonly policy?: Policy;
  /** What the functions report. Left out: it is not kept. */
  readonly log?: FeedbackLog;
  /** Stands between SES and the topics: what it gives back is published; `undefined`: it is lost. To break things on purpose. */
  readonly intercept?: (published: Published) => Published | undefined;
};

/** A stack as a deployment makes one, as far as feedback goes: topics, queues, functions and tables, with SES before them. */
export type LocalStack = {
  /** The account at SES, to be read and changed. */
  readonly ses: SesSimulator;
  readonly tables: TableNames;
  /** `http://127.0.0.1:<port>`, each. */
  readonly endpoints: { readonly ses: string; readonly dynamoDB: string };
  readonly region: string;
  /** ARNs. */
  readonly topics: Readonly<Record<Stream, string>>;
  readonly configurationSet: string;
  /** The verified domain: mail from any address of it is taken. */
  readonly identity: string;
  /** As of now. */
  deadLetters(): readonly DeadLetter[];
  /** Waits until all that SES has published is taken, or a dead letter; not for what SES has still to publish. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

const accountId = '123456789012';
const region = 'us-east-1';
const prefix = 'ses-feedback-local';
const identity = 'shop.example.com';

/** As resources/queues.yml has it: the sixth time it is a dead letter. */
const maxReceives = 5;
/** Milliseconds a message is on its way from the topic to the function. */
const transit = 20;
/** Milliseconds until the second copy of a message, or the next try of one that failed. */
const again = 80;
/** Lambda's time for a function, in milliseconds. */
const functionTime = 30_000;

/**
 * Starts a whole stack in this process, on the loopback interface: the embedded DynamoDB, a simulator of SES, and between
 * them the handlers of the functions, fed as SNS, SQS and Lambda would feed them. Feedback comes by the configuration set and
 * by the topics of the identity, as in many installations; and every other message comes twice, as SQS may have it.
 *
 * AWS clients of this process go to it from then on, so there can be one at a time.
 *
 * @example
 * const stack = await startLocalStack();
 * stack.ses.mailboxes['ann@example.net'] = 'bounce'; // mail to her will bounce
 * await stack.close();
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const { intercept = (published: Published) => published } = options;
  const engine = await useLocalDynamoDB();
  const name = `${prefix}-${randomUUID().slice(0, 8)}`;
  const tables = { suppressionsTable: `${name}-suppressions`, reputationTable: `${name}-reputation` };
  await createTables(createDynamoDBClient(), tables);
  const topics = { bounces: topicArn('bounces'), complaints: topicArn('complaints'), volume: topicArn('volume') };
  const deadLetters: DeadLetter[] = [];
  const queues = streams.map((stream) => startQueue(stream, startFunction(stream, tables, options), deadLetters));

  const ses = await startSesSimulator({
    delay: 120,
    ...options.ses,
    accountId,
    region,
    publish(topic, message, subject) {
      const published = intercept({ topicArn: topic, message, ...(subject !== undefined && { subject }) });
      if (published === undefined) return;
      const queue = queues[streams.findIndex((stream) => topics[stream] === published.topicArn)];
      if (queue === undefined) throw new Error('there is no such topic');
      queue.take(published);
    },
  });
  ses.identities[identity] = { isVerified: true, bounceTopic: topics.bounces, complaintTopic: topics.complaints };
  ses.configurationSets[prefix] = [
    { isEnabled: true, types: ['BOUNCE'], topicArn: topics.bounces },
    { isEnabled: true, types: ['COMPLAINT'], topicArn: topics.complaints },
    { isEnabled: true, types: ['SEND', 'DELIVERY'], topicArn: topics.volume },
  ];
  // The first that comes to a topic is SES's word that it may publish there.
  await ses.announceTopics();

  return {
    ses,
    tables,
    endpoints: { ses: ses.endpoint, dynamoDB: engine.endpoint },
    region,
    topics,
    configurationSet: prefix,
    identity,
    deadLetters: () => [...deadLetters, ...ses.lost.map(({ error, ...lost }) => ({ ...lost, reason: String(error) }))],
    async settle() {
      await ses.settle();
      await Promise.all(queues.map(({ settle }) => settle()));
    },
    async close() {
      await ses.close();
      await Promise.all(queues.map(({ close }) => close()));
      // An engine that is not ours goes on, and would keep them.
      if (engine.pid === undefined) await deleteTables(tables);
      await engine.stop();
    },
  };
}

type LambdaFunction = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** The handler as it is deployed, called as Lambda calls it. */
function startFunction(stream: Stream, tables: TableNames, { policy, log = () => {} }: LocalStackOptions) {
  const handler = createFeedbackHandler({
    variables: {
      SUPPRESSIONS_TABLE: tables.suppressionsTable,
      REPUTATION_TABLE: tables.reputationTable,
      TOPICS: streams.map((name) => `${prefix}-${name}`).join(','),
    },
    log,
    ...(policy && { policy }),
  });
  const invoke: LambdaFunction = async (event) => {
    const end = Date.now() + functionTime;
    const context = {
      invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${prefix}-${stream}`,
      getRemainingTimeInMillis: () => end - Date.now(),
    };
    // middy answers what the middleware made of the result; its type tells of the result.
    return (await handler(event, context as Context)) as unknown as SQSBatchResponse;
  };
  return invoke;
}

/** A message in a queue: what was published, and what SQS knows of it. */
type Message = { readonly id: string; readonly published: Published; readonly sentAt: number; receives: number };

/** A queue with its trigger, which calls the function with what has come in meanwhile, one batch at a time. */
function startQueue(stream: Stream, invoke: LambdaFunction, deadLetters: DeadLetter[]) {
  const timers = new Set<NodeJS.Timeout>();
  const arrived: Message[] = [];
  let taken = 0;
  let isPolling = false;
  let isOpen = true;

  function put(message: Message, after: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      arrived.push(message);
      void poll();
    }, after);
    timers.add(timer);
  }

  async function poll(): Promise<void> {
    if (isPolling) return;
    isPolling = true;
    while (isOpen && arrived.length > 0) await deliver(arrived.splice(0));
    isPolling = false;
  }

  async function deliver(batch: readonly Message[]): Promise<void> {
    for (const message of batch) message.receives++;
    const failed = await invoke({ Records: batch.map((message) => toRecord(message, stream)) }).then(
      ({ batchItemFailures }) => new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
      // Where the function throws, Lambda gives all of the batch back.
      () => new Set(batch.map(({ id }) => id)),
    );
    for (const message of batch.filter(({ id }) => failed.has(id))) {
      if (message.receives < maxReceives) put(message, again);
      else deadLetters.push({ ...message.published, reason: `${stream} could not take it ${maxReceives} times` });
    }
  }

  const settle = async () => {
    while (timers.size > 0 || isPolling) await sleep(5);
  };
  return {
    settle,
    take(published: Published) {
      const [id, sentAt] = [randomUUID(), Date.now()];
      put({ id, published, sentAt, receives: 0 }, transit);
      if (taken++ % 2 === 0) put({ id, published, sentAt, receives: 0 }, transit + again);
    },
    /** What is under way is waited for, what waits is dropped. */
    async close() {
      isOpen = false;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await settle();
    },
  };
}

/** As SQS hands over what SNS delivers without "raw message delivery". */
function toRecord({ id, published, sentAt, receives }: Message, stream: Stream): SQSRecord {
  const { topicArn: TopicArn, subject: Subject, message: Message } = published;
  const Timestamp = new Date(sentAt).toISOString();
  const signature = { SignatureVersion: '1', Signature: 'bG9jYWw=', SigningCertURL: 'https://sns.invalid/cert.pem' };
  const envelope = { Type: 'Notification', MessageId: id, TopicArn, Subject, Message, Timestamp, ...signature };
  const body = JSON.stringify({ ...envelope, UnsubscribeURL: 'https://sns.invalid/' });
  return {
    messageId: id,
    receiptHandle: `${id}#${receives}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: String(sentAt + transit),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:${region}:${accountId}:${prefix}-${stream}`,
    awsRegion: region,
  };
}

function topicArn(stream: Stream): string {
  return `arn:aws:sns:${region}:${accountId}:${prefix}-${stream}`;
}

async function deleteTables(tables: TableNames): Promise<void> {
  const client = createDynamoDBClient();
  for (const TableName of Object.values(tables)) await client.send(new DeleteTableCommand({ TableName }));
}
