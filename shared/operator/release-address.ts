import type { AddressKey } from '../domain/address.ts';
import { withAddressVariant } from '../domain/suppression/address-variants.ts';
import type { Attribution } from '../domain/suppression/attribution.ts';
import { emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { release } from '../domain/suppression/release.ts';
import { type OperatorDependencies, updateRecord } from './update-record.ts';

export type ReleaseAddressOptions = {
  /**
   * How the operator wrote the address. SES may list it in this variant.
   * @default the address
   */
  readonly originalAddress?: string;
  /**
   * Whether SES lists the address. If so, the release is recorded even if there is no record, so that old feedback does not suppress it.
   * @default false
   */
  readonly mayBeListedAtSes?: boolean;
};

/**
 * Releases an address in the table: see {@link release}. The account-list function then deletes it from the account suppression lists, unless
 * `accountList.mode` is `off`.
 *
 * @returns the new record, or `undefined` if nothing is known about the address
 * @throws StoreError if the table cannot be read or written; Error if the stored record is damaged, or keeps changing
 */
export async function releaseAddress(
  dependencies: OperatorDependencies,
  address: AddressKey,
  { by, note }: Attribution,
  { originalAddress = address, mayBeListedAtSes = false }: ReleaseAddressOptions = {},
): Promise<SuppressionRecord | undefined> {
  return updateRecord(dependencies, address, (current, at) => {
    const record = current ?? (mayBeListedAtSes ? emptyRecord(address) : undefined);
    return record && release(withAddressVariant(record, originalAddress), { at, by, note }, dependencies.policy);
  });
}
