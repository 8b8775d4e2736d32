import type { Address } from '../domain/address.ts';
import { withSpelling } from '../domain/suppression/decide.ts';
import { emptyRecord, type SuppressionRecord } from '../domain/suppression/record.ts';
import { suppress } from '../domain/suppression/suppress.ts';
import { changeRecord, type OperatorDependencies, type OperatorNote } from './update-record.ts';

export type SuppressNote = OperatorNote & {
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
  { key, spelling }: Address,
  note: SuppressNote,
): Promise<SuppressionRecord> {
  requireFuture(note.until, dependencies.clock());
  return changeRecord(dependencies, key, (held, at) =>
    suppress(withSpelling(held ?? emptyRecord(key), spelling), { ...note, at }, dependencies.policy),
  );
}

/** @throws Error with a sentence, where the moment has passed or is none: whoever suppresses until then suppresses nobody */
export function requireFuture(until: number | undefined, now: number): void {
  // No moment that a calendar knows is `NaN`, and so is not later than anything.
  if (until === undefined || new Date(until).getTime() > now) return;
  throw new Error('The end of a suppression has to lie in the future.');
}
