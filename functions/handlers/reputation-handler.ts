import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import policyFile from '../../policy.json' with { type: 'json' };
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { createAccountMetrics } from '../../shared/aws/ses/account-metrics.ts';
import { createNoticeTopic } from '../../shared/aws/sns/notice-topic.ts';
import { topicArnOf } from '../../shared/domain/arn.ts';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import type { NoticeMessage } from '../../shared/domain/reputation/format-notice.ts';
import type { EvaluateDependencies } from '../../shared/monitoring/evaluate.ts';
import { evaluate } from '../../shared/monitoring/evaluate.ts';
import { type EvaluationEntry, formatMonitoringEntry } from '../../shared/monitoring/log-entry.ts';
import { readReputationEnvironment } from './environment.ts';
import { writeLogLine } from './log-writer.ts';

/** Kept back from the function's time, in milliseconds: what is begun then is ended. */
const reserve = 5000;
/** Where the caller sets no limit, as `sls invoke local` does not. */
const defaultTime = 50_000;

/** All of it has a default that is right in Lambda; the demo and the tests bring their own. */
export type ReputationHandlerOptions = {
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly policy?: Policy;
  readonly clock?: () => number;
  readonly log?: EvaluateDependencies['log'];
  /** What stands in for SES and CloudWatch, and for the topic. */
  readonly observe?: EvaluateDependencies['observe'];
  readonly sending?: EvaluateDependencies['sending'];
  readonly publish?: EvaluateDependencies['publish'];
};

/** The function that looks at the rates every minute. Fails, so that its own alarm can see it, where a scope could not be judged. */
export function createReputationHandler({
  variables = process.env,
  policy = readPolicy(policyFile),
  clock = Date.now,
  log,
  ...own
}: ReputationHandlerOptions = {}) {
  const { reputationTable, alarmTopic, logFormat, volumeQueue, stack } = readReputationEnvironment(variables);
  const print: EvaluateDependencies['log'] = (entry) =>
    writeLogLine(logFormat === 'json' ? JSON.stringify(entry) : formatMonitoringEntry(entry));
  const client = createDynamoDBClient();
  // Each call is bounded, and so are all together: a minute later somebody else looks.
  const patience = {
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
  };
  const observer = createAccountMetrics({
    cloudWatch: new CloudWatchClient(patience),
    ses: new SESv2Client(patience),
    withSends: policy.sendsFrom === 'ses',
    ...(volumeQueue !== undefined && { volumeQueue }),
    onError: (what, reason) => (log ?? print)({ kind: 'fault', what, reason }),
  });
  const sns = new SNSClient(patience);
  const publishTo = (functionArn = '') =>
    alarmTopic === ''
      ? async ({ parts }: NoticeMessage) => writeLogLine(parts.default ?? '')
      : createNoticeTopic({ client: sns, topicArn: topicArnOf(alarmTopic, functionArn) });
  return async (_event: unknown, context: Partial<Context> = {}): Promise<EvaluationEntry> => {
    const end = Date.now() + (context.getRemainingTimeInMillis?.() ?? defaultTime) - reserve;
    const signal = AbortSignal.timeout(Math.max(0, end - Date.now()));
    const result = await evaluate({
      store: createReputationTable({ client, reputationTable, clock, signal }),
      observe: own.observe ?? observer.observe,
      sending: own.sending ?? observer.sending,
      publish: own.publish ?? publishTo(context.invokedFunctionArn),
      policy,
      clock,
      remaining: () => end - Date.now(),
      table: reputationTable,
      stack,
      log: log ?? print,
    });
    if (result.skipped > 0)
      throw new Error(`There was no time for ${result.skipped} scopes. Give the function more memory.`);
    if (result.failed > 0) throw new Error(`${result.failed} scopes could not be judged or told of: ${result.reason}`);
    return result;
  };
}
