import { defined } from '../domain/defined.ts';
import type { RecipientEvent } from '../domain/feedback/recipient-event.ts';
import { groupBy } from '../domain/group-by.ts';
import { adoptedEvent, type ListedAddress } from '../domain/suppression/adopted-event.ts';
import { defaultListName } from '../domain/suppression/list-name.ts';
import type { SuppressionRecord } from '../domain/suppression/record.ts';
import {
  maxTransactionItems,
  type RecordChange,
  type StoredRecord,
  StoreError,
  type SuppressionStore,
} from '../domain/suppression/store.ts';
import { type CommitDependencies, commit } from '../ingest/commit.ts';
import { halve } from '../ingest/transaction-chunks.ts';

/** Number of changes and events to collect before saving them. One DynamoDB transaction takes 100 items. */
export const changeBatchSize = 90;

/** Collects changes to the table and saves them in batches. */
export type ChangeBatch = {
  /**
   * Adds entries that the table adopts.
   * @param list Default: the account's
   */
  adopt(entries: readonly ListedAddress[], list?: string): void;
  /** Adds a changed record. */
  update(record: SuppressionRecord, stored: StoredRecord): void;
  /**
   * Saves everything collected so far, if there are enough changes and events.
   * @param atLeast Default: 1
   */
  flush(atLeast?: number): Promise<void>;
  /** Returns the number of changes that could not be saved, and the reason of the first failure. */
  failures(): { readonly failed: number; readonly error?: string };
};

/** Creates a batch. In a dry run it collects and saves nothing. */
export function createChangeBatch(dependencies: CommitDependencies & { readonly isDryRun: boolean }): ChangeBatch {
  const { isDryRun } = dependencies;
  let events: RecipientEvent[] = [];
  let changes: RecordChange[] = [];
  let failed = 0;
  let firstError: string | undefined;
  const fail = (reason: string, times = 1) => {
    failed += times;
    firstError ??= reason;
  };
  async function write(some: readonly RecordChange[], store: SuppressionStore): Promise<void> {
    try {
      if (dependencies.remaining() <= 0) return fail('out of time', some.length);
      // A record whose change of status is published is two items.
      if (store.countItems({ changes: some, counts: [] }) > maxTransactionItems) {
        for (const half of halve(some)) await write(half, store);
        return;
      }
      const outcome = await store.write({ changes: some, counts: [] });
      if (outcome.kind === 'written') return;
      // A record that changed in the meantime has an up-to-date outbox entry, and the next run compares it again.
      if (some.length === 1) for (const reason of outcome.rejected.values()) fail(reason);
      else for (const one of some) await write([one], store);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      fail(error.message, some.length);
    }
  }
  return {
    adopt(entries, list) {
      if (!isDryRun) events.push(...entries.map((entry) => adoptedEvent(entry, list)));
    },
    update(record, stored) {
      if (!isDryRun) changes.push({ record, stored });
    },
    async flush(atLeast = 1) {
      if (changes.length + events.length < atLeast) return;
      // Records first, because they are based on what was read. Events are decided on the records as they are then.
      const byList = groupBy(changes, ({ stored }) => stored?.list ?? defaultListName);
      for (const [list, some] of byList)
        await write(some, list === defaultListName ? dependencies.store : dependencies.store.ofList(list));
      const results = await commit(events, dependencies);
      [changes, events] = [[], []];
      for (const result of results.values()) if (result.kind === 'failed') fail(result.reason);
    },
    failures: () => ({ failed, ...defined({ error: firstError }) }),
  };
}
