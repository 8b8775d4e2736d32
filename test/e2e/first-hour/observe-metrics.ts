import { type CloudWatchClient, GetMetricStatisticsCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type Observation, observe } from './observation.ts';

/** SES's count of sends is waited for, for this long: `settledUntil` in shared/monitoring/evaluate.ts. */
const maxSendDelay = 30 * 60_000;

/** `reputation-heartbeat` and those on SES's two rates always; with parameters, `bounce-rate-above` and `daily-sends`. */
const maxNotifyingEnd = 5;

const dayMs = 86_400_000;
/** The ledger has as many days. */
const ledgerDays = 400;

/**
 * Observes what CloudWatch has: how late SES's count of sends is, what the ledger is filled with, and what the alarms of the stack do. How often SES
 * publishes its own rates is not documented.
 */
export async function observeMetrics(
  cloudWatch: CloudWatchClient,
  stackName: string,
  now: number,
): Promise<readonly Observation[]> {
  return [
    await observe("age of SES's newest count of sends", 'at most 30 minutes after an email', async () => {
      const times = await readTimes(cloudWatch, 'Send', { from: now - 3 * 3_600_000, until: now, periodMs: 60_000 });
      const newest = Math.max(...times);
      if (times.length === 0) return { observed: 'no count in three hours', isExpected: false };
      return { observed: `${Math.round((now - newest) / 1000)} s`, isExpected: now - newest <= maxSendDelay };
    }),
    await observe("SES's counts of sends by day", 'one for each day with emails, from 00:00 UTC', async () => {
      const from = Math.floor(now / dayMs) * dayMs - ledgerDays * dayMs;
      const times = await readTimes(cloudWatch, 'Send', { from, until: now, periodMs: dayMs });
      const oldest = Math.min(...times);
      const isAligned = times.every((time) => time % dayMs === 0) && new Set(times).size === times.length;
      if (times.length === 0) return { observed: 'none', isExpected: false };
      return {
        observed: `${times.length} days, the oldest ${Math.round((now - oldest) / dayMs)} days ago`,
        isExpected: isAligned,
      };
    }),
    await observe("values of SES's own bounce rate in a day", 'at least one an hour', async () => {
      const times = await readTimes(cloudWatch, 'Reputation.BounceRate', {
        from: now - dayMs,
        until: now,
        periodMs: 300_000,
      });
      return { observed: String(times.length), isExpected: times.length >= 24 };
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

/** Returns the times of the values of a metric, epoch milliseconds. */
async function readTimes(
  cloudWatch: CloudWatchClient,
  name: string,
  { from, until, periodMs }: { readonly from: number; readonly until: number; readonly periodMs: number },
): Promise<number[]> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/SES',
      MetricName: name,
      StartTime: new Date(from),
      EndTime: new Date(until),
      Period: periodMs / 1000,
      Statistics: [name === 'Send' ? 'Sum' : 'Average'],
    }),
  );
  return Datapoints.flatMap(({ Timestamp }) => Timestamp?.getTime() ?? []);
}
