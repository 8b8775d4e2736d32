import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import type { Reason } from '../../domain/feedback/recipient-event.ts';
import { defaultListName } from '../../domain/suppression/list-name.ts';
import type { SuppressionRecord } from '../../domain/suppression/record.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { toStoreError } from './errors.ts';
import type { Item } from './item.ts';

/** One suppressed address. Times are epoch milliseconds; `until` is missing if the suppression is permanent. */
export type SuppressedAddress = Required<Pick<SuppressionRecord, 'address' | 'reason' | 'since'>> &
  Pick<SuppressionRecord, 'until'>;

export type SuppressedIndexOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  /** Suppressions that have ended are left out. */
  readonly clock: () => number;
};

/** A period in which suppressions began, epoch milliseconds. `until` itself is not part of it. */
export type Period = { readonly since: number; readonly until: number };

/**
 * Yields the suppressed addresses of the account's list, newest first, page by page. Reads are eventually consistent: a write of the last
 * second may be missing.
 *
 * @throws StoreError
 */
export async function* listSuppressed(
  { client, suppressionsTable, clock }: SuppressedIndexOptions,
  { since, until }: Period,
): AsyncGenerator<SuppressedAddress[]> {
  const query = {
    TableName: suppressionsTable,
    IndexName: 'suppressed',
    KeyConditionExpression: '#status = :suppressed AND #since BETWEEN :since AND :until',
    FilterExpression: '#list = :list',
    ExpressionAttributeNames: { '#status': 'status', '#since': 'since', '#list': 'list' },
    ExpressionAttributeValues: marshall({
      ':suppressed': 'suppressed',
      ':since': formatTimestamp(since),
      // BETWEEN includes its end.
      ':until': formatTimestamp(until - 1),
      ':list': defaultListName,
    }),
    ScanIndexForward: false,
  };
  try {
    for await (const { Items = [] } of paginateQuery({ client }, query))
      yield Items.map(toSuppressedAddress).filter(({ until: end = Number.POSITIVE_INFINITY }) => end > clock());
  } catch (error) {
    throw toStoreError(error);
  }
}

function toSuppressedAddress(item: Item): SuppressedAddress {
  const { address, reason, since, until } = unmarshall(item);
  return {
    address: address as AddressKey,
    reason: reason as Reason,
    since: Date.parse(since),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
}
