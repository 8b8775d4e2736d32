import type { AddressKey } from '../domain/address.ts';
import { withSpelling } from '../domain/suppression/decide.ts';
import { emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { release } from '../domain/suppression/release.ts';
import { changeRecord, type OperatorDependencies, type OperatorNote } from './update-record.ts';

export type ReleaseOptions = {
  /** How it may be written at SES, beside what we know. */
  readonly spelling?: string;
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
  { by, why }: OperatorNote,
  { spelling = address, isHeldAtSes = false }: ReleaseOptions = {},
): Promise<SuppressionRecord | undefined> {
  return changeRecord(dependencies, address, (held, at) => {
    const known = held ?? (isHeldAtSes ? emptyRecord(address) : undefined);
    return known && release(withSpelling(known, spelling), { at, by, why }, dependencies.policy);
  });
}
