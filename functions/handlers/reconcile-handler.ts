import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import type { ListingStorage } from '../../shared/account-list/listing-pages.ts';
import { reconcile } from '../../shared/account-list/reconcile.ts';
import {
  formatReconcileReport,
  isReconcileComplete,
  type ReconcileReport,
} from '../../shared/account-list/reconcile-report.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { withLease } from '../../shared/aws/dynamodb/lease.ts';
import { scanRecords } from '../../shared/aws/dynamodb/scan.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { bucketNameOf } from '../../shared/aws/s3/bucket-name.ts';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import { createDeliveryMergeFiles } from '../../shared/aws/s3/delivery-merge.ts';
import { createListingStorage } from '../../shared/aws/s3/import-bucket.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import { mergeDeliveries } from '../../shared/deliveries/merge-deliveries.ts';
import { describeError } from '../../shared/domain/describe-error.ts';
import { hour } from '../../shared/domain/durations.ts';
import { type HandlerOptions, readAccountListConfig, readPolicyFile } from './config.ts';
import { startDeadline } from './deadline.ts';
import { writeLogLine } from './log-writer.ts';

const timing = { reserveMs: 10_000, defaultTimeLimitMs: 900_000 };

/** Time kept back, after the lists are read, to compare them with the table. */
const compareReserveMs = 240_000;

/** The part of a run in which new deliveries are merged. */
const mergeTimeMs = 240_000;

/** The time between two complete runs. The function is invoked every hour, so that an incomplete run continues soon. */
const intervalMs = 23 * hour;

export type ReconcileHandlerOptions = HandlerOptions & {
  /** @default waits in real time */
  readonly sleep?: (milliseconds: number) => Promise<void>;
  /** Where the pages of a listing are kept between two runs. @default the stack's import bucket */
  readonly storage?: ListingStorage;
  /** Writes one line to the log. @default writes to stdout */
  readonly print?: (line: string) => void;
};

/**
 * Returns a Lambda function that reconciles the SES account suppression lists with the table once a day. It throws if a
 * list could not be read, or a change could not be made, so that the alarm on the function's errors goes off.
 */
export function createReconcileHandler({
  variables = process.env,
  policy = readPolicyFile(),
  clock = Date.now,
  sleep: wait = async (milliseconds) => sleep(milliseconds),
  storage: givenStorage,
  print = writeLogLine,
}: ReconcileHandlerOptions = {}) {
  const { suppressionsTable, reputationTable, importBucket, logFormat } = readAccountListConfig(variables);
  const client = createDynamoDBClient();
  const tables = { client, suppressionsTable, reputationTable, shard: 0, clock };
  const lists = createAccountLists(policy.accountList.regions);

  /** Returns the error: the lists do not wait for the memory of deliveries. */
  async function mergeMemory(context: Partial<Context>): Promise<string | undefined> {
    const bucket = bucketNameOf(importBucket, context.invokedFunctionArn);
    if (!policy.rememberDeliveries || bucket === undefined) return undefined;
    const { timeLimitMs } = startDeadline(context, { ...timing, clock });
    const end = clock() + mergeTimeMs;
    const files = createDeliveryMergeFiles(bucket, createS3Client({ environment: variables }));
    const lease = { client, reputationTable, name: 'deliveries', owner: randomUUID(), clock };
    try {
      const report = await withLease(lease, timeLimitMs, () =>
        mergeDeliveries({ files, clock, remaining: () => end - clock() }),
      );
      if (report !== undefined) print(JSON.stringify({ kind: 'deliveries', ...report }));
      return undefined;
    } catch (error) {
      return `The memory of deliveries could not be updated: ${describeError(error)}. The next run, within an hour, tries again.`;
    }
  }

  return async (event: unknown, context: Partial<Context> = {}): Promise<ReconcileReport | undefined> => {
    const error = await mergeMemory(context);
    const report = await reconcileOnceADay(event, context);
    if (error !== undefined) throw new Error(error);
    return report;
  };

  async function reconcileOnceADay(_event: unknown, context: Partial<Context>): Promise<ReconcileReport | undefined> {
    const storage = givenStorage ?? openStorage(bucketNameOf(importBucket, context.invokedFunctionArn), variables);
    const finishedAt = Number((await storage.read('finished')) ?? 0);
    if (finishedAt > clock() - intervalMs) return undefined;
    const { timeLimitMs, remaining } = startDeadline(context, { ...timing, clock });
    const lease = { client, reputationTable, name: 'reconcile', owner: randomUUID(), clock };
    const report = await withLease(lease, timeLimitMs, () =>
      reconcile({
        store: createSuppressionTable({
          ...tables,
          newVersion: randomUUID,
          publishesChanges: policy.publishStatusChanges,
        }),
        lists,
        storage,
        records: (isWanted, withTenants) =>
          scanRecords({
            client,
            suppressionsTable,
            isWanted,
            withTenants,
            onUnreadable: (records) => print(JSON.stringify({ kind: 'damaged', records })),
          }),
        policy,
        clock,
        random: Math.random,
        sleep: wait,
        remaining,
        remainingToRead: () => remaining() - compareReserveMs,
        isDryRun: false,
        progress: () => {},
      }),
    );
    // Another run has the lease. Two runs at once would overwrite each other's listing.
    if (report === undefined) return undefined;
    print(logFormat === 'json' ? JSON.stringify({ kind: 'reconcile', ...report }) : formatReconcileReport(report));
    if (isReconcileComplete(report)) await storage.write('finished', String(clock()));
    const errors = report.regions.flatMap(({ region, reason }) => (reason === undefined ? [] : `${region}: ${reason}`));
    if (report.tenants?.reason !== undefined) errors.push(`tenants: ${report.tenants.reason}`);
    // Running out of time is not an error: the next run continues.
    if (errors.length > 0 || report.error !== undefined) {
      const reasons = [...errors, report.error ?? []].flat().join('; ');
      throw new Error(
        `The SES account suppression list could not be reconciled: ${reasons}. The next run, within an hour, tries again.`,
      );
    }
    return report;
  }
}

/** A local invocation has no bucket. It keeps the listing in memory. */
function openStorage(
  bucket: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): ListingStorage {
  if (bucket !== undefined) return createListingStorage(bucket, createS3Client({ environment }));
  const texts = new Map<string, string>();
  return {
    read: async (name) => texts.get(name),
    write: async (name, text) => void texts.set(name, text),
    remove: async (name) => void texts.delete(name),
  };
}
