import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { accumulate } from '../../shared/domain/aws-window/cumulative.ts';
import { describeOutlook } from '../../shared/domain/aws-window/describe-outlook.ts';
import { fitWindow } from '../../shared/domain/aws-window/fit-window.ts';
import { type Outlook, outlookOf, type RateOutlook } from '../../shared/domain/aws-window/outlook.ts';
import type { RateName } from '../../shared/domain/reputation/rate-name.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { readHistoryCsv } from '../io/history-csv.ts';
import { readMetricCsv } from '../io/metric-csv.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { awsWindowJson, describeAwsWindow, noLedger, readAwsWindow } from '../status/aws-window-status.ts';
import { importHistory } from '../status/import-history.ts';

export type AwsWindowOptions = StackOptions & {
  readonly history?: string;
  readonly metric?: string;
  readonly import?: string;
  readonly json?: true;
};

/** Version of the JSON that the command prints about a stack. */
const schemaVersion = 1;

/** Runs the command `aws-window`: about exported data, or about a stack. Exit code 3: the ledger of the stack was never written. */
export async function awsWindowCommand(options: AwsWindowOptions, io: CliIO): Promise<ExitCode> {
  const { history, metric, import: file } = options;
  if (history !== undefined && metric !== undefined && file === undefined)
    return fitExported({ history, metric, json: options.json }, io);
  if (history !== undefined || metric !== undefined)
    throw new UsageError('--history and --metric go together, and without --import.');
  const { stack } = await openStack(options, io);
  const now = Date.now();
  const store = createReputationTable({
    client: createDynamoDBClient({ region: stack.region }),
    reputationTable: stack.reputationTable,
    clock: () => now,
  });
  if (file !== undefined) return importHistory(file, { store, now, json: options.json }, io);
  const found = await readAwsWindow(await store.read('account', now), store, now);
  const common = { schemaVersion, stack: stack.name, region: stack.region };
  if (options.json) io.stdout.write(sanitizeJson({ ...common, awsWindow: found ? awsWindowJson(found) : null }));
  else io.stdout.write(`${(found ? describeAwsWindow(found) : [noLedger]).map(sanitize).join('\n')}\n`);
  return found === undefined ? 3 : 0;
}

async function fitExported(
  {
    history: file,
    metric,
    json,
  }: { readonly history: string; readonly metric: string; readonly json: true | undefined },
  io: CliIO,
): Promise<ExitCode> {
  const buckets = await readHistoryCsv(file, io);
  if (buckets.form !== 'buckets')
    throw new UsageError(`${file} has single events. Expected the columns time,sends,hardBounces,complaints.`);
  const history = accumulate(buckets.rows, buckets.bucketLengthMs);
  const outlook = outlookOf(history, fitWindow(history, await readMetricCsv(metric, io)));
  if (json) io.stdout.write(sanitizeJson(toJson(outlook)));
  else io.stdout.write(`${describeOutlook(outlook).map(sanitize).join('\n')}\n`);
  return 0;
}

function toJson(outlook: Outlook) {
  const { rule, rates } = outlook.kind === 'known' ? outlook : { rule: { emails: 0, days: 0 }, rates: {} };
  const orNull = (value: number) => (value === 0 ? null : Math.round(value * 10) / 10);
  const byRate = <Value>(make: (found: RateOutlook | undefined) => Value): Record<RateName, Value> => ({
    bounceRate: make(rates.bounceRate),
    complaintRate: make(rates.complaintRate),
  });
  return {
    window: { emails: rule.emails === 0 ? null : Math.round(rule.emails), days: orNull(rule.days) },
    reason: outlook.reason,
    left: byRate((found) => found?.left ?? null),
    recovery: byRate((found) => {
      const at = found?.recovery?.at;
      return at === undefined ? null : formatTimestamp(at);
    }),
  };
}
