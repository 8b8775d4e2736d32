import { changeRecord, type OperatorDependencies, type OperatorNote } from './change-record.ts';
import type { AddressKey } from './feedback/address.ts';
import { withSpelling } from './feedback/decide.ts';
import { release } from './feedback/release.ts';
import { emptyRecord, type SuppressionRecord } from './feedback/suppression-record.ts';

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
