import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { readMetric } from '../../shared/aws/cloudwatch/read-metric.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../shared/aws/dynamodb/outbox-index.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { defined } from '../../shared/domain/defined.ts';
import { day, hour } from '../../shared/domain/durations.ts';
import type { Policy } from '../../shared/domain/policy/policy.ts';
import type { ReceivedCounts } from '../../shared/domain/reputation/received-counts.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import type { Clients } from './clients.ts';
import { inspectAccount, inspectConfigurationSets, inspectIdentities, type Progress } from './inspect-ses.ts';
import { inspectStream, inspectSubscribers } from './inspect-streams.ts';
import { inspectAdvice, inspectGlobalEndpoints, inspectTenants } from './inspect-tenants.ts';
import type { AccountListDetails, InboundDetails, StackInventory, Traffic, TrafficWindow } from './inventory.ts';
import { readActiveRuleSet } from './receipt-rules.ts';
import { settle, undefinedIfMissing } from './settle.ts';
import type { Stack } from './stack.ts';

export type InspectOptions = {
  readonly clients: Clients;
  readonly stack: Stack;
  readonly clock: () => number;
  readonly progress: Progress;
  /**
   * Names of the identities to inspect.
   * @default all identities in the Region
   */
  readonly identities?: readonly string[];
  /**
   * Whether to inspect the configuration sets, at two calls each. SES accepts one call per second, and allows 10,000 sets.
   * @default true
   */
  readonly hasConfigurationSets?: boolean;
  /**
   * Whether to inspect everything that SES has: tenants, recommendations, global endpoints, and configuration sets that are the default of no
   * identity. Each tenant and each set takes a call or two, and SES accepts one per second.
   * @default false
   */
  readonly isThorough?: boolean;
  /**
   * The policy's account list settings.
   * @default the SES account suppression lists are not inspected
   */
  readonly accountList?: Policy['accountList'];
};

/** Returns the inventory of a stack. A part that cannot be inspected contains the error instead; the others are still inspected. */
export async function inspectStack({
  clients,
  stack,
  clock,
  progress,
  identities,
  hasConfigurationSets = true,
  isThorough = false,
  accountList,
}: InspectOptions): Promise<StackInventory> {
  const now = clock();
  const [bounces, complaints, volume, subscribers, traffic, account, missingTables, accountLists] = await Promise.all([
    settle(inspectStream(clients, stack, 'bounces', now)),
    settle(inspectStream(clients, stack, 'complaints', now)),
    settle(inspectStream(clients, stack, 'volume', now)),
    settle(inspectSubscribers(clients, stack)),
    settle(inspectTraffic(clients, stack, now)),
    settle(inspectAccount(clients)),
    settle(findMissingTables(stack)),
    accountList && accountList.mode !== 'off' ? settle(inspectAccountLists(stack, accountList, now)) : undefined,
  ]);
  // One after the other, as SES accepts one call per second.
  const identityDetails = await settle(inspectIdentities(clients, progress, identities));
  const defaults = 'error' in identityDetails ? [] : identityDetails.value.map((identity) => identity.configurationSet);
  const used = new Set([stack.configurationSet, ...defaults]);
  const isWanted = (name: string) => isThorough || 'error' in identityDetails || used.has(name);
  return {
    stack,
    streams: { bounces, complaints, volume },
    subscribers,
    account,
    identities: identityDetails,
    configurationSets: hasConfigurationSets
      ? await settle(inspectConfigurationSets(clients, progress, isWanted))
      : { value: [] },
    traffic,
    missingTables,
    ...(isThorough && {
      tenants: await settle(inspectTenants(clients, stack, progress)),
      advice: await settle(inspectAdvice(clients)),
      globalEndpoints: await settle(inspectGlobalEndpoints(clients)),
    }),
    ...defined({ accountLists }),
    ...(stack.inboundRuleSet !== undefined && { inbound: await settle(inspectInbound(clients)) }),
  };
}

async function inspectInbound(clients: Clients): Promise<InboundDetails> {
  return defined({ active: await readActiveRuleSet(clients) });
}

async function findMissingTables({ suppressionsTable, reputationTable, region }: Stack): Promise<string[]> {
  const client = createDynamoDBClient({ region });
  const names = [suppressionsTable, reputationTable];
  const found = await Promise.all(
    names.map((TableName) => undefinedIfMissing(client.send(new DescribeTableCommand({ TableName })))),
  );
  return names.filter((_name, i) => found[i] === undefined);
}

/** Returns the pending updates of the SES account suppression list of each Region. */
export async function inspectAccountLists(
  { suppressionsTable, reputationTable, region }: Stack,
  { regions }: Policy['accountList'],
  now: number,
): Promise<AccountListDetails[]> {
  const client = createDynamoDBClient({ region });
  const outbox = createOutboxIndex({ client, suppressionsTable, reputationTable, regions });
  return Promise.all(
    [homeRegion, ...regions].map(async (name) => {
      const [pending, job] = await Promise.all([outbox.listPending(name, now, 1001), outbox.readJob(name)]);
      return {
        region: name === homeRegion ? region : name,
        pending: pending.length,
        oldestMs: pending[0] === undefined ? 0 : now - pending[0].due,
        ...(job?.failedUntil !== undefined && { failedUntil: job.failedUntil }),
      };
    }),
  );
}

/** Length of the recent window. */
const recentHours = 3;

async function inspectTraffic({ cloudWatch }: Clients, stack: Stack, now: number): Promise<Traffic> {
  const { reputationTable, region, createdAt } = stack;
  // Only completed hours: SES and this stack report the current hour with different delays.
  const until = Math.floor(now / hour) * hour;
  const from = Math.min(until, Math.max(until - day, Math.ceil(createdAt / hour) * hour));
  const hourly = async (name: string): Promise<Point[]> => {
    if (from === until) return [];
    const series = { namespace: 'AWS/SES', name, statistic: 'Sum', periodMs: hour } as const;
    return (await readMetric(cloudWatch, { ...series, from, until })).map(({ at, value }) => [at, value]);
  };
  const table = createReputationTable({ client: createDynamoDBClient({ region }), reputationTable, clock: () => now });
  const [sends, bounces, complaints, { buckets, received }] = await Promise.all([
    hourly('Send'),
    hourly('Bounce'),
    hourly('Complaint'),
    table.read('account', now, true),
  ]);
  const receivedOf = (kind: keyof ReceivedCounts) => [...received].map(([at, counts]): Point => [at, counts[kind]]);
  const countedSends: Point[] = buckets.map(({ start, sends }) => [start, sends]);
  const windowFrom = (start: number): TrafficWindow => {
    const sum = (points: Iterable<Point>) =>
      [...points].reduce((total, [at, value]) => total + (at >= start && at < until ? value : 0), 0);
    return {
      hours: (until - start) / hour,
      sends: { ses: sum(sends), received: sum(countedSends) },
      bounceRate: { ses: sum(bounces), received: sum(receivedOf('bounces')) },
      complaintRate: { ses: sum(complaints), received: sum(receivedOf('complaints')) },
    };
  };
  return { day: windowFrom(from), recent: windowFrom(Math.max(from, until - recentHours * hour)) };
}

/** Start of the hour or bucket in epoch milliseconds, and a count. */
type Point = readonly [number, number];
