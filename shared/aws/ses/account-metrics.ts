import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  NotFoundException,
  PutConfigurationSetSendingOptionsCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { defined } from '../../domain/defined.ts';
import { describeError } from '../../domain/describe-error.ts';
import { day, hour, minute } from '../../domain/durations.ts';
import type { SesMetrics } from '../../domain/reputation/ses-metrics.ts';
import { readMetric } from '../cloudwatch/read-metric.ts';

export type AccountMetricsOptions = {
  readonly cloudWatch: CloudWatchClient;
  readonly ses: SESv2Client;
  /** Whether to read the account's sends from SES's statistics. */
  readonly withSends: boolean;
  /** Name of the queue of volume events. @default the stack has no such queue */
  readonly volumeQueue?: string;
  /** Called with each figure that could not be read, and the reason. */
  readonly onError: (subject: string, reason: string) => void;
};

/** Returns functions that read what SES publishes about the account, and that pause and check configuration sets. */
export function createAccountMetrics({ cloudWatch, ses, withSends, volumeQueue, onError }: AccountMetricsOptions) {
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

  /** Reads a sum since the start of the hour a day ago. */
  const readSums = (name: string, periodMs: number, until: number) => {
    const from = Math.floor(until / hour) * hour - day;
    return readMetric(cloudWatch, { namespace: 'AWS/SES', name, statistic: 'Sum', periodMs, from, until });
  };

  const countFeedback = async (until: number) => {
    const sums = await Promise.all([readSums('Bounce', hour, until), readSums('Complaint', hour, until)]);
    return sums.flat().reduce((sum, { value }) => sum + value, 0);
  };

  /** While volume events wait in their queue, the bounces of the same emails may already be counted. */
  const readVolumeDelay = async (queue: string, until: number) => {
    const age = { namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum' } as const;
    const window = { periodMs: minute, from: until - 10 * minute, until };
    const points = await readMetric(cloudWatch, { ...age, ...window, dimensions: { QueueName: queue } });
    return 1000 * (points.at(-1)?.value ?? 0);
  };

  return {
    /** Reads all figures. A figure that cannot be read is left out and reported to `onError`. */
    async observe(now: number): Promise<SesMetrics> {
      const [reputation, enforcementStatus, feedbackCount, sends, volumeDelayMs] = await Promise.all([
        attempt("SES's reputation metrics", readReputation(now)),
        attempt(
          'the status of the SES account',
          ses.send(new GetAccountCommand({})).then(({ EnforcementStatus }) => EnforcementStatus),
        ),
        attempt("SES's count of bounces and complaints", countFeedback(now)),
        withSends ? attempt("SES's count of sends", readSums('Send', 5 * minute, now)) : undefined,
        volumeQueue === undefined
          ? undefined
          : attempt('the age of the volume queue', readVolumeDelay(volumeQueue, now)),
      ]);
      return defined({ reputation, enforcementStatus, feedbackCount, sends, volumeDelayMs });
    },
    sending: {
      /** Pauses sending through a configuration set. */
      async pause(configurationSet: string): Promise<void> {
        const options = { ConfigurationSetName: configurationSet, SendingEnabled: false };
        await ses.send(new PutConfigurationSetSendingOptionsCommand(options));
      },
      /**
       * Returns whether sending through a configuration set is enabled. A deleted configuration set is no longer
       * paused.
       */
      async isEnabled(configurationSet: string): Promise<boolean> {
        const command = new GetConfigurationSetCommand({ ConfigurationSetName: configurationSet });
        try {
          return (await ses.send(command)).SendingOptions?.SendingEnabled ?? true;
        } catch (error) {
          if (error instanceof NotFoundException) return true;
          throw error;
        }
      },
    },
  };
}
