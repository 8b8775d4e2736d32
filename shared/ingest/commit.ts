import type { AddressKey } from '../domain/address.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { backOff, type RetryContext } from '../domain/retry.ts';
import { type Count, decide } from '../domain/suppression/decide.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import {
  maxTransactionItems,
  type ReadOutcome,
  type RecordChange,
  StoreError,
  type SuppressionStore,
} from '../domain/suppression/store.ts';
import { halve, splitIntoTransactions } from './transaction-chunks.ts';

/** What `commit` works with. */
export type CommitDependencies = RetryContext & {
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Ends the call under way when the time is up. */
  readonly signal?: AbortSignal;
};

/** What became of one event. */
export type CommitResult =
  /** Durable. `isNew` is false where the record knew it already. */
  | {
      readonly kind: 'durable';
      readonly isNew: boolean;
      readonly record?: SuppressionRecord;
      readonly counts: readonly Count[];
    }
  /** Not durable, or not known to be: it must come again. */
  | { readonly kind: 'failed'; readonly reason: string };

export type CommitResults = ReadonlyMap<RecipientEvent, CommitResult>;
type Results = Map<RecipientEvent, CommitResult>;
type Work = { readonly events: readonly RecipientEvent[]; readonly attempt: number };

/**
 * Makes a batch of events durable, chunk after chunk: read the records, decide, write records and counters in one transaction.
 *
 * A transaction takes all or nothing, so records and counts always agree, and dying between any two calls costs nothing but a
 * redelivery, which the records recognise. Never throws: each event is durable or `failed`.
 */
export async function commit(
  events: readonly RecipientEvent[],
  dependencies: CommitDependencies,
): Promise<CommitResults> {
  const results: Results = new Map();
  const idle = events.filter(({ effect }) => effect === 'none');
  for (const event of idle) results.set(event, { kind: 'durable', isNew: true, counts: [] });
  const work: Work[] = splitIntoTransactions(events.filter(({ effect }) => effect !== 'none')).map((part) => ({
    events: part,
    attempt: 0,
  }));
  for (let next = work.shift(); next !== undefined; next = work.shift()) {
    if (await backOff(next.attempt, dependencies)) work.unshift(...(await tryOnce(next, results, dependencies)));
    else fail(results, next.events, 'out of time');
  }
  return results;
}

/** @returns what is left to do */
async function tryOnce(
  work: Work,
  results: Results,
  { store, policy, clock, signal }: CommitDependencies,
): Promise<Work[]> {
  try {
    const folds = groupByAddress(work.events);
    const lookups = [...folds].map(([address, group]) => ({ address, eventIds: group.map(({ id }) => id) }));
    const held = await store.read(lookups, signal);
    const now = clock();
    const decided = [...folds].map(([address, group]) => fold(group, held.get(address), policy, now));
    const changes = decided.flatMap(({ change }) => change ?? []);
    const counts = decided.flatMap((one) => one.counts);
    const transaction = { changes, counts };
    if (store.countItems(transaction) > maxTransactionItems) return halveWork(work);
    const outcome = changes.length === 0 ? ({ kind: 'written' } as const) : await store.write(transaction, signal);
    if (outcome.kind === 'written') {
      for (const one of decided) for (const [event, result] of one.results) results.set(event, result);
      return [];
    }
    return splitCancelled(work, outcome, results);
  } catch (error) {
    return recover(work, error, results);
  }
}

/** Those that cannot be written are reported; the uncontested go first and at once, the contested alone and after a pause. */
function splitCancelled(
  work: Work,
  { contested, rejected }: { contested: ReadonlySet<AddressKey>; rejected: ReadonlyMap<AddressKey, string> },
  results: Results,
): Work[] {
  for (const event of work.events) {
    const reason = rejected.get(event.address);
    if (reason !== undefined) results.set(event, { kind: 'failed', reason });
  }
  const left = work.events.filter(({ address }) => !rejected.has(address));
  const free = left.filter(({ address }) => !contested.has(address));
  const again = left.filter(({ address }) => contested.has(address));
  return [
    ...(free.length > 0 ? [{ events: free, attempt: 0 }] : []),
    ...(again.length > 0 ? [{ events: again, attempt: work.attempt + 1 }] : []),
  ];
}

/** A fault that may pass: the same again, later. One that lies in the request: smaller ones, until only the culprit fails. */
function recover(work: Work, error: unknown, results: Results): Work[] {
  const scope = error instanceof StoreError ? error.scope : 'request';
  if (scope === 'transient') return [{ ...work, attempt: work.attempt + 1 }];
  if (scope === 'request' && work.events.length > 1) return halveWork(work);
  fail(results, work.events, error instanceof Error ? error.message : 'unknown fault');
  return [];
}

function halveWork({ events, attempt }: Work): Work[] {
  return halve(events).map((half) => ({ events: half, attempt }));
}

/** All events of one address, one after the other, on what is held of it. */
function fold(group: readonly RecipientEvent[], stored: ReadOutcome, policy: Policy, now: number) {
  const results: Results = new Map();
  if (stored !== undefined && 'unreadable' in stored) {
    fail(results, group, stored.unreadable);
    return { results, counts: [] as Count[], change: undefined };
  }
  let record = stored?.record;
  const counts: Count[] = [];
  for (const event of group) {
    const decision = decide(record, event, policy, now);
    record = decision.record;
    counts.push(...decision.counts);
    const { isNew } = decision;
    results.set(event, { kind: 'durable', isNew, counts: decision.counts, ...(record && { record }) });
  }
  const change: RecordChange | undefined =
    record === undefined || record === stored?.record ? undefined : { record, stored };
  return { results, counts, change };
}

function groupByAddress(events: readonly RecipientEvent[]): Map<AddressKey, RecipientEvent[]> {
  const groups = new Map<AddressKey, RecipientEvent[]>();
  for (const event of events) {
    const group = groups.get(event.address);
    if (group === undefined) groups.set(event.address, [event]);
    else group.push(event);
  }
  return groups;
}

function fail(results: Results, events: readonly RecipientEvent[], reason: string): void {
  for (const event of events) results.set(event, { kind: 'failed', reason });
}
