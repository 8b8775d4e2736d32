import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { day, hour } from '../../shared/domain/durations.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import type { Clients } from './clients.ts';
import { inspectAccount, inspectConfigurationSets, inspectIdentities, type Progress } from './inspect-ses.ts';
import { inspectStream, inspectSubscribers } from './inspect-streams.ts';
import type { AccountListDetails, StackInventory, Traffic, TrafficWindow } from './inventory.ts';
import { settle, undefinedIfMissing } from './settle.ts';
import type { Stack } from './stack.ts';

export type InspectOptions = {
  readonly clients: Clients;
  readonly stack: Stack;
  readonly clock: () => number;
  readonly progress: Progress;
  /** Identities to look at; left out: all. */
  readonly identities?: readonly string[];
  /** Which lists are told; left out: they are not looked at. */
  readonly accountList?: Policy['accountList'];
};

/** Looks at everything the wiring consists of. What cannot be had stands in the sight as its reason, and the rest is looked at. */
export async function inspectStack({
  clients,
  stack,
  clock,
  progress,
  identities,
  accountList,
}: InspectOptions): Promise<StackInventory> {
  const now = clock();
  const [bounces, complaints, volume, subscribers, traffic, account, missingTables, accountLists] = await Promise.all([
    settle(inspectStream(clients, stack, 'bounces', now)),
    settle(inspectStream(clients, stack, 'complaints', now)),
    settle(inspectStream(clients, stack, 'volume', now)),
    settle(inspectSubscribers(clients, stack)),
    settle(lookAtTraffic(clients, stack, now)),
    settle(inspectAccount(clients)),
    settle(lookForTables(stack)),
    accountList && accountList.mode !== 'off' ? settle(lookAtAccountLists(stack, accountList, now)) : undefined,
  ]);
  return {
    stack,
    streams: { bounces, complaints, volume },
    subscribers,
    account,
    // One after the other: SES takes one call a second.
    configurationSets: await settle(inspectConfigurationSets(clients, progress)),
    identities: await settle(inspectIdentities(clients, progress, identities)),
    traffic,
    missingTables,
    ...(accountLists && { accountLists }),
  };
}

async function lookForTables({ suppressionsTable, reputationTable, region }: Stack): Promise<string[]> {
  const client = createDynamoDBClient({ region });
  const names = [suppressionsTable, reputationTable];
  const found = await Promise.all(
    names.map((TableName) => undefinedIfMissing(client.send(new DescribeTableCommand({ TableName })))),
  );
  return names.filter((_name, i) => found[i] === undefined);
}

async function lookAtAccountLists(
  { suppressionsTable, reputationTable, region }: Stack,
  { regions }: Policy['accountList'],
  now: number,
): Promise<AccountListDetails[]> {
  const client = createDynamoDBClient({ region });
  const outbox = createOutboxIndex({ client, suppressionsTable, reputationTable, regions });
  return Promise.all(
    [homeRegion, ...regions].map(async (name) => {
      const [waiting, job] = await Promise.all([outbox.listPending(name, now, 1001), outbox.readJob(name)]);
      return {
        region: name === homeRegion ? region : name,
        pending: waiting.length,
        oldestMs: waiting[0] === undefined ? 0 : now - waiting[0].due,
        ...(job?.failedUntil !== undefined && { failedUntil: job.failedUntil }),
      };
    }),
  );
}

/** Hours that make the recent past. */
const recently = 3;

async function lookAtTraffic({ cloudWatch }: Clients, stack: Stack, now: number): Promise<Traffic> {
  const { reputationTable, region, createdAt } = stack;
  // Whole hours alone: the present one is reported with a delay, and differently on both sides.
  const until = Math.floor(now / hour) * hour;
  const from = Math.min(until, Math.max(until - day, Math.ceil(createdAt / hour) * hour));
  const hourly = async (MetricName: string): Promise<Point[]> => {
    if (from === until) return [];
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SES',
        MetricName,
        StartTime: new Date(from),
        EndTime: new Date(until),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.map(({ Timestamp, Sum = 0 }) => [Timestamp?.getTime() ?? 0, Sum]);
  };
  const table = createReputationTable({ client: createDynamoDBClient({ region }), reputationTable, clock: () => now });
  const [sends, bounces, complaints, { buckets, received }] = await Promise.all([
    hourly('Send'),
    hourly('Bounce'),
    hourly('Complaint'),
    table.read('account', now, true),
  ]);
  const countedSends: Point[] = buckets.map(({ start, sends }) => [start, sends]);
  const windowFrom = (start: number): TrafficWindow => {
    const sum = (points: Iterable<Point>) =>
      [...points].reduce((total, [at, value]) => total + (at >= start && at < until ? value : 0), 0);
    return {
      hours: (until - start) / hour,
      sends: { ses: sum(sends), received: sum(countedSends) },
      feedback: { ses: sum([...bounces, ...complaints]), received: sum(received) },
    };
  };
  return { day: windowFrom(from), recent: windowFrom(Math.max(from, until - recently * hour)) };
}

/** Epoch milliseconds, and how many. */
type Point = readonly [number, number];
