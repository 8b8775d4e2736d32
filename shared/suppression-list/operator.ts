import type { Address } from '../feedback/address.ts';
import { accountList } from '../feedback/list-name.ts';
import { defaultPolicy, type Policy, readPolicy } from '../feedback/policy.ts';
import { releaseAddress } from '../release-address.ts';
import { suppressAddress } from '../suppress-address.ts';
import { StoreFault, type SuppressionStore } from '../suppression-store.ts';
import { explainFailure } from './explain-failure.ts';
import type { Note } from './suppression-list.ts';

/** What changes a list by hand. */
export type Operator = {
  suppress(address: Address, note: Note & { readonly until?: Date }): Promise<void>;
  /** @returns whether anything was held of it */
  release(address: Address, note: Note): Promise<boolean>;
};

export type OperatorOptions = {
  readonly tableName: string;
  readonly list: string;
  /** Of that list. */
  readonly store: SuppressionStore;
  /** As it stands in `policy.json`; left out: the defaults. */
  readonly policy?: unknown;
  readonly clock: () => number;
};

export function createOperator({ tableName, list, store, policy, clock }: OperatorOptions): Operator {
  const read = policy === undefined ? defaultPolicy : readPolicy(policy);
  const dependencies = { store, clock, policy: list === accountList ? read : untoldToSes(read) };
  return {
    async suppress(address, { until, ...note }) {
      const end = until && { until: until.getTime() };
      await suppressAddress(dependencies, address, { ...note, ...end }).catch(rethrow);
    },
    async release({ key, spelling }, note) {
      return (await releaseAddress(dependencies, key, note, { spelling }).catch(rethrow)) !== undefined;
    },
  };

  function rethrow(error: unknown): never {
    if (!(error instanceof StoreFault)) throw error;
    throw explainFailure(error.cause ?? error, tableName, 'changed');
  }
}

/** SES has one list for the account: one tenant's must not stand there. */
function untoldToSes(policy: Policy): Policy {
  return { ...policy, accountList: { ...policy.accountList, mode: 'off' } };
}
