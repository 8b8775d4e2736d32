import type { Address } from '../domain/address.ts';
import { defaultPolicy, type Policy, readPolicy } from '../domain/policy/policy.ts';
import { accountList } from '../domain/suppression/list-name.ts';
import { StoreFault, type SuppressionStore } from '../domain/suppression/store.ts';
import { releaseAddress } from '../operator/release-address.ts';
import { suppressAddress } from '../operator/suppress-address.ts';
import { explainFailure } from './store-error.ts';
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
    async suppress(address, given) {
      const { until, ...note } = checkNote(given);
      const end = until && { until: until.getTime() };
      await suppressAddress(dependencies, address, { ...note, ...end }).catch(rethrow);
    },
    async release({ key, spelling }, given) {
      const note = checkNote(given);
      return (await releaseAddress(dependencies, key, note, { spelling }).catch(rethrow)) !== undefined;
    },
  };

  function rethrow(error: unknown): never {
    if (!(error instanceof StoreFault)) throw error;
    throw explainFailure(error.cause ?? error, tableName, 'changed');
  }
}

/** @throws TypeError where somebody does not say who and why */
function checkNote<Given extends Note & { readonly until?: Date }>(given: Given): Given {
  const { by, why, until } = Object(given) as Partial<Given>;
  const isSaid = typeof by === 'string' && by !== '' && typeof why === 'string' && why !== '';
  if (isSaid && (until === undefined || until instanceof Date)) return given;
  throw new TypeError('Say who and why: { by, why }, two texts; and until, if there is an end, is a Date.');
}

/** SES has one list for the account: one tenant's must not stand there. */
function untoldToSes(policy: Policy): Policy {
  return { ...policy, accountList: { ...policy.accountList, mode: 'off' } };
}
