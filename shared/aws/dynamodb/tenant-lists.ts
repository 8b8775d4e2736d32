import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AddressKey } from '../../domain/address.ts';
import { tenantOfList, tenantPrefix } from '../../domain/suppression/list-name.ts';
import { queryItems } from './query.ts';

export type TenantListsOptions = { readonly client: DynamoDBClient; readonly suppressionsTable: string };

/**
 * Returns the tenants on whose lists an address has a record, in alphabetical order.
 *
 * @throws StoreError
 */
export async function tenantsWithRecordOf(
  { client, suppressionsTable }: TenantListsOptions,
  address: AddressKey,
): Promise<string[]> {
  const items = await queryItems(client, {
    TableName: suppressionsTable,
    KeyConditionExpression: 'address = :address AND begins_with(#list, :prefix)',
    ProjectionExpression: '#list',
    ExpressionAttributeNames: { '#list': 'list' },
    ExpressionAttributeValues: marshall({ ':address': address, ':prefix': tenantPrefix }),
    ConsistentRead: true,
  });
  return items.flatMap(({ list }) => tenantOfList(list?.S ?? '') ?? []);
}
