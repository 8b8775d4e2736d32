import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { syncAccountLists } from '../../shared/account-list/sync.ts';
import {
  formatSyncEntry,
  type SyncEntry,
  type SyncLog,
  type SyncLogEntry,
  withSyncMetric,
} from '../../shared/account-list/sync-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createIncidentReader } from '../../shared/aws/dynamodb/incident-reader.ts';
import { withLease } from '../../shared/aws/dynamodb/lease.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { createStatusChangeOutbox } from '../../shared/aws/dynamodb/status-change-outbox.ts';
import { listSuppressed } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { bucketNameOf } from '../../shared/aws/s3/bucket-name.ts';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import { createImportFiles } from '../../shared/aws/s3/import-bucket.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import { createStatusTopic } from '../../shared/aws/sns/status-topic.ts';
import { parseFunctionArn, topicArnOf } from '../../shared/domain/arn.ts';
import { describeError } from '../../shared/domain/describe-error.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { holdEarlierBounces } from '../../shared/incidents/hold-earlier-bounces.ts';
import { type PublishDependencies, publishChanges } from '../../shared/status-changes/publish-changes.ts';
import { type HandlerOptions, readAccountListConfig, readPolicyFile } from './config.ts';
import { startDeadline } from './deadline.ts';
import { writeLogLine } from './log-writer.ts';

/**
 * The reserve lets the slowest running request end before 80 % of the timeout, where the alarm on the function's
 * duration is.
 */
const timing = { reserveMs: 13_000, defaultTimeLimitMs: 59_000 };

/** The parts of a run in which changes of status are published and bounces of outages are held. The rest is for the account suppression lists. */
const publishTimeMs = 20_000;
const holdTimeMs = 10_000;

export type AccountListHandlerOptions = HandlerOptions & {
  /** @default waits in real time */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** @default writes to stdout */
  readonly log?: SyncLog;
  /** Publishes changes of status. @default the status topic of the stack */
  readonly publish?: PublishDependencies['publish'];
};

/**
 * Returns a Lambda function that empties the outbox, to be invoked every minute: it publishes changes of status, if the
 * policy says so, and syncs the SES account suppression lists. It throws if a change could not be published, or if the
 * list of a Region could not be updated, so that the alarm on the function's errors goes off. Throttling by SES and the
 * SES sandbox are not errors.
 */
export function createAccountListHandler({
  variables = process.env,
  policy = readPolicyFile(),
  clock = Date.now,
  sleep: wait = async (milliseconds) => sleep(milliseconds),
  log,
  publish,
}: AccountListHandlerOptions = {}) {
  const config = readAccountListConfig(variables);
  const { suppressionsTable, reputationTable, importBucket, logFormat, stack, statusTopic } = config;
  if (policy.publishStatusChanges && publish === undefined && statusTopic === '') {
    throw new Error(
      'policy.json publishes changes of status, but STATUS_TOPIC is not set. Set it under "environment" in serverless.yml.',
    );
  }
  const client = createDynamoDBClient();
  const tables = { client, suppressionsTable, reputationTable };
  const { mode, regions } = policy.accountList;
  const lists = createAccountLists(regions);
  // Kept for the life of the container, so that addresses that failed do not come first in the next run again.
  const failing = new Set<string>();
  const heldUntil = new Map<string, number>();
  const incidents = createIncidentReader({ client, reputationTable, clock });
  const store = createSuppressionTable({
    ...tables,
    shard: 0,
    clock,
    newVersion: randomUUID,
    publishesChanges: policy.publishStatusChanges,
  });
  const print = (entry: SyncLogEntry) =>
    writeLogLine(logFormat === 'json' ? JSON.stringify(withSyncMetric(entry, clock(), stack)) : formatSyncEntry(entry));
  const publishTo = (functionArn: string | undefined) => {
    const own = parseFunctionArn(functionArn);
    return createStatusTopic({ client: new SNSClient(), topicArn: own ? topicArnOf(statusTopic, own) : statusTopic });
  };

  async function publishStatusChanges(remaining: () => number, functionArn: string | undefined): Promise<string[]> {
    if (!policy.publishStatusChanges) return [];
    const end = clock() + publishTimeMs;
    try {
      const { error } = await publishChanges({
        outbox: createStatusChangeOutbox({ client, suppressionsTable }),
        publish: publish ?? publishTo(functionArn),
        clock,
        remaining: () => Math.min(remaining(), end - clock()),
      });
      if (error === undefined) return [];
      return [`Changes of status could not be published: ${error}.`];
    } catch (error) {
      return [`Changes of status could not be published: ${describeError(error)}.`];
    }
  }

  /** Returns the error, because the other work of a run does not wait for it. */
  async function holdBouncesOfOutages(remaining: () => number): Promise<string[]> {
    const end = clock() + holdTimeMs;
    try {
      const held = await holdEarlierBounces({
        incidents,
        suppressed: (period) => listSuppressed({ client, suppressionsTable, clock, withTenants: true }, period),
        store,
        progress: heldUntil,
        policy,
        clock,
        remaining: () => Math.min(remaining(), end - clock()),
      });
      if (held > 0) writeHeld(held);
      return [];
    } catch (error) {
      return [`The bounces of an outage could not be given an end: ${describeError(error)}.`];
    }
  }

  function writeHeld(addresses: number): void {
    if (logFormat === 'json') writeLogLine(JSON.stringify({ kind: 'held', addresses }));
    else writeLogLine(`bounces of an outage that suppress for a time only: ${addresses}`);
  }

  async function sync(remaining: () => number, functionArn: string | undefined): Promise<readonly SyncEntry[]> {
    if (mode === 'off') return [];
    const bucket = bucketNameOf(importBucket, functionArn);
    const files = bucket && createImportFiles(bucket, createS3Client({ environment: variables }));
    return syncAccountLists({
      store,
      outbox: createOutboxIndex({ ...tables, regions }),
      lists,
      failing,
      // SES imports files only from a bucket in the same Region, and the stack has one bucket.
      files: new Map(files ? [[homeRegion, files]] : []),
      policy,
      clock,
      sleep: wait,
      remaining,
      newId: randomUUID,
      log: log ?? print,
    });
  }

  return async (
    _event: unknown,
    { invokedFunctionArn, ...context }: Partial<Context> = {},
  ): Promise<readonly SyncEntry[] | undefined> => {
    if (mode === 'off' && !policy.publishStatusChanges && policy.hard.incidentHours === 0) return undefined;
    const { timeLimitMs, remaining } = startDeadline(context, { ...timing, clock });
    const lease = { client, reputationTable, name: 'account-list', owner: randomUUID(), clock };
    return withLease(lease, timeLimitMs, async () => {
      const errors = await holdBouncesOfOutages(remaining);
      errors.push(...(await publishStatusChanges(remaining, invokedFunctionArn)));
      const entries = await sync(remaining, invokedFunctionArn);
      const failed = entries.flatMap(({ region, error }) => (error === undefined ? [] : `${region}: ${error}`));
      if (failed.length > 0)
        errors.push(`The SES account suppression list could not be updated: ${failed.join('; ')}.`);
      if (errors.length > 0) throw new Error(`${errors.join(' ')} The next run, in a minute, tries again.`);
      return entries;
    });
  };
}
