import type { AddressKey } from '../domain/address.ts';
import type { Attribution } from '../domain/suppression/attribution.ts';
import type { ListPolicy } from '../domain/suppression/list-policy.ts';
import { type OperatorChange, suppressionAt } from '../domain/suppression/operator-change.ts';
import { isExpired, type SuppressionRecord } from '../domain/suppression/record.ts';
import type { SuppressionStore } from '../domain/suppression/store.ts';

export type OperatorDependencies = {
  readonly store: SuppressionStore;
  readonly policy: ListPolicy;
  /** Returns the current time in epoch milliseconds. */
  readonly clock: () => number;
};

/** An attempt fails only if feedback, or another operator, changes the record between the read and the write. */
const maxAttempts = 10;

/** What goes into the history beside the address, the time and what was there before. */
export type Intent = Attribution & Pick<OperatorChange, 'action' | 'until'>;

/**
 * Reads the record of one address and writes the changed one, with an entry of the history. Starts again if the record changes in between, up
 * to ten times.
 *
 * @param intent what the operator does
 * @param change returns the record to write, or `undefined` to write nothing. It receives the current record (`undefined` if there is none or it
 *   has expired) and the current time in epoch milliseconds.
 * @returns what `change` returned
 * @throws StoreError if the table cannot be read or written; Error if the stored record is damaged, or changes ten times in a row
 */
export async function updateRecord<Changed extends SuppressionRecord | undefined>(
  { store, clock }: Pick<OperatorDependencies, 'store' | 'clock'>,
  address: AddressKey,
  intent: Intent,
  change: (current: SuppressionRecord | undefined, at: number) => Changed,
): Promise<Changed> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = (await store.read([{ address, eventIds: [] }])).get(address);
    if (stored !== undefined && 'unreadable' in stored) throw new Error(stored.unreadable);
    const at = clock();
    const current = stored !== undefined && !isExpired(stored.record, at) ? stored.record : undefined;
    const record = change(current, at);
    if (record === undefined) return record;
    const operatorChange = { ...intent, address, at, ...suppressionAt(current, at) };
    const outcome = await store.write({ changes: [{ record, stored, operatorChange }], counts: [] });
    if (outcome.kind === 'written') return record;
  }
  throw new Error(
    `Could not change the record: another writer, such as new feedback, changed it first ${maxAttempts} times in a row. Try again.`,
  );
}
