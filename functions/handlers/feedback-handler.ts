import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { createIncidentReader } from '../../shared/aws/dynamodb/incident-reader.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { bucketNameOf } from '../../shared/aws/s3/bucket-name.ts';
import { createDeliveryFiles } from '../../shared/aws/s3/delivery-files.ts';
import type { DeliveryMemory } from '../../shared/deliveries/delivery-files.ts';
import { createKnownAddresses } from '../../shared/deliveries/known-addresses.ts';
import { parseFunctionArn, topicArnOf } from '../../shared/domain/arn.ts';
import { defined } from '../../shared/domain/defined.ts';
import type { TrustedSources } from '../../shared/domain/feedback/feedback-event.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { type FeedbackLog, formatFeedbackEntry, toJsonLine } from '../../shared/ingest/log-entry.ts';
import { type BatchResult, processFeedback } from '../../shared/ingest/process-feedback.ts';
import { type HandlerOptions, readFeedbackConfig, readPolicyFile } from './config.ts';
import { startDeadline } from './deadline.ts';
import { writeLogLine } from './log-writer.ts';

/** A short reserve is enough, because a signal aborts the running requests at the deadline. */
const timing = { reserveMs: 3000, defaultTimeLimitMs: 30_000 };

/** The number of counter items for one scope and hour. There are few containers, so few of them write the same item. */
const shards = 4;

export type FeedbackHandlerOptions = HandlerOptions & {
  /** @default writes to stdout */
  readonly log?: FeedbackLog;
  /** The number of the counter items to write, 0 to 3. @default random */
  readonly shard?: number;
};

/**
 * Returns a Lambda function that processes SES feedback from an SQS queue, an SNS topic or an EventBridge bus.
 *
 * For a queue, the response names the messages that failed. SNS and EventBridge only know success and failure: the
 * function throws if any message failed.
 */
export function createFeedbackHandler({
  variables = process.env,
  policy = readPolicyFile(),
  clock = Date.now,
  log,
  shard = randomInt(shards),
}: FeedbackHandlerOptions = {}) {
  const { suppressionsTable, reputationTable, topics, importBucket, logFormat } = readFeedbackConfig(variables);
  const format = logFormat === 'json' ? toJsonLine : formatFeedbackEntry;
  const client = createDynamoDBClient();
  const tables = { client, suppressionsTable, reputationTable, shard, clock };
  const store = createSuppressionTable({
    ...tables,
    newVersion: randomUUID,
    publishesChanges: policy.publishStatusChanges,
  });
  const counters = createCounterTable(tables);
  const incidents = createIncidentReader({ client, reputationTable, clock });
  let memory: DeliveryMemory | undefined;
  /** A local invocation has no bucket, and remembers no deliveries. */
  const openMemory = (functionArn: string | undefined): DeliveryMemory | undefined => {
    const bucket = importBucket && bucketNameOf(importBucket, functionArn);
    if (!policy.rememberDeliveries || !bucket) return undefined;
    const { region = '' } = parseFunctionArn(functionArn) ?? {};
    const files = createDeliveryFiles({ bucket, region, environment: variables }, clock);
    return { append: files.append, known: createKnownAddresses({ files, clock }) };
  };
  // Middy's own early timeout would fail the whole invocation, and with it the messages that are done.
  return middy({ timeoutEarlyInMillis: 0 })
    .use({
      after: (request) => {
        request.response = toResponse(request.response);
      },
    })
    .handler(async (event: unknown, context: Partial<Context>): Promise<BatchResult> => {
      const deadline = startDeadline(context, timing);
      memory ??= openMemory(context.invokedFunctionArn);
      return processFeedback(event, {
        store,
        counters,
        incidents,
        ...defined({ deliveries: memory }),
        policy,
        clock,
        random: Math.random,
        sleep: async (milliseconds) => sleep(milliseconds),
        remaining: deadline.remaining,
        signal: deadline.createSignal(),
        trustedSources: trustedSourcesOf(context, policy, topics),
        log: log ?? ((entry) => writeLogLine(format(entry))),
      });
    });
}

function toResponse({ kind, failed }: BatchResult): SQSBatchResponse | undefined {
  if (kind === 'queue') return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  if (failed.length === 0) return undefined;
  const messages = failed.length === 1 ? '1 message' : `${failed.length} messages`;
  throw new Error(
    `${messages} failed and will be delivered again. For the reasons, see the log entries of this invocation.`,
  );
}

/**
 * Returns the accounts and topics whose feedback is accepted. The function's own ARN names its account. A local
 * invocation has no ARN; it accepts feedback from any account and topic.
 */
function trustedSourcesOf(
  { invokedFunctionArn }: Partial<Context>,
  { allowedAccounts }: Policy,
  topics: readonly string[],
): TrustedSources {
  const own = parseFunctionArn(invokedFunctionArn);
  if (own === undefined) return {};
  return {
    accounts: [own.account, ...allowedAccounts],
    ...(topics.length > 0 && { topics: topics.map((topic) => topicArnOf(topic, own)) }),
  };
}
