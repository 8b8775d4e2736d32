import { minute } from '../../shared/domain/durations.ts';
import type { SendingBucket } from '../../shared/domain/reputation/backtest.ts';

/** Counts per bucket of send time, oldest first. */
export type BucketHistory = {
  readonly form: 'buckets';
  readonly rows: readonly SendingBucket[];
  readonly bucketLengthMs: number;
};

/** The emails of a quarter of an hour, as SES counts them. */
export type SendDataPoint = {
  /** Start, epoch milliseconds. */
  readonly start: number;
  readonly sends: number;
  readonly bounces: number;
  readonly complaints: number;
  /** Emails that SES did not accept, because of a virus. */
  readonly rejects: number;
};

/** The response of GetSendStatistics, also as `aws ses get-send-statistics` prints it. */
export type SendStatistics = {
  readonly SendDataPoints?:
    | readonly {
        readonly Timestamp?: Date | string | undefined;
        readonly DeliveryAttempts?: number | undefined;
        readonly Bounces?: number | undefined;
        readonly Complaints?: number | undefined;
        readonly Rejects?: number | undefined;
      }[]
    | undefined;
};

/** Converts a response. SES returns the points in no order. */
export function toDataPoints({ SendDataPoints = [] }: SendStatistics): SendDataPoint[] {
  const points = SendDataPoints.flatMap(({ Timestamp, DeliveryAttempts, Bounces, Complaints, Rejects }) => {
    const start = new Date(Timestamp ?? Number.NaN).getTime();
    if (Number.isNaN(start)) return [];
    return {
      start,
      sends: DeliveryAttempts ?? 0,
      bounces: Bounces ?? 0,
      complaints: Complaints ?? 0,
      rejects: Rejects ?? 0,
    };
  });
  return points.sort((a, b) => a.start - b.start);
}

/** SES counts in quarters of an hour. */
const quarterMs = 15 * minute;

/** Returns what SES counted as a history. Its bounces are those that count toward the rate. */
export function toHistory(points: readonly SendDataPoint[]): BucketHistory {
  const rows = points.map(({ start, sends, bounces, complaints }) => ({
    start,
    sends,
    hardBounces: bounces,
    complaints,
  }));
  return { form: 'buckets', rows, bucketLengthMs: quarterMs };
}
