import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { day } from '../../domain/durations.ts';
import type { ProviderIncident } from '../../domain/reputation/provider-incident.ts';
import type { Item } from './item.ts';

/** The partition of the outages of providers, in the order of their ids. */
export const incidentsPartition = 'incidents';

/** As long as the history of changes. */
const retentionMs = 400 * day;

/** Returns the input of an `UpdateItem` call. The provider stays the one that was written first, and `bounces` the most. */
export function toIncidentUpdate(table: string, { id, provider, from, to, bounces }: ProviderIncident) {
  const isOver = to !== undefined;
  const values = { ':provider': provider, ':from': from, ':bounces': bounces, ...(isOver && { ':to': to }) };
  const common = 'provider = if_not_exists(provider, :provider), #from = :from, expiresAt = :expiresAt';
  return {
    TableName: table,
    Key: marshall({ scope: incidentsPartition, hour: id }),
    UpdateExpression: isOver
      ? `SET ${common}, bounces = if_not_exists(bounces, :bounces), #to = :to`
      : `SET ${common}, bounces = :bounces`,
    // While it lasts, a run that sees no more bounces than an earlier one writes nothing.
    ...(!isOver && { ConditionExpression: 'attribute_not_exists(bounces) OR bounces < :bounces' }),
    ExpressionAttributeNames: { '#from': 'from', ...(isOver && { '#to': 'to' }) },
    ExpressionAttributeValues: marshall({ ...values, ':expiresAt': Math.ceil((from + retentionMs) / 1000) }),
  };
}

/** Reads an incident from its item. */
export function fromIncidentItem(item: Item): ProviderIncident {
  const { hour: id, provider, from, to, bounces } = unmarshall(item);
  return { id, provider, from, bounces, ...(to !== undefined && { to }) };
}
