import { type CloudWatchClient, GetMetricStatisticsCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type Observation, observe } from './observation.ts';

/** SES's count of sends is waited for, for this long: `settledUntil` in shared/monitoring/evaluate.ts. */
const maxSendDelay = 30 * 60_000;

/** `reputation-heartbeat` and those on SES's two rates always; with parameters, `bounce-rate-above` and `daily-sends`. */
const maxNotifyingEnd = 5;

/** Observes what CloudWatch has: how late SES's count of sends is, and what the alarms of the stack do. */
export async function observeMetrics(
  cloudWatch: CloudWatchClient,
  stackName: string,
  now: number,
): Promise<readonly Observation[]> {
  return [
    await observe("age of SES's newest count of sends", 'at most 30 minutes after an email', async () => {
      const { Datapoints = [] } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SES',
          MetricName: 'Send',
          StartTime: new Date(now - 3 * 3_600_000),
          EndTime: new Date(now),
          Period: 60,
          Statistics: ['Sum'],
        }),
      );
      const newest = Math.max(...Datapoints.map(({ Timestamp }) => Timestamp?.getTime() ?? 0));
      if (Datapoints.length === 0) return { observed: 'no count in three hours', isExpected: false };
      return { observed: `${Math.round((now - newest) / 1000)} s`, isExpected: now - newest <= maxSendDelay };
    }),
    await observe(
      'alarms of the stack',
      `none in the state ALARM; at most ${maxNotifyingEnd} notify when they are over`,
      async () => {
        const states = new Map<string, number>();
        let withOk = 0;
        for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
          { client: cloudWatch },
          { AlarmNamePrefix: `${stackName}-` },
        )) {
          for (const { StateValue = 'unknown', OKActions = [] } of MetricAlarms) {
            states.set(StateValue, (states.get(StateValue) ?? 0) + 1);
            if (OKActions.length > 0) withOk++;
          }
        }
        const counts = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
        return {
          observed: `${counts || 'none'}; ${withOk} notify`,
          isExpected: states.size > 0 && !states.has('ALARM') && withOk <= maxNotifyingEnd,
        };
      },
    ),
  ];
}
