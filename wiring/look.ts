import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { createDynamoDBClient } from '../shared/aws/dynamodb-client.ts';
import { createReputationTable } from '../shared/aws/reputation-table.ts';
import { day, hour } from '../shared/feedback/durations.ts';
import type { Clients } from './clients.ts';
import { lookAtAccount, lookAtConfigurationSets, lookAtIdentities, type Progress } from './look-at-ses.ts';
import { lookAtListeners, lookAtStream } from './look-at-streams.ts';
import type { Known, Sight, Traffic } from './sight.ts';
import type { Stack } from './stack.ts';

export type LookOptions = {
  readonly clients: Clients;
  readonly stack: Stack;
  readonly clock: () => number;
  readonly progress: Progress;
  /** Identities to look at; left out: all. */
  readonly identities?: readonly string[];
};

/** Looks at everything the wiring consists of. What cannot be had stands in the sight as its reason, and the rest is looked at. */
export async function look({ clients, stack, clock, progress, identities }: LookOptions): Promise<Sight> {
  const now = clock();
  const [bounces, complaints, volume, listeners, traffic, account] = await Promise.all([
    attempt(lookAtStream(clients, stack, 'bounces', now)),
    attempt(lookAtStream(clients, stack, 'complaints', now)),
    attempt(lookAtStream(clients, stack, 'volume', now)),
    attempt(lookAtListeners(clients, stack)),
    attempt(lookAtTraffic(clients, stack, now)),
    attempt(lookAtAccount(clients)),
  ]);
  return {
    stack,
    streams: { bounces, complaints, volume },
    listeners,
    account,
    // One after the other: SES takes one call a second.
    configurationSets: await attempt(lookAtConfigurationSets(clients, progress)),
    identities: await attempt(lookAtIdentities(clients, progress, identities)),
    traffic,
  };
}

async function attempt<Fact>(work: Promise<Fact>): Promise<Known<Fact>> {
  try {
    return { fact: await work };
  } catch (error) {
    return { unknown: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

async function lookAtTraffic(
  { cloudWatch }: Clients,
  { reputationTable, region }: Stack,
  now: number,
): Promise<Traffic> {
  const from = Math.floor(now / hour) * hour - day;
  const sum = async (MetricName: string) => {
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SES',
        MetricName,
        StartTime: new Date(from),
        EndTime: new Date(now),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  };
  const table = createReputationTable({ client: createDynamoDBClient({ region }), reputationTable, clock: () => now });
  const [sends, bounces, complaints, { stretches, received }] = await Promise.all([
    sum('Send'),
    sum('Bounce'),
    sum('Complaint'),
    table.read('account', now, true),
  ]);
  const lately = stretches.filter(({ start }) => start >= from);
  const came = [...received].filter(([start]) => start >= from);
  return {
    sends: { ses: sends, ours: lately.reduce((total, stretch) => total + stretch.sends, 0) },
    feedback: { ses: bounces + complaints, ours: came.reduce((total, [, count]) => total + count, 0) },
  };
}
