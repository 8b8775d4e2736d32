import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { slotOf } from '../domain/reputation/time-slots.ts';
import { maxTransactionItems } from '../domain/suppression/store.ts';

/**
 * Cuts a batch into parts that one transaction can take: an action for each event (a record, or one more id beside it) and
 * one for each counter item they can touch. In most batches that is 96 addresses and four counters.
 */
export function splitIntoTransactions(events: readonly RecipientEvent[]): RecipientEvent[][] {
  const chunks: RecipientEvent[][] = [];
  let current: RecipientEvent[] = [];
  let counters = new Set<string>();
  for (const event of events) {
    const touched = countersOf(event);
    const added = touched.filter((key) => !counters.has(key)).length;
    if (current.length > 0 && current.length + 1 + counters.size + added > maxTransactionItems) {
      chunks.push(current);
      current = [];
      counters = new Set();
    }
    current.push(event);
    for (const key of touched) counters.add(key);
  }
  return current.length > 0 ? [...chunks, current] : chunks;
}

/** In two, for a chunk that turned out too large, or that holds one the database will not take. */
export function halve<Item>(items: readonly Item[]): [Item[], Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

function countersOf({ metric, scopes, sentAt }: RecipientEvent): string[] {
  const { hour } = slotOf(sentAt);
  if (metric === null) return [];
  const ofCauses = metric === 'hard' || metric === 'complaints' ? [`causes@${hour}`] : [];
  return [...ofCauses, ...scopes.map((scope) => `${scope}@${hour}`)];
}
