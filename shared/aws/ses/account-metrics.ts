import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { defined } from '../../domain/defined.ts';
import { describeError } from '../../domain/describe-error.ts';
import { day, hour, minute } from '../../domain/durations.ts';
import type { SesMetrics } from '../../domain/reputation/ses-metrics.ts';
import { readMetric } from '../cloudwatch/read-metric.ts';

export type AccountMetricsOptions = {
  readonly cloudWatch: CloudWatchClient;
  readonly ses: SESv2Client;
  /** Whether to count the dead letters of the queue of volume events. */
  readonly withDeadLetters: boolean;
  /** Name of the queue of volume events. @default the stack has no such queue */
  readonly volumeQueue?: string;
  /** Called with each figure that could not be read, and the reason. */
  readonly onError: (subject: string, reason: string) => void;
};

/** Returns a function that reads what SES publishes about the account. */
export function createAccountMetrics({
  cloudWatch,
  ses,
  withDeadLetters,
  volumeQueue,
  onError,
}: AccountMetricsOptions) {
  async function attempt<Figure>(subject: string, work: Promise<Figure>): Promise<Figure | undefined> {
    try {
      return await work;
    } catch (error) {
      onError(subject, describeError(error));
      return undefined;
    }
  }

  const readReputation = async (until: number) => {
    const read = (name: string) => {
      const series = { namespace: 'AWS/SES', name, statistic: 'Average', periodMs: 5 * minute } as const;
      return readMetric(cloudWatch, { ...series, from: until - day, until });
    };
    const [bounceRate, complaintRate] = await Promise.all([
      read('Reputation.BounceRate'),
      read('Reputation.ComplaintRate'),
    ]);
    return { bounceRate, complaintRate };
  };

  /** Reads the sums of periods, from a full hour on. */
  const readSums = (name: string, periodMs: number, windowMs: number, until: number) => {
    const from = Math.floor(until / hour) * hour - windowMs;
    return readMetric(cloudWatch, { namespace: 'AWS/SES', name, statistic: 'Sum', periodMs, from, until });
  };

  const readFeedback = async (until: number) => {
    const [bounceRate, complaintRate] = await Promise.all([
      readSums('Bounce', 15 * minute, day, until),
      readSums('Complaint', hour, 7 * day, until),
    ]);
    return { bounceRate, complaintRate };
  };

  const readQueue = (queue: string, name: string, windowMs: number, until: number) => {
    const window = { periodMs: minute, from: until - windowMs, until };
    return readMetric(cloudWatch, {
      namespace: 'AWS/SQS',
      name,
      statistic: 'Maximum',
      ...window,
      dimensions: { QueueName: queue },
    });
  };

  /** While volume events wait in their queue, the bounces of the same emails may already be counted. */
  const readVolumeDelay = async (queue: string, until: number) => {
    const points = await readQueue(queue, 'ApproximateAgeOfOldestMessage', 10 * minute, until);
    return 1000 * (points.at(-1)?.value ?? 0);
  };

  const readDeadLetters = async (queue: string, until: number) => {
    const points = await readQueue(`${queue}-dlq`, 'ApproximateNumberOfMessagesVisible', 15 * minute, until);
    return points.at(-1)?.value ?? 0;
  };

  return {
    /** Reads all figures. A figure that cannot be read is left out and reported to `onError`. */
    async observe(now: number): Promise<SesMetrics> {
      const [reputation, enforcementStatus, feedback, sends, volumeDelayMs, volumeDeadLetters] = await Promise.all([
        attempt("SES's reputation metrics", readReputation(now)),
        attempt(
          'the status of the SES account',
          ses.send(new GetAccountCommand({})).then(({ EnforcementStatus }) => EnforcementStatus),
        ),
        attempt("SES's count of bounces and complaints", readFeedback(now)),
        attempt("SES's count of sends", readSums('Send', 5 * minute, day, now)),
        volumeQueue === undefined
          ? undefined
          : attempt('the age of the volume queue', readVolumeDelay(volumeQueue, now)),
        volumeQueue === undefined || !withDeadLetters
          ? undefined
          : attempt('the dead-letter queue of the volume queue', readDeadLetters(volumeQueue, now)),
      ]);
      return defined({ reputation, enforcementStatus, feedback, sends, volumeDelayMs, volumeDeadLetters });
    },
  };
}
