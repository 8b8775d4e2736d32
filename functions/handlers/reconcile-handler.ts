import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import policyFile from '../../policy.json' with { type: 'json' };
import type { ListingStorage } from '../../shared/account-list/read-listing.ts';
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
import { createListingStorage, importBucketOf } from '../../shared/aws/s3/import-bucket.ts';
import { createAccountLists } from '../../shared/aws/ses/account-list.ts';
import { hour } from '../../shared/domain/durations.ts';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { readAccountListEnvironment } from './environment.ts';
import { writeLogLine } from './log-writer.ts';

/** Kept back from the function's time, in milliseconds: for the table, after the lists; and for the end. */
const reserve = { forTable: 240_000, forEnd: 10_000 };
const defaultTime = 900_000;

/** Between two that were finished: it is called every hour, so that one that was not goes on soon. */
const pause = 23 * hour;

/** All of it has a default that is right in Lambda; the tests bring their own. */
export type ReconcileHandlerOptions = {
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly policy?: Policy;
  readonly clock?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly notes?: ListingStorage;
  readonly print?: (line: string) => void;
};

/** The function that holds SES's own lists against the table once a day. Fails where a list could not be read, or a change not be made. */
export function createReconcileHandler({
  variables = process.env,
  policy = readPolicy(policyFile),
  clock = Date.now,
  sleep: wait = async (milliseconds) => sleep(milliseconds),
  notes: ownNotes,
  print = writeLogLine,
}: ReconcileHandlerOptions = {}) {
  const { suppressionsTable, reputationTable, importBucket, logFormat } = readAccountListEnvironment(variables);
  const client = createDynamoDBClient();
  const lists = createAccountLists(policy.accountList.regions);
  return async (_event: unknown, context: Partial<Context> = {}): Promise<ReconcileReport | undefined> => {
    const bucket = importBucketOf(importBucket, context.invokedFunctionArn);
    const storage = ownNotes ?? (bucket === undefined ? inMemory() : createListingStorage(bucket));
    const last = Number((await storage.read('finished')) ?? 0);
    if (last > clock() - pause) return undefined;
    const time = context.getRemainingTimeInMillis?.() ?? defaultTime;
    const end = clock() + time - reserve.forEnd;
    const lease = { client, reputationTable, name: 'reconcile', owner: randomUUID(), clock };
    const report = await withLease(lease, time, () =>
      reconcile({
        store: createSuppressionTable({
          client,
          suppressionsTable,
          reputationTable,
          shard: 0,
          clock,
          newVersion: randomUUID,
        }),
        lists,
        storage,
        records: () =>
          scanRecords({
            client,
            suppressionsTable,
            onUnreadable: (records) => print(JSON.stringify({ kind: 'damaged', records })),
          }),
        policy,
        clock,
        random: Math.random,
        sleep: wait,
        remaining: () => end - clock(),
        remainingToRead: () => end - reserve.forTable - clock(),
        isDryRun: false,
        progress: () => {},
      }),
    );
    // Two at once would write over each other's notes.
    if (report === undefined) return undefined;
    print(logFormat === 'json' ? JSON.stringify({ kind: 'reconcile', ...report }) : formatReconcileReport(report));
    if (isReconcileComplete(report)) await storage.write('finished', String(clock()));
    const faults = report.regions.flatMap(({ region, reason }) => (reason === undefined ? [] : `${region}: ${reason}`));
    // That there was no time is no fault: the next run goes on.
    if (faults.length > 0 || report.error !== undefined)
      throw new Error(`SES's list could not be reconciled: ${[...faults, report.error ?? []].flat().join('; ')}`);
    return report;
  };
}

function inMemory(): ListingStorage {
  const texts = new Map<string, string>();
  return {
    read: async (name) => texts.get(name),
    write: async (name, text) => void texts.set(name, text),
    remove: async (name) => void texts.delete(name),
  };
}
