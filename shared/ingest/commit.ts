import type { AddressKey } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { backOff, type RetryContext } from '../domain/retry.ts';
import { type Count, decide } from '../domain/suppression/decide.ts';
import { defaultListName } from '../domain/suppression/list-name.ts';
import { type ListPolicy, policyOfList } from '../domain/suppression/list-policy.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import {
  maxTransactionItems,
  type ReadOutcome,
  type RecordChange,
  StoreError,
  type SuppressionStore,
} from '../domain/suppression/store.ts';
import { halve, splitIntoTransactions } from './transaction-chunks.ts';

export type CommitDependencies = RetryContext & {
  readonly store: SuppressionStore;
  readonly policy: Policy;
  /** Returns the current time in epoch milliseconds. */
  readonly clock: () => number;
  /** Ends the current request when the time is up. */
  readonly signal?: AbortSignal;
};

/** The result for one event. */
export type CommitResult =
  /** The event is stored. `isNew` is false if the record contained it already. */
  | {
      readonly kind: 'durable';
      readonly isNew: boolean;
      readonly record?: SuppressionRecord;
      readonly counts: readonly Count[];
    }
  /** The event is not stored, or the response was lost. Its message must be delivered again. */
  | { readonly kind: 'failed'; readonly reason: string };

export type CommitResults = ReadonlyMap<RecipientEvent, CommitResult>;
type Results = Map<RecipientEvent, CommitResult>;
type Work = { readonly events: readonly RecipientEvent[]; readonly attempt: number };

/**
 * Stores a batch of events, chunk by chunk: reads the records, decides, and writes records and counters in one
 * transaction.
 *
 * A transaction writes everything or nothing, so records and counters always agree. If the process crashes between two
 * requests, the messages are delivered again and the records recognize what they contain. Never throws: each event is
 * `durable` or `failed`.
 */
export async function commit(
  events: readonly RecipientEvent[],
  dependencies: CommitDependencies,
): Promise<CommitResults> {
  const results: Results = new Map();
  const withoutEffect = events.filter(({ effect }) => effect === 'none');
  for (const event of withoutEffect) results.set(event, { kind: 'durable', isNew: true, counts: [] });
  const withEffect = events.filter(({ effect }) => effect !== 'none');
  for (const [list, some] of groupBy(withEffect, ({ list = defaultListName }) => list))
    await commitToList(some, results, { ...dependencies, ...forList(list, dependencies) });
  return results;
}

type ListDependencies = Omit<CommitDependencies, 'policy'> & { readonly policy: ListPolicy };

/** Every event changes the record of one list, so the lists need no common transaction. */
function forList(list: string, { store, policy }: CommitDependencies): Pick<ListDependencies, 'store' | 'policy'> {
  return { store: list === defaultListName ? store : store.ofList(list), policy: policyOfList(policy, list) };
}

async function commitToList(
  events: readonly RecipientEvent[],
  results: Results,
  dependencies: ListDependencies,
): Promise<void> {
  const chunks = splitIntoTransactions(events, dependencies.store);
  const queue: Work[] = chunks.map((chunk) => ({ events: chunk, attempt: 0 }));
  for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
    if (await backOff(work.attempt, dependencies)) queue.unshift(...(await commitChunk(work, results, dependencies)));
    else fail(results, work.events, 'out of time');
  }
}

/** Tries one chunk. Returns the work that remains: nothing if it was written, else parts of the chunk to try again. */
async function commitChunk(
  work: Work,
  results: Results,
  { store, policy, clock, signal }: ListDependencies,
): Promise<Work[]> {
  try {
    const groups = groupBy(work.events, ({ address }) => address);
    const lookups = [...groups].map(([address, group]) => ({ address, eventIds: group.map(({ id }) => id) }));
    const outcomes = await store.read(lookups, signal);
    const now = clock();
    const decided = [...groups].map(([address, group]) => decideGroup(group, outcomes.get(address), policy, now));
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

/**
 * Fails events whose records were rejected. Tries the uncontested ones again at once, and the contested ones alone
 * after a back-off.
 */
function splitCancelled(
  work: Work,
  { contested, rejected }: { contested: ReadonlySet<AddressKey>; rejected: ReadonlyMap<AddressKey, string> },
  results: Results,
): Work[] {
  for (const event of work.events) {
    const reason = rejected.get(event.address);
    if (reason !== undefined) results.set(event, { kind: 'failed', reason });
  }
  const remaining = work.events.filter(({ address }) => !rejected.has(address));
  const uncontested = remaining.filter(({ address }) => !contested.has(address));
  const retried = remaining.filter(({ address }) => contested.has(address));
  return [
    ...(uncontested.length > 0 ? [{ events: uncontested, attempt: 0 }] : []),
    ...(retried.length > 0 ? [{ events: retried, attempt: work.attempt + 1 }] : []),
  ];
}

/**
 * After a transient error, tries the same chunk again. After an error in the request, tries halves, until only the bad
 * event fails.
 */
function recover(work: Work, error: unknown, results: Results): Work[] {
  const scope = error instanceof StoreError ? error.scope : 'request';
  if (scope === 'transient') return [{ ...work, attempt: work.attempt + 1 }];
  if (scope === 'request' && work.events.length > 1) return halveWork(work);
  fail(results, work.events, error instanceof Error ? error.message : 'unknown error');
  return [];
}

function halveWork({ events, attempt }: Work): Work[] {
  return halve(events).map((half) => ({ events: half, attempt }));
}

/** Decides on all events of one address, one after the other, starting from its stored record. */
function decideGroup(group: readonly RecipientEvent[], stored: ReadOutcome, policy: ListPolicy, now: number) {
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
    results.set(event, { kind: 'durable', isNew, counts: decision.counts, ...defined({ record }) });
  }
  const change: RecordChange | undefined =
    record === undefined || record === stored?.record ? undefined : { record, stored };
  return { results, counts, change };
}

function fail(results: Results, events: readonly RecipientEvent[], reason: string): void {
  for (const event of events) results.set(event, { kind: 'failed', reason });
}
