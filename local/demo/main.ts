import { randomBytes } from 'node:crypto';
import { createFeedbackHandler } from '../../functions/handlers/feedback-handler.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { useLocalAwsEnvironment } from '../emulator/aws-environment.ts';
import { createDocumentClient } from '../emulator/document-client.ts';
import { createTables } from '../emulator/tables.ts';
import { heading, introduce, showInBrief, showNext, showRepetition, showSample, showVerdicts } from './print.ts';
import { showStory } from './print-scenario.ts';
import { loadSample, loadSamples, type Sample, timeOf, toQueueBatch } from './samples.ts';
import { seededRandom, shuffle } from './shuffle.ts';
import { takeSnapshot } from './table-snapshot.ts';

/** Shows the whole product on sample messages: what comes in, what becomes of it, and that a second delivery changes nothing. */
async function demo(args: readonly string[]): Promise<void> {
  const option = args.find((arg) => arg.startsWith('-'));
  if (option !== undefined) throw new Error(`there is no option ${option}. Usage: npm run demo -- [FILE…]`);
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  if (!Number.isSafeInteger(seed)) throw new Error('SEED is not a whole number');
  const own = await Promise.all(args.map((file) => loadSample(file)));
  const samples = await loadSamples();
  const engine = await useLocalAwsEnvironment();
  try {
    await run([...own, ...samples], timeOf(samples), seed);
  } finally {
    await engine.stop();
  }
}

async function run(samples: readonly Sample[], now: number, seed: number): Promise<void> {
  const suffix = randomBytes(4).toString('hex');
  const tables = { suppressionsTable: `demo-${suffix}-suppressions`, reputationTable: `demo-${suffix}-reputation` };
  const client = createDocumentClient();
  await createTables(createDynamoDBClient(), tables);
  const entries: FeedbackLogEntry[] = [];
  const handler = createFeedbackHandler({
    variables: { SUPPRESSIONS_TABLE: tables.suppressionsTable, REPUTATION_TABLE: tables.reputationTable },
    clock: () => now,
    log: (entry) => void entries.push(entry),
  });
  const deliver = async (lambdaEvent: unknown): Promise<readonly FeedbackLogEntry[]> => {
    entries.length = 0;
    await handler(lambdaEvent, {} as never);
    return [...entries];
  };

  introduce(now);
  heading('1', 'Feedback comes in');
  let before = await takeSnapshot(client, tables);
  for (const sample of samples.filter(({ isShownInFull }) => isShownInFull)) {
    const reported = await deliver(sample.lambdaEvent);
    const after = await takeSnapshot(client, tables);
    showSample(sample, reported, before, after);
    before = after;
  }
  const others: { sample: Sample; entries: readonly FeedbackLogEntry[] }[] = [];
  for (const sample of samples.filter(({ isShownInFull }) => !isShownInFull)) {
    others.push({ sample, entries: await deliver(sample.lambdaEvent) });
  }
  showInBrief(others);

  heading('2', 'May this address be mailed?');
  const list = createSuppressionList({ tableName: tables.suppressionsTable, clock: () => now });
  const settled = await takeSnapshot(client, tables);
  const shown = samples.filter(({ isShownInFull }) => isShownInFull);
  await showVerdicts(shown, settled, list.isSuppressed);

  heading('3', 'Everything again, twice, in random order, in batches of ten');
  const deliveries = samples.flatMap((sample) => sample.deliveries);
  const again = shuffle([...deliveries, ...deliveries], seededRandom(seed));
  let handedBack = 0;
  for (let from = 0; from < again.length; from += 10) {
    const reported = await deliver(toQueueBatch(again.slice(from, from + 10)));
    handedBack += reported.filter((entry) => entry.kind === 'message' && entry.outcome === 'unreadable').length;
  }
  const isUnchanged = showRepetition(again.length, handedBack, seed, settled, await takeSnapshot(client, tables));
  if (!isUnchanged) throw new Error(`a second delivery changed something. To see it again: SEED=${seed} npm run demo`);

  heading('4', 'A bad list: what the rates say, and when');
  await showStory(now);
  showNext();
}

// Somebody may look at the first lines only (`| head`): not our fault, and not theirs.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

demo(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
