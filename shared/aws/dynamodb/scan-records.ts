import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { accountListName } from '../../domain/suppression/list-name.ts';
import type { StoredRecord } from '../../domain/suppression/store.ts';
import { toStoreError } from './errors.ts';
import { fromItem, type Item } from './suppression-item.ts';

export type RecordScanOptions = {
  readonly client: DynamoDBClient;
  readonly suppressionsTable: string;
  /** Is told of records that are not as we write them, page by page: how many. */
  readonly onUnreadable?: (count: number) => void;
};

/**
 * All records of the table, a page of up to a megabyte at a time: half a read unit for each four kilobytes, a cent or two a million
 * records. What is written meanwhile may or may not be among them.
 * @throws StoreFault
 */
export async function* scanRecords({
  client,
  suppressionsTable,
  onUnreadable = () => {},
}: RecordScanOptions): AsyncGenerator<StoredRecord[]> {
  let start: Item | undefined;
  do {
    const command = new ScanCommand({
      TableName: suppressionsTable,
      FilterExpression: '#list = :account',
      ExpressionAttributeNames: { '#list': 'list' },
      ExpressionAttributeValues: marshall({ ':account': accountListName }),
      ExclusiveStartKey: start,
    });
    const page: ScanCommandOutput = await client.send(command).catch((error: unknown) => {
      throw toStoreError(error);
    });
    const outcomes = (page.Items ?? []).map(fromItem);
    const records = outcomes.flatMap((outcome) => ('unreadable' in outcome ? [] : outcome));
    if (records.length < outcomes.length) onUnreadable(outcomes.length - records.length);
    yield records;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
