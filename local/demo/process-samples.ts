import { randomBytes } from 'node:crypto';
import { createFeedbackHandler } from '../../functions/handlers/feedback-handler.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { createDocumentClient } from '../emulator/document-client.ts';
import { createTables, type TableNames } from '../emulator/tables.ts';
import { type Sample, toQueueBatch } from './samples.ts';
import { seededRandom, shuffle } from './shuffle.ts';
import { type TableSnapshot, takeTableSnapshot } from './table-snapshot.ts';

/** A sample, what the function logged about it, and the tables before and after it if the sample is shown in full. */
export type ProcessedSample = {
  readonly sample: Sample;
  readonly entries: readonly FeedbackLogEntry[];
  readonly tables?: { readonly before: TableSnapshot; readonly after: TableSnapshot };
};

export type Redelivery = {
  /** Number of messages delivered again. */
  readonly messages: number;
  /** Number of messages returned to the queue, because they are unreadable. */
  readonly returned: number;
  readonly seed: number;
  readonly before: TableSnapshot;
  readonly after: TableSnapshot;
};

export type ProcessedSamples = {
  readonly processed: readonly ProcessedSample[];
  readonly redelivery: Redelivery;
  /** Asks the library, as an application does. */
  readonly isSuppressed: (address: string) => Promise<boolean>;
};

/**
 * Processes the samples with the deployed function, one after the other, then delivers every message twice more, in random order.
 *
 * @param now the time of the function, epoch milliseconds
 * @param seed determines the random order
 */
export async function processSamples(samples: readonly Sample[], now: number, seed: number): Promise<ProcessedSamples> {
  const tables = await createDemoTables();
  const client = createDocumentClient();
  const logged: FeedbackLogEntry[] = [];
  const handler = createFeedbackHandler({
    variables: { SUPPRESSIONS_TABLE: tables.suppressionsTable, REPUTATION_TABLE: tables.reputationTable },
    clock: () => now,
    log: (entry) => void logged.push(entry),
  });
  const invoke = async (lambdaEvent: unknown): Promise<readonly FeedbackLogEntry[]> => {
    logged.length = 0;
    await handler(lambdaEvent, {} as never);
    return [...logged];
  };

  const processed: ProcessedSample[] = [];
  for (const sample of samples) {
    const before = sample.isShownInFull && (await takeTableSnapshot(client, tables));
    const entries = await invoke(sample.lambdaEvent);
    processed.push({
      sample,
      entries,
      ...(before && { tables: { before, after: await takeTableSnapshot(client, tables) } }),
    });
  }
  const before = await takeTableSnapshot(client, tables);

  const messages = samples.flatMap((sample) => sample.messages);
  const again = shuffle([...messages, ...messages], seededRandom(seed));
  let returned = 0;
  for (let from = 0; from < again.length; from += batchSize) {
    const entries = await invoke(toQueueBatch(again.slice(from, from + batchSize)));
    returned += entries.filter((entry) => entry.kind === 'message' && entry.outcome === 'unreadable').length;
  }
  const after = await takeTableSnapshot(client, tables);
  const { isSuppressed } = createSuppressionList({ tableName: tables.suppressionsTable, clock: () => now });
  return { processed, redelivery: { messages: again.length, returned, seed, before, after }, isSuppressed };
}

const batchSize = 10;

/** Creates two tables with random names, because the engine may be one that keeps its tables. */
export async function createDemoTables(): Promise<TableNames> {
  const suffix = randomBytes(4).toString('hex');
  const tables = { suppressionsTable: `demo-${suffix}-suppressions`, reputationTable: `demo-${suffix}-reputation` };
  await createTables(createDynamoDBClient(), tables);
  return tables;
}
