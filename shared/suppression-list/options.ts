import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Verdict } from './verdict.ts';

/** Options of every suppression list, whether its table is in DynamoDB or in memory. */
export type ListOptions = {
  /**
   * Names a list of the application's own, such as `newsletter`, or that of an SES tenant: `tenant:<name>`. Lookups read this list and the account's list; `suppress`
   * and `release` change this list only. Up to 128 letters, digits and `._:-`.
   *
   * @default 'account', the list that bounces and complaints go to
   */
  readonly list?: string;
  /**
   * Caches answers in memory for `maxAgeMs` milliseconds, including the answer "not suppressed". Holds the `maxEntries` addresses that
   * were looked up last, at about 200 bytes each. Useless in a process that sends a single email.
   *
   * @default none; 10,000 for `maxEntries`
   */
  readonly cache?: {
    /** How long an answer is used. Milliseconds. */
    readonly maxAgeMs: number;
    /** @default 10_000 */
    readonly maxEntries?: number;
  };
  /**
   * Decides what a lookup returns if the table cannot be read: `throw` rejects with a `SuppressionStoreError`, `allow` returns an
   * `allowed` verdict marked `unverified`, `suppress` returns a `suppressed` verdict with the reason `store-failed`.
   *
   * @default 'throw'
   */
  readonly whenStoreFails?: 'throw' | 'allow' | 'suppress';
  /**
   * Receives each failure that `allow` or `suppress` hides. The lookup waits for the promise it returns and rejects if it throws.
   *
   * @default emits a process warning, at most once a minute
   */
  readonly onStoreFailure?: (error: Error) => unknown;
  /**
   * Limits one read of up to 100 addresses, including its retries. Milliseconds; `Infinity` for no limit.
   *
   * @default 3000
   */
  readonly timeoutMs?: number;
  /**
   * Limits how many reads of up to 100 addresses `filterSuppressed` and snapshots run at the same time.
   *
   * @default 8
   */
  readonly concurrency?: number;
  /**
   * Returns the current time in epoch milliseconds. Set it in tests.
   *
   * @default Date.now
   */
  readonly clock?: () => number;
};

/** Options of a guard. */
export type GuardOptions = {
  /**
   * Receives the recipients that an email loses, before the email is sent to the others. The guard waits for the promise it returns and
   * does not send if it throws.
   *
   * @default none
   */
  readonly onDropped?: (dropped: readonly Verdict[]) => unknown;
};

/** Region, endpoint and credentials, as the AWS SDK takes them. The SDK's defaults apply to each one left out. */
export type ConnectionOptions = Pick<DynamoDBClientConfig, 'region' | 'endpoint' | 'credentials'>;

/** Options of a suppression list in DynamoDB: the table, the connection to it, and how the list answers. */
export type SuppressionListOptions = ListOptions &
  ConnectionOptions & {
    /** The `suppressions` table: the stack output `SuppressionsTableName`. */
    readonly tableName: string;
    /**
     * Sends all requests through this client, with its middleware, tracing, retries and timeouts. It replaces `region`, `endpoint` and
     * `credentials`. Without a client, the library signs and sends reads itself, which takes a third of the CPU time.
     *
     * @default none
     */
    readonly client?: DynamoDBClient;
    /**
     * The content of the stack's `policy.json`. Only `suppress` and `release` use it, and only its settings `accountList` and
     * `publishStatusChanges`.
     *
     * @default the default policy
     */
    readonly policy?: unknown;
  };
