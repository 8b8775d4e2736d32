import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { withLease } from '../../shared/aws/dynamodb/lease.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import { createImportFiles, importBucketOf } from '../../shared/aws/s3/import-bucket.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { type HandlerOptions, readAccountListConfig, readPolicyFile } from './config.ts';
import { startDeadline } from './deadline.ts';
import { writeLogLine } from './log-writer.ts';

/**
 * The reserve lets the slowest running request end before 80 % of the timeout, where the alarm on the function's
 * duration is.
 */
const timing = { reserveMs: 13_000, defaultTimeLimitMs: 59_000 };

export type AccountListHandlerOptions = HandlerOptions & {
  /** @default waits in real time */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** @default writes to stdout */
  readonly log?: SyncLog;
};

/**
 * Returns a Lambda function that syncs the SES account suppression lists, to be invoked every minute. It throws if the
 * list of a Region could not be updated, so that the alarm on the function's errors goes off. Throttling and the SES
 * sandbox are not errors.
 */
export function createAccountListHandler({
  variables = process.env,
  policy = readPolicyFile(),
  clock = Date.now,
  sleep: wait = async (milliseconds) => sleep(milliseconds),
  log,
}: AccountListHandlerOptions = {}) {
  const { suppressionsTable, reputationTable, importBucket, logFormat, stack } = readAccountListConfig(variables);
  const client = createDynamoDBClient();
  const tables = { client, suppressionsTable, reputationTable, shard: 0, clock };
  const { mode, regions } = policy.accountList;
  const lists = createAccountLists(regions);
  // Kept for the life of the container, so that addresses that failed do not come first in the next run again.
  const failing = new Set<string>();
  const print = (entry: SyncLogEntry) =>
    writeLogLine(logFormat === 'json' ? JSON.stringify(withSyncMetric(entry, clock(), stack)) : formatSyncEntry(entry));
  return async (_event: unknown, context: Partial<Context> = {}): Promise<readonly SyncEntry[] | undefined> => {
    if (mode === 'off') return undefined;
    const { timeLimitMs, remaining } = startDeadline(context, { ...timing, clock });
    const lease = { client, reputationTable, name: 'account-list', owner: randomUUID(), clock };
    const bucket = importBucketOf(importBucket, context.invokedFunctionArn);
    const files = bucket && createImportFiles(bucket, createS3Client({ environment: variables }));
    const entries = await withLease(lease, timeLimitMs, () =>
      syncAccountLists({
        store: createSuppressionTable({ ...tables, newVersion: randomUUID }),
        outbox: createOutboxIndex({ client, suppressionsTable, reputationTable, regions }),
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
      }),
    );
    const errors = (entries ?? []).flatMap(({ region, error }) => (error === undefined ? [] : `${region}: ${error}`));
    if (errors.length > 0) {
      throw new Error(
        `The SES account suppression list could not be updated: ${errors.join('; ')}. The next run, in a minute, tries again.`,
      );
    }
    return entries;
  };
}
