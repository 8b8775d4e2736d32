import { readMetric } from '../../shared/aws/cloudwatch/read-metric.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { listSuppressed } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { day, minute } from '../../shared/domain/durations.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { rateBucketOf } from '../../shared/domain/reputation/counter-bucket.ts';
import { type RateName, rateNames } from '../../shared/domain/reputation/rate-name.ts';
import { type RollingRate, rollingRates, withIntervals } from '../../shared/domain/reputation/rolling-rates.ts';
import { settlementDelayMs, slotStart } from '../../shared/domain/reputation/time-slots.ts';
import { activeAlarmsOfAll } from '../stack/active-alarms.ts';
import type { Clients } from '../stack/clients.ts';
import { inspectAccountLists } from '../stack/inspect.ts';
import { inspectQueues, type QueueCounts } from '../stack/inspect-queues.ts';
import { inspectAccount } from '../stack/inspect-ses.ts';
import type { AccountDetails, AccountListDetails, Inspected } from '../stack/inventory.ts';
import { settle } from '../stack/settle.ts';
import type { Stack, Stream } from '../stack/stack.ts';
import { type AwsWindowStatus, readAwsWindow } from './aws-window-status.ts';

/** A number of suppressed addresses, and of each reason. */
export type SuppressionCount = { readonly total: number; readonly byReason: Readonly<Partial<Record<Reason, number>>> };

/** How a stack is doing at one moment. A part that could not be read has the error instead. */
export type Status = {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly account: Inspected<AccountDetails>;
  /** Our rates of the last 24 hours. */
  readonly rates: Inspected<Readonly<Record<RateName, RollingRate>>>;
  /** The rates that SES calculates itself: 0.05 is 5 %. A rate is missing if SES published none in the last day. */
  readonly sesRates: Inspected<Readonly<Partial<Record<RateName, number>>>>;
  /** AWS's own rates by their window. The value is missing before the first evaluation. */
  readonly awsWindow: Inspected<AwsWindowStatus | undefined>;
  readonly alarms: Inspected<Awaited<ReturnType<typeof activeAlarmsOfAll>>>;
  readonly suppressed: Inspected<Readonly<Record<'today' | 'week' | 'all', SuppressionCount>>>;
  /** Messages in the queue of each stream, and in its dead-letter queue. */
  readonly queues: Inspected<Readonly<Record<Stream, QueueCounts>>>;
  /** Missing if the sync with the SES account suppression lists is off. */
  readonly accountLists?: Inspected<readonly AccountListDetails[]>;
};

/** Reads how a stack is doing. */
export async function collectStatus(clients: Clients, stack: Stack, policy: Policy, now: number): Promise<Status> {
  const client = createDynamoDBClient({ region: stack.region });
  const reputation = createReputationTable({ client, reputationTable: stack.reputationTable, clock: () => now });
  const suppressed = { client, suppressionsTable: stack.suppressionsTable, clock: () => now };
  const isSynced = policy.accountList.mode !== 'off';
  const accountState = reputation.read('account', now, false);
  const [account, rates, awsWindow, sesRates, alarms, counts, queues, accountLists] = await Promise.all([
    settle(inspectAccount(clients)),
    settle(accountState.then(({ buckets }) => dayRates(buckets, now))),
    settle(accountState.then((state) => readAwsWindow(state, reputation, now))),
    settle(readSesRates(clients, now)),
    settle(activeAlarmsOfAll(reputation, now)),
    settle(countSuppressed(listSuppressed(suppressed, { since: 0, until: now + day }), now)),
    settle(inspectQueues(clients, stack)),
    isSynced ? settle(inspectAccountLists(stack, policy.accountList, now)) : undefined,
  ]);
  return {
    at: now,
    account,
    rates,
    sesRates,
    awsWindow,
    alarms,
    suppressed: counts,
    queues,
    ...(accountLists && { accountLists }),
  };
}

function dayRates(buckets: readonly Parameters<typeof rateBucketOf>[0][], now: number): Record<RateName, RollingRate> {
  const until = slotStart(now - settlementDelayMs);
  const of = (metric: RateName) =>
    withIntervals(
      rollingRates(
        buckets.map((bucket) => rateBucketOf(bucket, metric)),
        until,
      ),
    )['24h'];
  return { bounceRate: of('bounceRate'), complaintRate: of('complaintRate') };
}

const reputationMetrics = { bounceRate: 'Reputation.BounceRate', complaintRate: 'Reputation.ComplaintRate' } as const;

async function readSesRates({ cloudWatch }: Clients, now: number): Promise<Partial<Record<RateName, number>>> {
  const rates: Partial<Record<RateName, number>> = {};
  for (const metric of rateNames) {
    const series = { namespace: 'AWS/SES', name: reputationMetrics[metric], statistic: 'Average' } as const;
    const points = await readMetric(cloudWatch, { ...series, periodMs: 5 * minute, from: now - day, until: now });
    const latest = points.at(-1);
    if (latest !== undefined) rates[metric] = latest.value;
  }
  return rates;
}

async function countSuppressed(
  pages: AsyncIterable<readonly { readonly reason: Reason; readonly since: number }[]>,
  now: number,
): Promise<Record<'today' | 'week' | 'all', SuppressionCount>> {
  const starts = { today: Math.floor(now / day) * day, week: now - 7 * day, all: 0 };
  const counts = { today: newCount(), week: newCount(), all: newCount() };
  for await (const page of pages) {
    for (const { reason, since } of page) {
      for (const period of ['today', 'week', 'all'] as const) if (since >= starts[period]) add(counts[period], reason);
    }
  }
  return counts;
}

type MutableCount = { total: number; readonly byReason: Partial<Record<Reason, number>> };

const newCount = (): MutableCount => ({ total: 0, byReason: {} });

function add(count: MutableCount, reason: Reason): void {
  count.total++;
  count.byReason[reason] = (count.byReason[reason] ?? 0) + 1;
}
