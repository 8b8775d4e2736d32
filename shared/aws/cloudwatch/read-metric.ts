import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { Datapoint } from '../../domain/reputation/ses-metrics.ts';

/** One metric, and the time window to read it for. */
export type MetricQuery = {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: 'Average' | 'Sum' | 'Maximum';
  /** By dimension name. @default no dimensions */
  readonly dimensions?: Readonly<Record<string, string>>;
  /** Milliseconds between two datapoints. */
  readonly periodMs: number;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Epoch milliseconds. */
  readonly until: number;
};

/**
 * Reads the datapoints of a metric, oldest first. Calls `GetMetricStatistics`, because one million of its requests per
 * month are free; `GetMetricData` could read several metrics in one request but is never free.
 */
export async function readMetric(
  cloudWatch: CloudWatchClient,
  { namespace, name, statistic, dimensions, periodMs, from, until }: MetricQuery,
): Promise<Datapoint[]> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: namespace,
      MetricName: name,
      StartTime: new Date(from),
      EndTime: new Date(until),
      Period: periodMs / 1000,
      Statistics: [statistic],
      ...(dimensions && { Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }),
    }),
  );
  const points = Datapoints.flatMap(({ Timestamp, [statistic]: value }) =>
    Timestamp === undefined || value === undefined ? [] : { at: Timestamp.getTime(), value },
  );
  return points.sort((a, b) => a.at - b.at);
}
