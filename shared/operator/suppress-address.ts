import type { Address } from '../domain/address.ts';
import { withAddressVariant } from '../domain/suppression/decide.ts';
import { emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { suppress } from '../domain/suppression/suppress.ts';
import { type Attribution, type OperatorDependencies, updateRecord } from './update-record.ts';

export type SuppressAddressOptions = Attribution & {
  /** When it ends, epoch milliseconds; left out: never. */
  readonly until?: number;
};

/**
 * Suppresses an address, as an operator: see {@link suppress}. SES's own list is told by account-list, of what is to last for ever.
 * @returns the record as it is now
 * @throws Error where `until` does not lie ahead, or the record cannot be written; StoreFault where the table cannot be asked
 */
export async function suppressAddress(
  dependencies: OperatorDependencies,
  { key, original }: Address,
  note: SuppressAddressOptions,
): Promise<SuppressionRecord> {
  assertFuture(note.until, dependencies.clock());
  return updateRecord(dependencies, key, (held, at) =>
    suppress(withAddressVariant(held ?? emptyRecord(key), original), { ...note, at }, dependencies.policy),
  );
}

/** @throws Error with a sentence, where the moment has passed or is none: whoever suppresses until then suppresses nobody */
export function assertFuture(until: number | undefined, now: number): void {
  // No moment that a calendar knows is `NaN`, and so is not later than anything.
  if (until === undefined || new Date(until).getTime() > now) return;
  throw new Error('The end of a suppression has to lie in the future.');
}
