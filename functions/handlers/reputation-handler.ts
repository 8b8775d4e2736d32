import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { readAccountFigures } from '../../shared/aws/ses/account-figures.ts';
import { createAccountMetrics } from '../../shared/aws/ses/account-metrics.ts';
import { createSendingEntities } from '../../shared/aws/ses/sending-entities.ts';
import { createNoticeTopic } from '../../shared/aws/sns/notice-topic.ts';
import { parseFunctionArn, topicArnOf } from '../../shared/domain/arn.ts';
import { defined } from '../../shared/domain/defined.ts';
import { describeError } from '../../shared/domain/describe-error.ts';
import { isObject } from '../../shared/domain/is-object.ts';
import { scopeOfResource } from '../../shared/domain/reputation/entity-status.ts';
import type { NoticeMessage } from '../../shared/domain/reputation/format-notice.ts';
import { type EvaluateDependencies, evaluateScopes } from '../../shared/monitoring/evaluate.ts';
import { type EvaluationEntry, formatMonitoringEntry } from '../../shared/monitoring/log-entry.ts';
import { type HandlerOptions, readPolicyFile, readReputationConfig } from './config.ts';
import { startDeadline } from './deadline.ts';
import { writeLogLine } from './log-writer.ts';

/** A short reserve is enough, because a signal aborts the running requests to DynamoDB at the deadline. */
const timing = { reserveMs: 5000, defaultTimeLimitMs: 50_000 };

/** Slow requests end early, because the next run starts within a minute. */
const clientOptions = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
};

export type ReputationHandlerOptions = HandlerOptions & {
  /** @default writes to stdout */
  readonly log?: EvaluateDependencies['log'];
  /** Reads the figures of SES. @default SES and CloudWatch */
  readonly observe?: EvaluateDependencies['observe'];
  /** Reads what SES has published about the account for weeks. @default CloudWatch */
  readonly readFigures?: EvaluateDependencies['readFigures'];
  /** Pauses and checks tenants and configuration sets. @default SES */
  readonly sending?: EvaluateDependencies['sending'];
  /** Reads what SES has paused, and has findings about. @default SES */
  readonly readEntities?: EvaluateDependencies['readEntities'];
  /** Publishes a notice. @default the alarm topic, or stdout if the stack has none */
  readonly publish?: EvaluateDependencies['publish'];
};

/**
 * Returns a Lambda function that evaluates the rates, to be invoked every minute, and at once when SES publishes an event about a sending
 * status or a finding. It throws if a scope could not be evaluated, or a notice could not be published, so that the alarm on the function's
 * errors goes off.
 */
export function createReputationHandler({
  variables = process.env,
  policy = readPolicyFile(),
  clock = Date.now,
  log,
  ...ports
}: ReputationHandlerOptions = {}) {
  const { reputationTable, alarmTopic, logFormat, volumeQueue, stack } = readReputationConfig(variables);
  const print: EvaluateDependencies['log'] = (entry) =>
    writeLogLine(logFormat === 'json' ? JSON.stringify(entry) : formatMonitoringEntry(entry));
  const client = createDynamoDBClient();
  const ses = new SESv2Client(clientOptions);
  const cloudWatch = new CloudWatchClient(clientOptions);
  const metrics = createAccountMetrics({
    cloudWatch,
    ses,
    withDeadLetters: policy.autoPause.enabled,
    ...defined({ volumeQueue }),
    onError: (subject, reason) => (log ?? print)({ kind: 'error', subject, reason }),
  });
  const entities = createSendingEntities({ ses });
  const readEntities: EvaluateDependencies['readEntities'] = () =>
    entities.readEntities().catch((error: unknown) => {
      const subject = 'the sending status of the tenants';
      (log ?? print)({ kind: 'error', subject, reason: describeError(error) });
      return undefined;
    });
  const sns = new SNSClient(clientOptions);
  const publishTo = (functionArn: string | undefined) => {
    if (alarmTopic === '') return async ({ parts }: NoticeMessage) => writeLogLine(parts.default ?? '');
    const own = parseFunctionArn(functionArn);
    return createNoticeTopic({ client: sns, topicArn: own ? topicArnOf(alarmTopic, own) : alarmTopic });
  };
  return async (event: unknown, context: Partial<Context> = {}): Promise<EvaluationEntry> => {
    const { remaining, createSignal } = startDeadline(context, timing);
    const entry = await evaluateScopes({
      store: createReputationTable({ client, reputationTable, clock, signal: createSignal() }),
      observe: ports.observe ?? metrics.observe,
      readFigures: ports.readFigures ?? ((now) => readAccountFigures(cloudWatch, now)),
      sending: ports.sending ?? entities.sending,
      readEntities: ports.readEntities ?? readEntities,
      urgentScopes: scopesInEvent(event),
      publish: ports.publish ?? publishTo(context.invokedFunctionArn),
      policy,
      clock,
      remaining,
      stack,
      ...defined({ region: parseFunctionArn(context.invokedFunctionArn)?.region }),
      log: log ?? print,
    });
    if (entry.skipped > 0) {
      const scopes = entry.skipped === 1 ? '1 scope' : `${entry.skipped} scopes`;
      throw new Error(
        `There was no time to evaluate ${scopes}. Raise memorySize for the function reputation in serverless.yml: with more memory, the function also has more CPU.`,
      );
    }
    if (entry.failed > 0) {
      const scopes = entry.failed === 1 ? '1 scope' : `${entry.failed} scopes`;
      throw new Error(
        `${scopes} could not be evaluated or announced: ${entry.reason}. The next run, in a minute, tries again.`,
      );
    }
    return entry;
  };
}

/**
 * Returns the scopes of the tenants that an event of SES on the EventBridge bus is about. What the event says is not
 * trusted: SES is asked.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ses.html
 */
function scopesInEvent(event: unknown): string[] {
  const { source, resources } = isObject(event) ? event : {};
  if (source !== 'aws.ses' || !Array.isArray(resources)) return [];
  return resources.flatMap((arn) => scopeOfResource(String(arn)) ?? []);
}
