import type { AddressKey } from '../domain/address.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { isExpired, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { SuppressionStore } from '../domain/suppression/store.ts';

/** What an operator's word on an address works with. */
export type OperatorDependencies = {
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly clock: () => number;
};

/** Who says it, and what for. */
export type Attribution = { readonly by: string; readonly note: string };

/** Each try loses only to feedback that came in between the read and the write. */
const tries = 10;

/**
 * Reads the record of one address and writes what `change` makes of it, as often as somebody else is faster.
 * @param change is given what is held, unless it says nothing any more, and the time; where it returns `undefined`, nothing is written
 * @returns the record as it is now, or `undefined` where nothing was written
 * @throws StoreFault where the table cannot be asked; Error where it cannot be written
 */
export async function updateRecord<Changed extends SuppressionRecord | undefined>(
  { store, clock }: Pick<OperatorDependencies, 'store' | 'clock'>,
  address: AddressKey,
  change: (held: SuppressionRecord | undefined, at: number) => Changed,
): Promise<Changed> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = (await store.read([{ address, eventIds: [] }])).get(address);
    if (stored !== undefined && 'unreadable' in stored) throw new Error(stored.unreadable);
    const at = clock();
    const record = change(stored !== undefined && !isExpired(stored.record, at) ? stored.record : undefined, at);
    if (record === undefined) return record;
    const outcome = await store.write({ changes: [{ record, stored }], counts: [] });
    if (outcome.kind === 'written') return record;
  }
  throw new Error('The address gets feedback faster than its record can be written. Try again.');
}
