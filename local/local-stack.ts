import { randomUUID } from 'node:crypto';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { type Stream, streams } from '../cli/stack/stack.ts';
import { createFeedbackHandler } from '../functions/handlers/feedback-handler.ts';
import { createDynamoDBClient } from '../shared/aws/dynamodb/client.ts';
import { defined } from '../shared/domain/defined.ts';
import type { Policy } from '../shared/domain/policy/policy.ts';
import type { FeedbackLog } from '../shared/ingest/log-entry.ts';
import { useLocalAwsEnvironment } from './emulator/aws-environment.ts';
import { type LambdaFunction, type PublishedMessage, startQueue } from './emulator/queue.ts';
import { createTables, type TableNames } from './emulator/tables.ts';
import { type SesSimulator, type SesSimulatorOptions, startSesSimulator } from './ses-simulator/simulator.ts';

/** A message that a function rejected at every attempt, or that SES could not publish, with the reason. */
export type DeadLetter = PublishedMessage & { readonly reason: string };

export type LocalStackOptions = {
  /**
   * Options of the SES simulator.
   * @default events 120 ms after a send, and one API call per second
   */
  readonly ses?: Omit<SesSimulatorOptions, 'publish' | 'accountId' | 'region'>;
  /** @default the policy in policy.json, as in a deployment */
  readonly policy?: Policy;
  /**
   * Receives the log entries of the functions.
   * @default log entries are discarded
   */
  readonly log?: FeedbackLog;
  /**
   * Changes what SES publishes, to break the pipeline on purpose. Returns the message to publish instead, or
   * `undefined` to lose it.
   * @default messages are published unchanged
   */
  readonly intercept?: (published: PublishedMessage) => PublishedMessage | undefined;
};

/**
 * The parts of a deployed stack that process feedback: topics, queues, functions and tables, with a simulator of SES in
 * front.
 */
export type LocalStack = {
  /** The simulated account. Tests read and change its state. */
  readonly ses: SesSimulator;
  readonly tables: TableNames;
  /** `http://127.0.0.1:<port>` each. */
  readonly endpoints: { readonly ses: string; readonly dynamoDB: string };
  readonly region: string;
  /** ARNs. */
  readonly topics: Readonly<Record<Stream, string>>;
  readonly configurationSet: string;
  /** A verified domain. SES accepts emails from any address of this domain. */
  readonly identity: string;
  /** Returns the dead letters so far. */
  deadLetters(): readonly DeadLetter[];
  /**
   * Waits until every message published so far is processed or a dead letter. Does not wait for events SES has not
   * published yet.
   */
  waitUntilIdle(): Promise<void>;
  close(): Promise<void>;
};

const accountId = '123456789012';
const region = 'us-east-1';
const prefix = 'ses-feedback-local';
const identity = 'shop.example.com';

const functionTimeoutMs = 30_000;

/**
 * Starts a whole stack in this process, on the loopback interface: the embedded DynamoDB, a simulator of SES, and
 * between them the handlers of the functions, invoked as SNS, SQS and Lambda would invoke them. SES reports feedback
 * twice, through the configuration set and through the topics of the identity, as in many installations. Every second
 * message is delivered twice, as SQS may do.
 *
 * Sets environment variables that direct all AWS clients of this process to the stack, so only one stack can run at a
 * time.
 *
 * @example
 * const stack = await startLocalStack();
 * stack.ses.mailboxes['ann@example.net'] = 'bounce'; // emails to this address bounce
 * await stack.close();
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const { intercept = (published: PublishedMessage) => published } = options;
  const engine = await useLocalAwsEnvironment();
  const name = `${prefix}-${randomUUID().slice(0, 8)}`;
  const tables = { suppressionsTable: `${name}-suppressions`, reputationTable: `${name}-reputation` };
  await createTables(createDynamoDBClient(), tables);
  const topics = { bounces: topicArn('bounces'), complaints: topicArn('complaints'), volume: topicArn('volume') };
  const deadLetters: DeadLetter[] = [];
  const queues = streams.map((stream) => {
    const reject = (published: PublishedMessage, attempts: number) =>
      deadLetters.push({ ...published, reason: `${stream} failed to process it ${attempts} times` });
    const arn = `arn:aws:sqs:${region}:${accountId}:${prefix}-${stream}`;
    return startQueue({ arn, invoke: createFunction(stream, tables, options), reject });
  });

  const ses = await startSesSimulator({
    eventDelayMs: 120,
    ...options.ses,
    accountId,
    region,
    publish(topic, message, subject) {
      const published = intercept({ topicArn: topic, message, ...defined({ subject }) });
      if (published === undefined) return;
      const queue = queues[streams.findIndex((stream) => topics[stream] === published.topicArn)];
      if (queue === undefined) throw new Error(`There is no topic ${published.topicArn}.`);
      queue.add(published);
    },
  });
  ses.identities[identity] = { isVerified: true, bounceTopic: topics.bounces, complaintTopic: topics.complaints };
  ses.configurationSets[prefix] = {
    destinations: [
      { isEnabled: true, types: ['BOUNCE'], topicArn: topics.bounces },
      { isEnabled: true, types: ['COMPLAINT'], topicArn: topics.complaints },
      { isEnabled: true, types: ['SEND', 'DELIVERY'], topicArn: topics.volume },
    ],
  };
  await ses.publishSetupMessages();

  return {
    ses,
    tables,
    endpoints: { ses: ses.endpoint, dynamoDB: engine.endpoint },
    region,
    topics,
    configurationSet: prefix,
    identity,
    deadLetters: () => [
      ...deadLetters,
      ...ses.unpublished.map(({ error, ...published }) => ({ ...published, reason: String(error) })),
    ],
    async waitUntilIdle() {
      await ses.runDue();
      await Promise.all(queues.map(({ waitUntilIdle }) => waitUntilIdle()));
    },
    async close() {
      await ses.close();
      await Promise.all(queues.map(({ close }) => close()));
      // An engine that ran before (LOCAL_DYNAMODB_ENDPOINT) keeps running, and would keep the tables.
      if (engine.pid === undefined) await deleteTables(tables);
      await engine.stop();
    },
  };
}

/** Returns the deployed handler, with the context Lambda passes to it. */
function createFunction(stream: Stream, tables: TableNames, { policy, log = () => {} }: LocalStackOptions) {
  const handler = createFeedbackHandler({
    variables: {
      SUPPRESSIONS_TABLE: tables.suppressionsTable,
      REPUTATION_TABLE: tables.reputationTable,
      TOPICS: streams.map((name) => `${prefix}-${name}`).join(','),
    },
    log,
    ...defined({ policy }),
  });
  const invoke: LambdaFunction = async (event) => {
    const end = Date.now() + functionTimeoutMs;
    const context = {
      invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${prefix}-${stream}`,
      getRemainingTimeInMillis: () => end - Date.now(),
    };
    // middy's type has the result of the inner handler, but the middleware has already turned it into a batch response.
    return (await handler(event, context as Context)) as unknown as SQSBatchResponse;
  };
  return invoke;
}

function topicArn(stream: Stream): string {
  return `arn:aws:sns:${region}:${accountId}:${prefix}-${stream}`;
}

async function deleteTables(tables: TableNames): Promise<void> {
  const client = createDynamoDBClient();
  for (const TableName of Object.values(tables)) await client.send(new DeleteTableCommand({ TableName }));
}
