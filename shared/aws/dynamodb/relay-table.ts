import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { day } from '../../domain/durations.ts';
import { type DeliveryState, newDelivery } from '../../relay/delivery-state.ts';
import type { DeliveryLog } from '../../relay/ports.ts';
import { toStoreError } from './errors.ts';
import { isConditionMet } from './write-condition.ts';

export type RelayTableOptions = {
  readonly client: DynamoDBClient;
  readonly reputationTable: string;
  /** A unique token of this invocation. */
  readonly owner: string;
  readonly clock: () => number;
};

/**
 * Longer than an email can wait in the queue and then in the dead-letter queue, 14 days each: without its state, a replay would deliver it to
 * those who have it.
 */
const retentionMs = 35 * day;

/** Returns the log of deliveries, one item for each email in the `reputation` table. The items contain no addresses. */
export function createRelayTable({ client, reputationTable: TableName, owner, clock }: RelayTableOptions): DeliveryLog {
  const keyOf = (id: string) => marshall({ scope: `relay#${id}`, hour: 'delivery' });
  return {
    async claim(id, until) {
      const update = new UpdateItemCommand({
        TableName,
        Key: keyOf(id),
        UpdateExpression: 'SET claimedUntil = :until, claimedBy = :owner, expiresAt = :expiresAt',
        // The SDK repeats a request that got no response, and the first one may have taken effect.
        ConditionExpression: 'attribute_not_exists(claimedUntil) OR claimedUntil <= :now OR claimedBy = :owner',
        ExpressionAttributeValues: marshall({
          ':until': until,
          ':owner': owner,
          ':now': clock(),
          ':expiresAt': expiryOf(clock()),
        }),
        ReturnValues: 'ALL_NEW',
      });
      try {
        const { Attributes = {} } = await client.send(update);
        return fromItem(unmarshall(Attributes));
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw toStoreError(error);
      }
    },
    async save(id, state, isFinal) {
      const update = new UpdateItemCommand({
        TableName,
        Key: keyOf(id),
        UpdateExpression: `SET delivery = :delivery, expiresAt = :expiresAt${isFinal ? ', claimedUntil = :past' : ''}`,
        ConditionExpression: 'claimedBy = :owner',
        ExpressionAttributeValues: marshall({
          ':delivery': JSON.stringify(state),
          ':owner': owner,
          ':expiresAt': expiryOf(clock()),
          ...(isFinal && { ':past': 0 }),
        }),
      });
      if (!(await isConditionMet(client.send(update)))) throw new Error('another invocation has taken over this email');
    },
  };
}

function expiryOf(now: number): number {
  return Math.ceil((now + retentionMs) / 1000);
}

function fromItem({ delivery }: Record<string, unknown>): DeliveryState {
  return typeof delivery === 'string' ? { ...newDelivery, ...JSON.parse(delivery) } : newDelivery;
}
