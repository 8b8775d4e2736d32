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

export type AwsWindowOptions = { readonly history: string; readonly metric: string; readonly json?: true };

/** Runs the command `aws-window`. */
export async function awsWindowCommand(options: AwsWindowOptions, io: CliIO): Promise<ExitCode> {
  const buckets = await readHistoryCsv(options.history, io);
  if (buckets.form !== 'buckets')
    throw new UsageError(
      `${options.history} has single events. Expected the columns time,sends,hardBounces,complaints.`,
    );
  const history = accumulate(buckets.rows, buckets.bucketLengthMs);
  const outlook = outlookOf(history, fitWindow(history, await readMetricCsv(options.metric, io)));
  if (options.json) io.stdout.write(sanitizeJson(toJson(outlook)));
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
