import type { Address } from '../domain/address.ts';
import { defaultPolicy, type Policy, readPolicy } from '../domain/policy/policy.ts';
import { accountListName } from '../domain/suppression/list-name.ts';
import { StoreError, type SuppressionStore } from '../domain/suppression/store.ts';
import { releaseAddress } from '../operator/release-address.ts';
import { suppressAddress } from '../operator/suppress-address.ts';
import { toSuppressionStoreError } from './store-error.ts';
import type { ChangeNote } from './suppression-list.ts';

/** What changes a list by hand. */
export type Editor = {
  suppress(address: Address, note: ChangeNote & { readonly until?: Date }): Promise<void>;
  /** @returns whether anything was held of it */
  release(address: Address, note: ChangeNote): Promise<boolean>;
};

export type EditorOptions = {
  readonly tableName: string;
  readonly list: string;
  /** Of that list. */
  readonly store: SuppressionStore;
  /** As it stands in `policy.json`; left out: the defaults. */
  readonly policy?: unknown;
  readonly clock: () => number;
};

export function createEditor({ tableName, list, store, policy, clock }: EditorOptions): Editor {
  const read = policy === undefined ? defaultPolicy : readPolicy(policy);
  const dependencies = { store, clock, policy: list === accountListName ? read : untoldToSes(read) };
  return {
    async suppress(address, given) {
      const { until, ...note } = checkNote(given);
      const end = until && { until: until.getTime() };
      await suppressAddress(dependencies, address, { ...note, ...end }).catch(rethrow);
    },
    async release({ key, original }, given) {
      const note = checkNote(given);
      return (
        (await releaseAddress(dependencies, key, note, { originalAddress: original }).catch(rethrow)) !== undefined
      );
    },
  };

  function rethrow(error: unknown): never {
    if (!(error instanceof StoreError)) throw error;
    throw toSuppressionStoreError(error.cause ?? error, tableName, 'changed');
  }
}

/** @throws TypeError where somebody does not say who and why */
function checkNote<Given extends ChangeNote & { readonly until?: Date }>(given: Given): Given {
  const { by, note, until } = Object(given) as Partial<Given>;
  const isSaid = typeof by === 'string' && by !== '' && typeof note === 'string' && note !== '';
  if (isSaid && (until === undefined || until instanceof Date)) return given;
  throw new TypeError('Pass { by, note }, both non-empty strings, and until, if given, as a Date.');
}

/** SES has one list for the account: one tenant's must not stand there. */
function untoldToSes(policy: Policy): Policy {
  return { ...policy, accountList: { ...policy.accountList, mode: 'off' } };
}
