import type { SuppressionListOptions } from '../../suppression-list/options.ts';
import { createLeanReader } from './lean-reader.ts';
import { createEntryReader, entryNames, type ItemForm, toEntry } from './suppression-reader.ts';

/** What the table knows of an address: suppressed, also without an end, or soft bounces and no delivery since. */
export type AddressState =
  | { readonly kind: 'suppressed'; readonly until?: number }
  | { readonly kind: 'bounced-before' };

/** Opens a list for reads of the state of many addresses. Addresses without a record are not in the result. */
export function openStateReader({ tableName, ...options }: SuppressionListOptions) {
  return createEntryReader(createLeanReader(options, options), tableName, options.clock ?? Date.now, stateForm);
}

const stateForm: ItemForm<AddressState> = {
  projection: {
    ProjectionExpression: '#a,#l,#s,#r,#f,#u,#k',
    ExpressionAttributeNames: { ...entryNames, '#k': 'strikes' },
  },
  toEntry(item) {
    const entry = toEntry(item);
    if (entry !== undefined) return { kind: 'suppressed', ...(entry.until !== undefined && { until: entry.until }) };
    return item.strikes?.L?.length ? { kind: 'bounced-before' } : undefined;
  },
};
