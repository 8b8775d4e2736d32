import { type CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  NotFoundException,
  PutConfigurationSetSendingOptionsCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { describeError } from '../../domain/describe-error.ts';
import { day, hour, minute } from '../../domain/durations.ts';
import type { Datapoint } from '../../domain/reputation/headroom.ts';
import type { SesMetrics } from '../../domain/reputation/ses-metrics.ts';

export type AccountMetricsOptions = {
  readonly cloudWatch: CloudWatchClient;
  readonly ses: SESv2Client;
  /** Whether the account's sends are taken from SES's statistics. */
  readonly withSends: boolean;
  /** Name of the queue of volume events, where there is one. */
  readonly volumeQueue?: string;
  /** Is told what could not be had, and why. */
  readonly onError: (what: string, reason: string) => void;
};

/**
 * Asks SES about itself. Calls CloudWatch's GetMetricStatistics: a million requests a month are free, and a look takes four or five;
 * GetMetricData, which takes one, is never free.
 */
export function createAccountMetrics({ cloudWatch, ses, withSends, volumeQueue, onError }: AccountMetricsOptions) {
  async function attempt<Fact>(what: string, work: Promise<Fact>): Promise<Fact | undefined> {
    try {
      return await work;
    } catch (error) {
      onError(what, describeError(error));
      return undefined;
    }
  }

  async function series(metric: Metric, from: number, now: number): Promise<Datapoint[]> {
    const { namespace = 'AWS/SES', name, statistic, period, dimensions } = metric;
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: namespace,
        MetricName: name,
        StartTime: new Date(from),
        EndTime: new Date(now),
        Period: period / 1000,
        Statistics: [statistic],
        ...(dimensions && { Dimensions: dimensions }),
      }),
    );
    const points = Datapoints.flatMap(({ Timestamp, [statistic]: value }) =>
      Timestamp === undefined || value === undefined ? [] : [{ at: Timestamp.getTime(), value }],
    );
    return points.sort((a, b) => a.at - b.at);
  }

  const reputation = async (now: number) => {
    const ask = (name: string) => series({ name, statistic: 'Average', period: 5 * minute }, now - day, now);
    const [bounceRate, complaintRate] = await Promise.all([
      ask('Reputation.BounceRate'),
      ask('Reputation.ComplaintRate'),
    ]);
    return { bounceRate, complaintRate };
  };

  const feedback = async (now: number) => {
    const from = Math.floor(now / hour) * hour - day;
    const ask = (name: string) => series({ name, statistic: 'Sum', period: hour }, from, now);
    const counts = await Promise.all([ask('Bounce'), ask('Complaint')]);
    return counts.flat().reduce((sum, { value }) => sum + value, 0);
  };

  const sends = (now: number) => {
    const from = Math.floor(now / hour) * hour - day;
    return series({ name: 'Send', statistic: 'Sum', period: 5 * minute }, from, now);
  };

  /** Messages that have waited so long may be of mails whose bounces are known already. */
  const volumeDelay = async (now: number) => {
    const dimensions = [{ Name: 'QueueName', Value: volumeQueue }];
    const age = {
      namespace: 'AWS/SQS',
      name: 'ApproximateAgeOfOldestMessage',
      statistic: 'Maximum',
      dimensions,
    } as const;
    const points = await series({ ...age, period: minute }, now - 10 * minute, now);
    return 1000 * (points.at(-1)?.value ?? 0);
  };

  return {
    async observe(now: number): Promise<SesMetrics> {
      const [rates, enforcementStatus, counted, sent, delay] = await Promise.all([
        attempt("SES's rates", reputation(now)),
        attempt(
          'the account',
          ses.send(new GetAccountCommand({})).then(({ EnforcementStatus }) => EnforcementStatus),
        ),
        attempt("SES's bounces and complaints", feedback(now)),
        withSends ? attempt("SES's sends", sends(now)) : undefined,
        volumeQueue === undefined ? undefined : attempt('the volume queue', volumeDelay(now)),
      ]);
      return {
        ...(rates && { reputation: rates }),
        ...(enforcementStatus !== undefined && { enforcementStatus }),
        ...(counted !== undefined && { feedbackCount: counted }),
        ...(sent && { sends: sent }),
        ...(delay !== undefined && { volumeDelayMs: delay }),
      };
    },
    sending: {
      async pause(configurationSet: string): Promise<void> {
        const options = { ConfigurationSetName: configurationSet, SendingEnabled: false };
        await ses.send(new PutConfigurationSetSendingOptionsCommand(options));
      },
      async isEnabled(configurationSet: string): Promise<boolean> {
        const command = new GetConfigurationSetCommand({ ConfigurationSetName: configurationSet });
        try {
          return (await ses.send(command)).SendingOptions?.SendingEnabled ?? true;
        } catch (error) {
          // What has been deleted is paused no more.
          if (error instanceof NotFoundException) return true;
          throw error;
        }
      },
    },
  };
}

type Metric = {
  readonly namespace?: string;
  readonly name: string;
  readonly statistic: 'Average' | 'Sum' | 'Maximum';
  /** Milliseconds. */
  readonly period: number;
  readonly dimensions?: { Name: string; Value: string | undefined }[];
};
