import type { AddressKey } from '../domain/address.ts';
import { withAddressVariant } from '../domain/suppression/decide.ts';
import { emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { release } from '../domain/suppression/release.ts';
import { type Attribution, type OperatorDependencies, updateRecord } from './update-record.ts';

export type ReleaseAddressOptions = {
  /** How it may be written at SES, beside what we know. */
  readonly originalAddress?: string;
  /** SES's list holds it: the release is noted also where we hold nothing, or old feedback could still suppress it. */
  readonly isHeldAtSes?: boolean;
};

/**
 * Lets an address go, as an operator: see {@link release}.
 * @returns the record as it is now, or `undefined` where nothing is held of the address
 * @throws StoreFault where the table cannot be asked; Error where it cannot be written
 */
export async function releaseAddress(
  dependencies: OperatorDependencies,
  address: AddressKey,
  { by, note }: Attribution,
  { originalAddress = address, isHeldAtSes = false }: ReleaseAddressOptions = {},
): Promise<SuppressionRecord | undefined> {
  return updateRecord(dependencies, address, (held, at) => {
    const known = held ?? (isHeldAtSes ? emptyRecord(address) : undefined);
    return known && release(withAddressVariant(known, originalAddress), { at, by, note }, dependencies.policy);
  });
}
