import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import type { Reason } from '../../domain/feedback/recipient-event.ts';
import { defaultListName, tenantPrefix } from '../../domain/suppression/list-name.ts';
import type { SuppressionRecord } from '../../domain/suppression/record.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { orStoreError } from './errors.ts';
import type { Item } from './item.ts';

/** One suppressed address. Times are epoch milliseconds; `until` is missing if the suppression is permanent. */
export type SuppressedAddress = Required<Pick<SuppressionRecord, 'address' | 'reason' | 'since'>> &
  Pick<SuppressionRecord, 'until'> & {
    /** The list, if it is not the account's. */
    readonly list?: string;
  };

export type SuppressedIndexOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  /** Suppressions that have ended are left out. */
  readonly clock: () => number;
  /**
   * Whether to yield what tenants' lists suppress, too.
   * @default false
   */
  readonly withTenants?: boolean;
};

/** A period in which suppressions began, epoch milliseconds. `until` itself is not part of it. */
export type Period = { readonly since: number; readonly until: number };

/**
 * Yields the suppressed addresses, newest first, page by page. Reads are eventually consistent: a write of the last
 * second may be missing.
 *
 * @throws StoreError
 */
export async function* listSuppressed(
  { client, suppressionsTable, clock, withTenants = false }: SuppressedIndexOptions,
  { since, until }: Period,
): AsyncGenerator<SuppressedAddress[]> {
  const query = {
    TableName: suppressionsTable,
    IndexName: 'suppressed',
    KeyConditionExpression: '#status = :suppressed AND #since BETWEEN :since AND :until',
    FilterExpression: withTenants ? '#list = :list OR begins_with(#list, :tenant)' : '#list = :list',
    ExpressionAttributeNames: { '#status': 'status', '#since': 'since', '#list': 'list' },
    ExpressionAttributeValues: marshall({
      ':suppressed': 'suppressed',
      ':since': formatTimestamp(since),
      // BETWEEN includes its end.
      ':until': formatTimestamp(until - 1),
      ':list': defaultListName,
      ...(withTenants && { ':tenant': tenantPrefix }),
    }),
    ScanIndexForward: false,
  };
  let ExclusiveStartKey: Item | undefined;
  let Limit = firstPageSize;
  do {
    const { Items = [], LastEvaluatedKey } = await orStoreError(
      client.send(new QueryCommand({ ...query, Limit, ...(ExclusiveStartKey && { ExclusiveStartKey }) })),
    );
    yield Items.map(toSuppressedAddress).filter(({ until: end = Number.POSITIVE_INFINITY }) => end > clock());
    ExclusiveStartKey = LastEvaluatedKey;
    Limit = Math.min(Limit * pageGrowth, maxPageSize);
  } while (ExclusiveStartKey !== undefined);
}

/** Most callers need the newest few only, and a whole page of DynamoDB (1 MB) takes longer than all the rest of a command. */
const firstPageSize = 100;
const pageGrowth = 10;

/** More entries than a page of DynamoDB can have. */
const maxPageSize = 100_000;

function toSuppressedAddress(item: Item): SuppressedAddress {
  const { address, list, reason, since, until } = unmarshall(item);
  return {
    address: address as AddressKey,
    reason: reason as Reason,
    since: Date.parse(since),
    ...(until !== undefined && { until: Date.parse(until) }),
    ...(list !== defaultListName && { list }),
  };
}
