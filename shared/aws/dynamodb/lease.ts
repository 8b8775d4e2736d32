import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { isConditionMet } from './write-condition.ts';

export type LeaseOptions = {
  readonly client: DynamoDBClient;
  readonly reputationTable: string;
  /** The name of the work that only one process may do at a time. */
  readonly name: string;
  /** A unique token of this process. */
  readonly owner: string;
  readonly clock: () => number;
};

const isFree = 'attribute_not_exists(holder)';
/** A process that crashed did not return its lease. */
const hasExpired = 'heldUntil <= :now';
/**
 * The SDK repeats a request that got no response, and the first one may have taken effect. A late process must not
 * return another's lease.
 */
const isOwn = 'holder = :owner';

/**
 * Does the work if no other process is doing it. The lease of a process that crashes expires after `durationMs`.
 *
 * @param durationMs the time after which the work has ended in any case, in milliseconds
 * @returns the result of the work, or `undefined` if another process has the lease
 * @throws StoreError if the lease cannot be requested; any error of the work
 */
export async function withLease<Result>(
  { client, reputationTable: TableName, name, owner, clock }: LeaseOptions,
  durationMs: number,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const key = { scope: 'leases', hour: name };
  const take = new PutItemCommand({
    TableName,
    Item: marshall({ ...key, holder: owner, heldUntil: clock() + durationMs }),
    ConditionExpression: `${isFree} OR ${hasExpired} OR ${isOwn}`,
    ExpressionAttributeValues: marshall({ ':now': clock(), ':owner': owner }),
  });
  const giveBack = new DeleteItemCommand({
    TableName,
    Key: marshall(key),
    ConditionExpression: isOwn,
    ExpressionAttributeValues: marshall({ ':owner': owner }),
  });
  if (!(await isConditionMet(client.send(take)))) return undefined;
  try {
    return await work();
  } finally {
    // If this fails, the lease expires by itself.
    await client.send(giveBack).catch(() => {});
  }
}
