import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { accountList } from '../feedback/suppression-record.ts';
import { createList } from './create-list.ts';
import { type LeanOptions, leanReads } from './lean-reads.ts';
import { readEntriesOf } from './read-entries.ts';
import { sdkReads } from './sdk-reads.ts';
import type { ListOptions, SuppressionList } from './suppression-list.ts';

/** Where the list is, how it is reached, and how it answers. */
export type SuppressionListOptions = ListOptions &
  LeanOptions & {
    /** The `suppressions` table: the stack's output `SuppressionsTableName`. */
    readonly tableName: string;
    /**
     * A client of your own, with its middleware, retries and timeouts. Left out: requests are made and signed here, with the Region,
     * endpoint and credentials given or found by the SDK, which takes a third of the processor's time.
     */
    readonly client?: DynamoDBClient;
    /** What stands in the stack's `policy.json`; only `suppress` and `release` look at it, and only at `accountList`. */
    readonly policy?: unknown;
  };

/**
 * The suppression list of a stack. Reading it needs `dynamodb:GetItem` and `dynamodb:BatchGetItem` on one table, the stack's `AppPolicy`.
 *
 * @example
 * const suppressions = createSuppressionList({ tableName: 'ses-feedback-prod-suppressions' });
 * if (!(await suppressions.isSuppressed('ann@example.com'))) await send('ann@example.com');
 */
export function createSuppressionList(options: SuppressionListOptions): SuppressionList {
  const { tableName, client, region, endpoint, credentials, policy, ...ofList } = options;
  const lean = { ...(region && { region }), ...(endpoint && { endpoint }), ...(credentials && { credentials }) };
  const reads = client === undefined ? leanReads(lean) : sdkReads(client);
  return createList(
    {
      tableName,
      readEntries: readEntriesOf(reads, tableName),
      async operator() {
        const { openOperator } = await import('./open-operator.ts');
        const { list = accountList, clock = Date.now } = ofList;
        return openOperator({ tableName, list, clock, policy, ...(client ? { client } : { config: lean }) });
      },
    },
    ofList,
  );
}
