import type { AddressKey } from '../domain/address.ts';
import { withAddressVariant } from '../domain/suppression/address-variants.ts';
import { type Attribution, assertAttribution } from '../domain/suppression/attribution.ts';
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
  /**
   * Decides on the record as it is when it is written, because it may have changed since the operator selected it.
   * @default every record is released
   */
  readonly isSelected?: (record: SuppressionRecord) => boolean;
};

/**
 * Releases an address in the table: see {@link release}. The account-list function then deletes it from the account suppression lists, unless
 * `accountList.mode` is `off`.
 *
 * @returns the new record, or `undefined` if nothing is known about the address or the record is not selected
 * @throws StoreError if the table cannot be read or written; Error if a text is too long, or the stored record is damaged or keeps changing
 */
export async function releaseAddress(
  dependencies: OperatorDependencies,
  address: AddressKey,
  { by, note }: Attribution,
  { originalAddress = address, mayBeListedAtSes = false, isSelected = () => true }: ReleaseAddressOptions = {},
): Promise<SuppressionRecord | undefined> {
  assertAttribution({ by, note });
  return updateRecord(dependencies, address, { action: 'released', by, note }, (current, at) => {
    const record = current ?? (mayBeListedAtSes ? emptyRecord(address) : undefined);
    if (record === undefined || !isSelected(record)) return undefined;
    return release(withAddressVariant(record, originalAddress), { at, by, note }, dependencies.policy);
  });
}
