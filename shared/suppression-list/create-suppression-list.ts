import { type DynamoDBClient, GetItemCommand, type GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { createDynamoDBClient } from '../aws/dynamodb-client.ts';
import { toStoreFault } from '../aws/dynamodb-faults.ts';
import { type AddressKey, parseAddress } from '../feedback/address.ts';
import { accountList, isSuppressedAt } from '../feedback/suppression-record.ts';
import { InvalidAddressError, SuppressionStoreError } from './errors.ts';

/** Where the list is, and how it is reached. */
export type SuppressionListOptions = {
  /** The `suppressions` table. Read permission on it (`dynamodb:GetItem`) is all that is needed. */
  readonly tableName: string;
  /**
   * Left out: one of its own with the environment's region and credentials, and three attempts, each with one second to connect
   * and two to answer.
   */
  readonly client?: DynamoDBClient;
  /** The time, for tests. Epoch milliseconds. */
  readonly clock?: () => number;
};

/** The suppression list, as an application sees it. */
export type SuppressionList = {
  /**
   * Whether mail to this address must not be sent now.
   *
   * The address may be written in any way a mail client would: display name, capitals and IDNA make no difference.
   *
   * @throws InvalidAddressError where it is no address
   * @throws SuppressionStoreError where the table cannot be asked: decide for yourself whether to send then
   */
  isSuppressed(address: string): Promise<boolean>;
};

/**
 * Asks the suppression list before a send.
 *
 * @example
 * const suppressions = createSuppressionList({ tableName: 'ses-feedback-prod-suppressions' });
 * if (!(await suppressions.isSuppressed('ann@example.com'))) await send('ann@example.com');
 */
export function createSuppressionList({
  tableName,
  client = createDynamoDBClient(),
  clock = Date.now,
}: SuppressionListOptions): SuppressionList {
  return {
    async isSuppressed(address) {
      const key = parseAddress(address)?.key;
      if (key === undefined) throw new InvalidAddressError();
      return isSuppressedAt(await readVerdict(client, tableName, key), clock());
    },
  };
}

async function readVerdict(client: DynamoDBClient, tableName: string, key: AddressKey) {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: { address: { S: key }, list: { S: accountList } },
    ProjectionExpression: '#status, #until',
    ExpressionAttributeNames: { '#status': 'status', '#until': 'until' },
  });
  try {
    const { Item } = await client.send(command);
    return Item === undefined ? undefined : readItem(Item);
  } catch (error) {
    if (error instanceof SuppressionStoreError) throw error;
    const { message } = toStoreFault(error);
    throw new SuppressionStoreError(`The suppression list "${tableName}" cannot be read. ${message}`, { cause: error });
  }
}

/** Strict: an item of another shape means another table, and a wrong table must not say "not suppressed". */
function readItem(item: NonNullable<GetItemCommandOutput['Item']>) {
  const status = item.status?.S;
  const until = item.until?.S === undefined ? undefined : Date.parse(item.until.S);
  if ((status !== 'suppressed' && status !== 'watched' && status !== 'released') || Number.isNaN(until)) {
    throw new SuppressionStoreError('The item read is no suppression record: is this the suppressions table?');
  }
  return { status, ...(until !== undefined && { until }) } as const;
}
