import { describeError } from '../domain/describe-error.ts';
import type { StatusChange } from '../domain/suppression/status-change.ts';

/** The changes of status that have been written to the table and not been published yet. */
export type ChangeOutbox = {
  /** Returns up to `limit` of them, oldest first. */
  listPending(now: number, limit: number): Promise<readonly StatusChange[]>;
  /** Removes changes that have been published. */
  remove(changes: readonly StatusChange[]): Promise<void>;
};

export type PublishDependencies = {
  readonly outbox: ChangeOutbox;
  /**
   * Publishes up to 10 changes, and returns why some could not be published, by their ids. Throws if none could.
   */
  readonly publish: (changes: readonly StatusChange[]) => Promise<ReadonlyMap<string, string>>;
  /** Returns the current time in epoch milliseconds. */
  readonly clock: () => number;
  /** Returns the milliseconds left to work in. */
  readonly remaining: () => number;
};

/** `error`: why some changes could not be published. They remain in the outbox. */
export type PublishReport = { readonly published: number; readonly error?: string };

/** SNS accepts up to 10 messages in one request. */
const batchSize = 10;
/** Number of requests at the same time. */
const concurrency = 10;

/**
 * Publishes the changes of status in the outbox, oldest first, until it is empty or the time is up. A change leaves the outbox after SNS has
 * accepted it. If the process crashes in between, the next run publishes the change again, with the same id.
 */
export async function publishChanges({
  outbox,
  publish,
  clock,
  remaining,
}: PublishDependencies): Promise<PublishReport> {
  let published = 0;
  const publishBatch = async (changes: readonly StatusChange[]): Promise<string | undefined> => {
    const failures = await publish(changes).catch((error: unknown) => describeError(error));
    if (typeof failures === 'string') return failures;
    const accepted = changes.filter(({ id }) => !failures.has(id));
    await outbox.remove(accepted);
    published += accepted.length;
    return [...failures.values()][0];
  };
  while (remaining() > 0) {
    const changes = await outbox.listPending(clock(), batchSize * concurrency);
    if (changes.length === 0) break;
    const errors = await Promise.all(inBatches(changes).map(publishBatch));
    const error = errors.find((one) => one !== undefined);
    // The failed changes would come first in the next list as well.
    if (error !== undefined) return { published, error };
  }
  return { published };
}

function inBatches<Item>(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / batchSize);
  return Array.from({ length: count }, (_, index) => items.slice(index * batchSize, (index + 1) * batchSize));
}
