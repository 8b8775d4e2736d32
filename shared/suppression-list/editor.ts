import { randomUUID } from 'node:crypto';
import type { Address } from '../domain/address.ts';
import { defaultPolicy, type Policy, readPolicy } from '../domain/policy/policy.ts';
import type { Attribution } from '../domain/suppression/attribution.ts';
import { defaultListName } from '../domain/suppression/list-name.ts';
import { policyOfList } from '../domain/suppression/list-policy.ts';
import { StoreError, type SuppressionStore } from '../domain/suppression/store.ts';
import type { Erasures } from '../operator/erasures.ts';
import { releaseAddress } from '../operator/release-address.ts';
import { suppressAddress } from '../operator/suppress-address.ts';
import type { SuppressionListOptions } from './options.ts';
import { toSuppressionStoreError } from './store-error.ts';

/** Changes a suppression list manually. */
export type Editor = {
  suppress(address: Address, options: SuppressOptions): Promise<void>;
  /** Returns whether the list had a record of the address, or the hash of it if its data was erased. */
  release(address: Address, attribution: Attribution): Promise<boolean>;
};

type SuppressOptions = Attribution & { readonly until?: Date };

export type EditorOptions = {
  readonly tableName: string;
  readonly list: string;
  /** The store of that list. */
  readonly store: SuppressionStore;
  /**
   * What is kept of addresses whose data was erased.
   *
   * @default nothing, as in a list in memory
   */
  readonly erasures?: Pick<Erasures, 'release'>;
  /**
   * The content of `policy.json`.
   *
   * @default the default policy
   */
  readonly policy?: unknown;
  readonly clock: () => number;
};

/**
 * Opens a list in DynamoDB for changes. Loads the SDK here and not with this file, because a list in memory uses this file without the SDK.
 */
export async function openEditor(options: SuppressionListOptions): Promise<Editor> {
  const { tableName, client, region, endpoint, credentials, policy } = options;
  const { list = defaultListName, clock = Date.now } = options;
  const config = { ...(region && { region }), ...(endpoint && { endpoint }), ...(credentials && { credentials }) };
  const [{ createDynamoDBClient }, { createSuppressionTable }, { createErasureTable }] = await Promise.all([
    import('../aws/dynamodb/client.ts'),
    import('../aws/dynamodb/suppression-table.ts'),
    import('../aws/dynamodb/erasure-table.ts'),
  ]);
  const table = { client: client ?? createDynamoDBClient(config), suppressionsTable: tableName };
  const store = createSuppressionTable({
    ...table,
    // A manual change counts nothing.
    reputationTable: '',
    list,
    shard: 0,
    newVersion: randomUUID,
    clock,
    publishesChanges: policyOf(policy).publishStatusChanges,
  });
  return createEditor({ tableName, list, store, erasures: createErasureTable(table), policy, clock });
}

/**
 * Returns an editor of one list.
 *
 * @throws Error if the policy is invalid
 */
export function createEditor({ tableName, list, store, erasures, policy: content, clock }: EditorOptions): Editor {
  const policy = policyOf(content);
  const dependencies = { store, clock, policy: policyOfList(policy, list) };
  return {
    async suppress(address, options) {
      const { until, ...attribution } = checkAttribution(options);
      const end = until && { until: until.getTime() };
      await suppressAddress(dependencies, address, { ...attribution, ...end }).catch(rethrow);
    },
    async release({ key, original }, options) {
      const attribution = checkAttribution(options);
      const record = await releaseAddress(dependencies, key, attribution, { originalAddress: original }).catch(rethrow);
      const wasErased = (await erasures?.release(key, list, clock(), attribution).catch(rethrow)) ?? false;
      return record !== undefined || wasErased;
    },
  };

  function rethrow(error: unknown): never {
    if (!(error instanceof StoreError)) throw error;
    throw toSuppressionStoreError(error.cause ?? error, tableName, 'change');
  }
}

function policyOf(content: unknown): Policy {
  return content === undefined ? defaultPolicy : readPolicy(content);
}

/** @throws TypeError if the caller does not say who makes the change, and why */
function checkAttribution<Given extends SuppressOptions>(given: Given): Given {
  const { by, note, until } = Object(given) as Partial<Given>;
  const isAttributed = typeof by === 'string' && by !== '' && typeof note === 'string' && note !== '';
  if (isAttributed && (until === undefined || until instanceof Date)) return given;
  throw new TypeError('Pass { by, note }, both non-empty strings, and until, if given, as a Date.');
}
