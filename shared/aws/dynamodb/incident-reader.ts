import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { day, minute } from '../../domain/durations.ts';
import { incidentId, type ProviderIncident } from '../../domain/reputation/provider-incident.ts';
import { fromIncidentItem, incidentsPartition } from './incident-item.ts';

type IncidentReaderOptions = {
  readonly client: DynamoDBClient;
  readonly reputationTable: string;
  readonly clock: () => number;
};

/** An evaluation sees an outage once a minute at most. */
const maxAgeMs = minute;
/** Feedback may be this late. An outage of before is no reason to hold a bounce. */
const historyMs = 15 * day;

/**
 * Returns a function that reads the outages of the last two weeks. It asks once a minute, and never throws: without an answer, what was known
 * before holds, and a bounce is processed as always.
 */
export function createIncidentReader({ client, reputationTable, clock }: IncidentReaderOptions) {
  let known: readonly ProviderIncident[] = [];
  let readAt: number | undefined;
  return async (signal?: AbortSignal): Promise<readonly ProviderIncident[]> => {
    const now = clock();
    if (readAt !== undefined && Math.abs(now - readAt) < maxAgeMs) return known;
    readAt = now;
    try {
      const query = new QueryCommand({
        TableName: reputationTable,
        KeyConditionExpression: '#scope = :scope AND #hour >= :from',
        ExpressionAttributeNames: { '#scope': 'scope', '#hour': 'hour' },
        ExpressionAttributeValues: marshall({ ':scope': incidentsPartition, ':from': incidentId(now - historyMs) }),
      });
      const { Items = [] } = await client.send(query, signal && { abortSignal: signal });
      known = Items.map(fromIncidentItem);
    } catch {
      // Bounces are not kept waiting for it.
    }
    return known;
  };
}
