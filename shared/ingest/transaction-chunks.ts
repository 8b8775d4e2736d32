import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { countsOf } from '../domain/suppression/decide.ts';
import { maxTransactionItems, type SuppressionStore } from '../domain/suppression/store.ts';

/**
 * Splits events into chunks that fit into one transaction each. Assumes one item for each event (its record, or an id
 * beside the record) and one for each counter item the event can be added to. In most batches, a chunk is 96 addresses
 * and four counter items.
 */
export function splitIntoTransactions(
  events: readonly RecipientEvent[],
  { counterKeys }: Pick<SuppressionStore, 'counterKeys'>,
): RecipientEvent[][] {
  const chunks: RecipientEvent[][] = [];
  let chunk: RecipientEvent[] = [];
  let counters = new Set<string>();
  for (const event of events) {
    const keys = counterKeys(countsOf(event));
    const added = keys.filter((key) => !counters.has(key)).length;
    if (chunk.length > 0 && chunk.length + 1 + counters.size + added > maxTransactionItems) {
      chunks.push(chunk);
      chunk = [];
      counters = new Set();
    }
    chunk.push(event);
    for (const key of keys) counters.add(key);
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks;
}

/** Splits a list in two: for a chunk that is too large, or that contains an event the database rejects. */
export function halve<Item>(items: readonly Item[]): [Item[], Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
