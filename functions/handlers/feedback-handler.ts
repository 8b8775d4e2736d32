import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import policyFile from '../../policy.json' with { type: 'json' };
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { topicArnOf } from '../../shared/domain/arn.ts';
import type { TrustedSources } from '../../shared/domain/feedback/feedback-event.ts';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { type FeedbackLog, formatFeedbackEntry, toJsonLine } from '../../shared/ingest/log-entry.ts';
import { type BatchResult, processFeedback } from '../../shared/ingest/process-feedback.ts';
import { readFeedbackEnvironment } from './environment.ts';
import { writeLogLine } from './log-writer.ts';

/** Kept back from the function's time, in milliseconds, for the answer: at its end the call under way is ended, too. */
const reserve = 3000;

/** Where the caller sets no limit, as `sls invoke local` does not. */
const defaultTime = 30_000;

/** Containers are few; this many counter items an hour and scope keep them apart. */
const shards = 4;

/** All of it has a default that is right in Lambda; the demo and the tests bring their own. */
export type FeedbackHandlerOptions = {
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly policy?: Policy;
  readonly clock?: () => number;
  readonly log?: FeedbackLog;
  readonly shard?: number;
};

/**
 * A Lambda function that takes SES feedback from a queue, a topic or a bus.
 *
 * A queue is told which messages failed; SNS and EventBridge, which know only success or not, get an error if any did.
 */
export function createFeedbackHandler({
  variables = process.env,
  policy = readPolicy(policyFile),
  clock = Date.now,
  log,
  shard = randomInt(shards),
}: FeedbackHandlerOptions = {}) {
  const { suppressionsTable, reputationTable, topics, logFormat } = readFeedbackEnvironment(variables);
  const line = logFormat === 'json' ? toJsonLine : formatFeedbackEntry;
  const client = createDynamoDBClient();
  const tables = { client, suppressionsTable, reputationTable, shard, clock };
  const store = createSuppressionTable({ ...tables, newVersion: randomUUID });
  const counters = createCounterTable(tables);
  // middy's own early timeout would end the process, and with it the answer for the records that are done.
  return middy({ timeoutEarlyInMillis: 0 })
    .use({
      after: (request) => {
        request.response = toResponse(request.response);
      },
    })
    .handler(async (event: unknown, context: Partial<Context>): Promise<BatchResult> => {
      const end = Date.now() + (context.getRemainingTimeInMillis?.() ?? defaultTime) - reserve;
      return processFeedback(event, {
        store,
        counters,
        policy,
        clock,
        random: Math.random,
        sleep: async (milliseconds) => sleep(milliseconds),
        remaining: () => end - Date.now(),
        signal: AbortSignal.timeout(Math.max(0, end - Date.now())),
        trustedSources: oursOf(context, policy, topics),
        log: log ?? ((entry) => writeLogLine(line(entry))),
      });
    });
}

function toResponse({ kind, failed }: BatchResult): SQSBatchResponse | undefined {
  if (kind === 'queue') return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  if (failed.length === 0) return undefined;
  throw new Error(`${failed.length} of the messages failed: the log lines above say why. To be delivered again.`);
}

/** A function's own ARN names the account it runs in. There is none in a local invocation, and any account and topic will do. */
function oursOf(
  { invokedFunctionArn = '' }: Partial<Context>,
  { allowedAccounts }: Policy,
  topics?: readonly string[],
): TrustedSources {
  const own = /^arn:[^:]+:lambda:[^:]+:(\d{12}):function:/.exec(invokedFunctionArn)?.[1];
  if (own === undefined) return {};
  return {
    accounts: [own, ...allowedAccounts],
    ...(topics && { topics: topics.map((topic) => topicArnOf(topic, invokedFunctionArn)) }),
  };
}
