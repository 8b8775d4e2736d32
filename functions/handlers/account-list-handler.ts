import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import policyFile from '../../policy.json' with { type: 'json' };
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
import { createImportFiles, importBucketOf } from '../../shared/aws/s3/import-bucket.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { readAccountListEnvironment } from './environment.ts';
import { writeLogLine } from './log-writer.ts';

/** Kept back from the function's time, in milliseconds: a call under way when the time is up ends within it, far from the alarm's 80 %. */
const reserve = 13_000;
/** Where the caller sets no limit, as `sls invoke local` does not. */
const defaultTime = 59_000;

/** All of it has a default that is right in Lambda; the demo and the tests bring their own. */
export type AccountListHandlerOptions = {
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly policy?: Policy;
  readonly clock?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly log?: SyncLog;
};

/**
 * The function that tells SES's own lists, every minute. Fails, so that its own alarm can see it, where a Region does not answer; not
 * for throttling or the sandbox, which pass.
 */
export function createAccountListHandler({
  variables = process.env,
  policy = readPolicy(policyFile),
  clock = Date.now,
  sleep: wait = async (milliseconds) => sleep(milliseconds),
  log,
}: AccountListHandlerOptions = {}) {
  const { suppressionsTable, reputationTable, importBucket, logFormat, stack } = readAccountListEnvironment(variables);
  const client = createDynamoDBClient();
  const tables = { client, suppressionsTable, reputationTable, shard: 0, clock };
  const { mode, regions } = policy.accountList;
  const lists = createAccountLists(regions);
  // Of this container: whoever comes first in the next minute is somebody else.
  const failing = new Set<string>();
  const print = (entry: SyncLogEntry) =>
    writeLogLine(logFormat === 'json' ? JSON.stringify(withSyncMetric(entry, clock(), stack)) : formatSyncEntry(entry));
  return async (_event: unknown, context: Partial<Context> = {}): Promise<readonly SyncEntry[] | undefined> => {
    if (mode === 'off') return undefined;
    const time = context.getRemainingTimeInMillis?.() ?? defaultTime;
    const end = clock() + time - reserve;
    const lease = { client, reputationTable, name: 'account-list', owner: randomUUID(), clock };
    const bucket = importBucketOf(importBucket, context.invokedFunctionArn);
    const entries = await withLease(lease, time, () =>
      syncAccountLists({
        store: createSuppressionTable({ ...tables, newVersion: randomUUID }),
        outbox: createOutboxIndex({ client, suppressionsTable, reputationTable, regions }),
        lists,
        failing,
        // An import job reads from its own Region alone, and there is a bucket in one.
        files: new Map(bucket === undefined ? [] : [[homeRegion, createImportFiles(bucket)] as const]),
        policy,
        clock,
        sleep: wait,
        remaining: () => end - clock(),
        newId: randomUUID,
        log: log ?? print,
      }),
    );
    const faults = (entries ?? []).flatMap(({ region, error }) => (error === undefined ? [] : `${region}: ${error}`));
    if (faults.length > 0)
      throw new Error(`SES's list could not be told: ${faults.join('; ')}. It is tried again every minute.`);
    return entries;
  };
}
