import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { toStoreError } from './errors.ts';

export type LeaseOptions = {
  readonly client: DynamoDBClient;
  readonly reputationTable: string;
  /** What only one may do at a time. */
  readonly name: string;
  /** A token nobody else has. */
  readonly owner: string;
  readonly clock: () => number;
};

/**
 * Does the work unless somebody else is at it. Who dies with the lease holds it no longer than it was taken for.
 * @param milliseconds by then the work is over, whatever becomes of it
 * @returns `undefined` where somebody else has it
 * @throws StoreFault where the table cannot be asked; whatever the work throws
 */
export async function withLease<Result>(
  { client, reputationTable: TableName, name, owner, clock }: LeaseOptions,
  milliseconds: number,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const key = { scope: 'leases', hour: name };
  const take = new PutItemCommand({
    TableName,
    Item: marshall({ ...key, holder: owner, heldUntil: clock() + milliseconds }),
    ConditionExpression: 'attribute_not_exists(holder) OR heldUntil <= :now OR holder = :owner',
    // A call of ours without an answer may have taken it, and is made again.
    ExpressionAttributeValues: marshall({ ':now': clock(), ':owner': owner }),
  });
  const giveBack = new DeleteItemCommand({
    TableName,
    Key: marshall(key),
    ConditionExpression: 'holder = :owner',
    ExpressionAttributeValues: marshall({ ':owner': owner }),
  });
  try {
    await client.send(take);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw toStoreError(error);
  }
  try {
    return await work();
  } finally {
    // It runs out by itself.
    await client.send(giveBack).catch(() => {});
  }
}
