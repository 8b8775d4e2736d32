import { rename, rm, writeFile } from 'node:fs/promises';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { day, hour } from '../../shared/domain/durations.ts';
import { counterRetentionMs } from '../../shared/domain/retention.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { describeFileError, loadPolicy } from '../io/files.ts';
import { formatDuration, formatTime } from '../io/format.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources } from '../io/stack-resources.ts';
import { collectReport } from '../report/collect-report.ts';
import { renderReportPage } from '../report/page.ts';

export type ReportOptions = StackOptions & {
  readonly since?: Date;
  readonly until?: Date;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** The period of a report, if none is given. */
const defaultPeriodMs = 7 * day;

/** Runs the command `report`, which only reads from AWS. */
export async function reportCommand(file: string, options: ReportOptions, io: CliIO): Promise<ExitCode> {
  const now = Date.now();
  const until = options.until?.getTime() ?? now;
  // Counts are by the hour.
  const from = Math.floor((options.since?.getTime() ?? until - defaultPeriodMs) / hour) * hour;
  if (from >= until) throw new UsageError('--since must be before --until.');
  if (from < now - counterRetentionMs)
    throw new UsageError(`Counts are kept for ${formatDuration(counterRetentionMs)}. Pass a later --since.`);
  const policy = await loadPolicy(options.policy, io);
  const { stack } = await openStack(options, io);
  const { name, account, region, reputationTable } = stack;
  const client = createDynamoDBClient({ region });
  const { suppressed } = openStackResources(stack, policy);
  const report = await collectReport(
    { from, until },
    {
      reputation: createReputationTable({ client, reputationTable, clock: () => now }),
      suppressed,
      policy,
      now,
      origin: `${name}, account ${account}, ${region}`,
    },
  );
  await replaceFile(file, renderReportPage(report));
  if (options.json)
    io.stdout.write(sanitizeJson({ schemaVersion, file, since: formatTimestamp(from), until: formatTimestamp(until) }));
  else io.stdout.write(`Wrote ${sanitize(file)}: ${formatTime(from)} to ${formatTime(until)}. Open it in a browser.\n`);
  return 0;
}

/** Replaces a file in one step. Its reader finds the earlier page or the new one. */
async function replaceFile(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${process.pid}.part`;
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new Error(`Cannot write ${sanitize(file)}: ${describeFileError(error as NodeJS.ErrnoException)}.`);
  }
}
