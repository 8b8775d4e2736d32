import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createCounterTable } from '../../shared/aws/dynamodb/counter-table.ts';
import { createRelayTable } from '../../shared/aws/dynamodb/relay-table.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { bucketNameOf } from '../../shared/aws/s3/bucket-name.ts';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import { createInboundBucket } from '../../shared/aws/s3/inbound-bucket.ts';
import { createNoticeTopic } from '../../shared/aws/sns/notice-topic.ts';
import { createRelayQueue } from '../../shared/aws/sqs/relay-queue.ts';
import { readRelaySecret } from '../../shared/aws/ssm/relay-secret.ts';
import { domainOf, parseAddress } from '../../shared/domain/address.ts';
import { parseFunctionArn, topicArnOf } from '../../shared/domain/arn.ts';
import { hour } from '../../shared/domain/durations.ts';
import { describeUnreadableRecipients } from '../../shared/domain/explain.ts';
import { recipientEntry, toJsonLine } from '../../shared/ingest/log-entry.ts';
import { type ProcessReportDependencies, processReport } from '../../shared/ingest/process-report.ts';
import type { RecipientResult } from '../../shared/relay/delivery-state.ts';
import { formatFailures } from '../../shared/relay/format-failures.ts';
import type { RelayLogEntry } from '../../shared/relay/log-entry.ts';
import { type RelayFailure, relayEmails } from '../../shared/relay/relay-emails.ts';
import { createMailServer } from '../../shared/smtp/mail-server.ts';
import { type HandlerOptions, readPolicyFile } from './config.ts';
import { startDeadline } from './deadline.ts';
import { writeLogLine } from './log-writer.ts';
import { readRelayConfig } from './relay-config.ts';

/** Enough to store what became of an email when the time is over. */
const timing = { reserveMs: 10_000, defaultTimeLimitMs: 300_000 };

/** The number of the counter items for one scope and hour, as in the functions of feedback. */
const shards = 4;

export type RelayHandlerOptions = HandlerOptions & {
  /** @default writes to stdout */
  readonly print?: (line: string) => void;
};

/**
 * Returns a Lambda function that delivers inbound emails to a mail server, and processes those that are reports. The response names the
 * messages that are not done.
 */
export function createRelayHandler({
  variables = process.env,
  policy = readPolicyFile(),
  clock = Date.now,
  print = writeLogLine,
}: RelayHandlerOptions = {}) {
  const config = readRelayConfig(variables);
  const { suppressionsTable, reputationTable, stack } = config;
  const dynamoDB = createDynamoDBClient();
  const s3 = createS3Client({ environment: variables });
  const [sqs, sns, ssm] = [new SQSClient({}), new SNSClient({}), new SSMClient({})];
  const queue = createRelayQueue(sqs, { queue: config.queue, deadLetters: config.deadLetterQueue });
  const tables = { client: dynamoDB, suppressionsTable, reputationTable, clock };
  const log = (entry: RelayLogEntry) => print(JSON.stringify(entry));

  return async ({ Records }: SQSEvent, context: Partial<Context> = {}): Promise<SQSBatchResponse> => {
    const deadline = startDeadline(context, { ...timing, clock });
    const function_ = parseFunctionArn(context.invokedFunctionArn);
    // A local invocation has no account: the bucket has the name that is configured.
    const bucket = bucketNameOf(config.bucket, context.invokedFunctionArn) ?? config.bucket;
    const secret = config.secret === '' ? { returnPathKeys: [] } : await readRelaySecret(ssm, config.secret);
    const { user, password, ca, returnPathKeys } = secret;
    const server = createMailServer({
      host: config.host,
      port: config.port,
      encryption: config.encryption,
      ...(user !== undefined && password !== undefined && { login: { user, password } }),
      ...(ca !== undefined && { tls: { ca } }),
      remaining: deadline.remaining,
    });
    const deliveries = createRelayTable({ client: dynamoDB, reputationTable, owner: randomUUID(), clock });
    const reportDependencies: ProcessReportDependencies = {
      store: createSuppressionTable({
        ...tables,
        shard: randomInt(shards),
        newVersion: randomUUID,
        publishesChanges: policy.publishStatusChanges,
      }),
      counters: createCounterTable({ ...tables, shard: randomInt(shards) }),
      policy,
      clock,
      random: Math.random,
      sleep: async (milliseconds) => sleep(milliseconds),
      remaining: deadline.remaining,
      signal: deadline.createSignal(),
      sentEmails: { keys: returnPathKeys, isKnown: () => false },
    };
    const notify = async (failures: readonly RelayFailure[]) => {
      if (function_ === undefined || (await deliveries.claim('notices', clock() + hour)) === undefined) return;
      const { subject, text } = formatFailures(failures, stack);
      const publish = createNoticeTopic({ client: sns, topicArn: topicArnOf(config.alarmTopic, function_) });
      const attributes = { rule: 'relay', metric: 'none', scope: 'account', kind: 'raised', status: 'warning' };
      await publish({ subject, parts: { default: text, email: text }, attributes });
    };
    const unfinished = await relayEmails(
      Records.map(({ messageId: id, receiptHandle: receipt, body }) => ({ id, receipt, body })),
      {
        store: createInboundBucket(bucket, s3),
        bucket,
        prefix: config.prefix,
        deliveries,
        queue,
        server,
        policy,
        isForReports: (recipient) => config.returnPathDomains.includes(domainOf(parseAddress(recipient)?.key ?? '')),
        reports: (recipient, content) => ingestReport(recipient, content, reportDependencies, print),
        notify,
        clock,
        remaining: deadline.remaining,
        log,
      },
    );
    return { batchItemFailures: unfinished.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** @throws Error if the report could not be stored, so that it is processed again */
async function ingestReport(
  recipient: string,
  content: Uint8Array,
  dependencies: ProcessReportDependencies,
  print: (line: string) => void,
): Promise<RecipientResult> {
  const address = parseAddress(recipient);
  const result = await processReport({ content, addresses: address === undefined ? [] : [address] }, dependencies);
  if (result.outcome === 'unreadable') return { kind: 'refused', words: result.reason };
  if (result.outcome === 'ignored') return { kind: 'accepted' };
  for (const { event, result: stored } of result.recipients) {
    if (stored.kind === 'failed') throw new Error(`a report could not be stored: ${stored.reason}`);
    print(toJsonLine(recipientEntry(event, stored)));
  }
  const reason = describeUnreadableRecipients(result.unreadableCount);
  return reason === null ? { kind: 'accepted' } : { kind: 'refused', words: reason };
}
