import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ledgerDays } from '../../domain/aws-window/ledger.ts';
import type { MetricPoint } from '../../domain/aws-window/score-rule.ts';
import { type AccountFigures, fittedDays } from '../../domain/aws-window/update-ledger.ts';
import { day, hour } from '../../domain/durations.ts';
import type { SendingBucket } from '../../domain/reputation/backtest.ts';
import { readMetric } from '../cloudwatch/read-metric.ts';

/**
 * Reads from CloudWatch what SES counted on each of the last 400 days, and its rates of each hour of the last 60. SES's own GetSendStatistics
 * reaches back two weeks only. Its count of bounces includes those of emails to suppressed addresses.
 *
 * @throws the error of CloudWatch
 */
export async function readAccountFigures(cloudWatch: CloudWatchClient, now: number): Promise<AccountFigures> {
  const today = Math.floor(now / day) * day;
  const countOf = (name: string) =>
    readMetric(cloudWatch, {
      namespace: 'AWS/SES',
      name,
      statistic: 'Sum',
      periodMs: day,
      from: today - ledgerDays * day,
      until: today,
    });
  const rateOf = (name: string) => {
    const until = Math.floor(now / hour) * hour;
    const from = until - fittedDays * day;
    return readMetric(cloudWatch, { namespace: 'AWS/SES', name, statistic: 'Average', periodMs: hour, from, until });
  };
  const [sends, bounces, complaints, bounceRates, complaintRates] = await Promise.all([
    countOf('Send'),
    countOf('Bounce'),
    countOf('Complaint'),
    rateOf('Reputation.BounceRate'),
    rateOf('Reputation.ComplaintRate'),
  ]);
  const valuesOf = (points: readonly { readonly at: number; readonly value: number }[]) =>
    new Map(points.map(({ at, value }) => [at, value]));
  const [bouncesOn, complaintsOn] = [valuesOf(bounces), valuesOf(complaints)];
  const ses = sends.map(
    ({ at, value }): SendingBucket => ({
      start: at,
      sends: value,
      hardBounces: bouncesOn.get(at) ?? 0,
      complaints: complaintsOn.get(at) ?? 0,
    }),
  );
  return { ses, points: mergePoints(valuesOf(bounceRates), valuesOf(complaintRates)) };
}

function mergePoints(bounceRates: ReadonlyMap<number, number>, complaintRates: ReadonlyMap<number, number>) {
  const times = [...new Set([...bounceRates.keys(), ...complaintRates.keys()])].sort((a, b) => a - b);
  return times.map((at): MetricPoint => {
    const [bounceRate, complaintRate] = [bounceRates.get(at), complaintRates.get(at)];
    return {
      at,
      ...(bounceRate !== undefined && { bounceRate }),
      ...(complaintRate !== undefined && { complaintRate }),
    };
  });
}
