import { randomBytes } from 'node:crypto';
import { createFeedbackHandler } from '../../functions/handlers/feedback-handler.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import type { FeedbackLogEntry } from '../../shared/ingest/log-entry.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { useLocalAwsEnvironment } from '../emulator/aws-environment.ts';
import { createDocumentClient } from '../emulator/document-client.ts';
import { createTables } from '../emulator/tables.ts';
import {
  printHeading,
  printIntroduction,
  printNextSteps,
  printRedelivery,
  printSample,
  printSamplesInBrief,
  printVerdicts,
} from './print.ts';
import { printScenario } from './print-scenario.ts';
import { demoTime, loadSample, loadSamples, type Sample, toQueueBatch } from './samples.ts';
import { seededRandom, shuffle } from './shuffle.ts';
import { takeTableSnapshot } from './table-snapshot.ts';

/**
 * `npm run demo`: runs the product on sample messages, shows that a redelivery changes nothing, and shows a week with a
 * bad list.
 */
async function main(args: readonly string[]): Promise<void> {
  const option = args.find((arg) => arg.startsWith('-'));
  if (option !== undefined) throw new Error(`Unknown option ${option}. Usage: npm run demo -- [FILE…]`);
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  if (!Number.isSafeInteger(seed)) throw new Error('SEED must be a whole number.');
  const userSamples = await Promise.all(args.map((file) => loadSample(file)));
  const samples = await loadSamples();
  const engine = await useLocalAwsEnvironment();
  try {
    await runDemo([...userSamples, ...samples], demoTime(samples), seed);
  } finally {
    await engine.stop();
  }
}

async function runDemo(samples: readonly Sample[], now: number, seed: number): Promise<void> {
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
  const invoke = async (lambdaEvent: unknown): Promise<readonly FeedbackLogEntry[]> => {
    entries.length = 0;
    await handler(lambdaEvent, {} as never);
    return [...entries];
  };
  const shownInFull = samples.filter(({ isShownInFull }) => isShownInFull);

  printIntroduction(now);
  printHeading('1', 'Process bounces and complaints');
  let before = await takeTableSnapshot(client, tables);
  for (const sample of shownInFull) {
    const logged = await invoke(sample.lambdaEvent);
    const after = await takeTableSnapshot(client, tables);
    printSample(sample, logged, before, after);
    before = after;
  }
  const inBrief: { sample: Sample; entries: readonly FeedbackLogEntry[] }[] = [];
  for (const sample of samples.filter(({ isShownInFull }) => !isShownInFull)) {
    inBrief.push({ sample, entries: await invoke(sample.lambdaEvent) });
  }
  printSamplesInBrief(inBrief);

  printHeading('2', 'Check addresses before sending');
  const list = createSuppressionList({ tableName: tables.suppressionsTable, clock: () => now });
  const processed = await takeTableSnapshot(client, tables);
  await printVerdicts(shownInFull, processed, list.isSuppressed);

  printHeading('3', 'Deliver every message twice more, in random order, in batches of 10');
  const messages = samples.flatMap((sample) => sample.messages);
  const again = shuffle([...messages, ...messages], seededRandom(seed));
  let returned = 0;
  for (let from = 0; from < again.length; from += 10) {
    const logged = await invoke(toQueueBatch(again.slice(from, from + 10)));
    returned += logged.filter((entry) => entry.kind === 'message' && entry.outcome === 'unreadable').length;
  }
  const after = await takeTableSnapshot(client, tables);
  const isUnchanged = printRedelivery({ messages: again.length, returned, seed, before: processed, after });
  if (!isUnchanged)
    throw new Error(`The redelivery changed the tables. To reproduce it, run: SEED=${seed} npm run demo`);

  printHeading('4', 'Detect a bad list before AWS reviews the account');
  await printScenario(now);
  printNextSteps();
}

// A reader of the output may close the pipe early (`| head`). That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
