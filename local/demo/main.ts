import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { printable } from '../../cli/printable.ts';
import { createDocumentClient, createDynamoDBClient } from '../../shared/aws/dynamodb-client.ts';
import { createFeedbackHandler } from '../../shared/aws/feedback-handler.ts';
import { classify } from '../../shared/feedback/classify.ts';
import { parse } from '../../shared/feedback/parse.ts';
import { defaultPolicy } from '../../shared/feedback/policy.ts';
import { formatTimestamp } from '../../shared/feedback/timestamp.ts';
import type { Entry } from '../../shared/report.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { useLocalDynamoDB } from '../local-aws.ts';
import { createTables } from '../tables.ts';
import { columns, paint, wrap } from './paint.ts';
import { loadSample, loadSamples, type Sample, timeOf, toQueueBatch } from './samples.ts';
import { seededRandom, shuffle } from './shuffle.ts';
import { describeCounts, type Snapshot, takeSnapshot } from './snapshot.ts';

/** Shows the whole product on sample messages: what comes in, what becomes of it, and that a second delivery changes nothing. */
async function demo(files: readonly string[]): Promise<void> {
  const samples = [...(await loadSamples()), ...(await Promise.all(files.map((file) => loadSample(file))))];
  const engine = await useLocalDynamoDB();
  try {
    await run(samples);
  } finally {
    await engine.stop();
  }
}

async function run(samples: readonly Sample[]): Promise<void> {
  const suffix = randomBytes(4).toString('hex');
  const tables = { suppressionsTable: `demo-${suffix}-suppressions`, reputationTable: `demo-${suffix}-reputation` };
  const client = createDocumentClient();
  await createTables(createDynamoDBClient(), tables);
  const now = timeOf(samples);
  const entries: Entry[] = [];
  const handler = createFeedbackHandler({
    variables: { SUPPRESSIONS_TABLE: tables.suppressionsTable, REPUTATION_TABLE: tables.reputationTable },
    policy: defaultPolicy,
    clock: () => now,
    log: (entry) => void entries.push(entry),
  });
  const deliver = async (lambdaEvent: unknown): Promise<readonly Entry[]> => {
    entries.length = 0;
    await handler(lambdaEvent, {} as never);
    return entries;
  };

  introduce(now);
  heading('1', 'Feedback comes in');
  for (const sample of samples) {
    const before = await takeSnapshot(client, tables);
    const reported = await deliver(sample.lambdaEvent);
    showSample(sample, reported, before, await takeSnapshot(client, tables));
  }

  heading('2', 'May this address be mailed?');
  const list = createSuppressionList({ tableName: tables.suppressionsTable, clock: () => now });
  const settled = await takeSnapshot(client, tables);
  await showVerdicts(samples, settled, list.isSuppressed);

  heading('3', 'Everything once more: doubled, shuffled, in batches of ten');
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const deliveries = samples.flatMap((sample) => sample.deliveries);
  const again = shuffle([...deliveries, ...deliveries], seededRandom(seed));
  let handedBack = 0;
  for (let from = 0; from < again.length; from += 10) {
    const reported = await deliver(toQueueBatch(again.slice(from, from + 10)));
    handedBack += reported.filter((entry) => entry.kind === 'message' && entry.outcome === 'unreadable').length;
  }
  showRepetition(again.length, handedBack, seed, settled, await takeSnapshot(client, tables));
}

function introduce(now: number): void {
  console.log(paint('bold', '\nses-feedback: what Amazon SES says about your mail, and what becomes of it\n'));
  console.log('  SES ─► SNS ─► SQS ─► Lambda ─► DynamoDB ─► isSuppressed() in your application\n');
  const text =
    'The messages are the samples of events/, the code is what runs in Lambda, the database an embedded DynamoDB engine. ' +
    `Nothing leaves this machine. The clock stands at ${formatTimestamp(now).slice(0, 16)}Z, just after the newest sample.`;
  console.log(wrap(text, '  '));
}

function heading(number: string, text: string): void {
  console.log(paint('bold', `\n${number}  ${text}\n`));
}

const styles = { suppressed: 'red', watched: 'yellow', released: 'green', untouched: 'green' } as const;
const decisions = { suppressed: 'suppressed', watched: 'watched', released: 'released', untouched: 'left alone' };

function showSample(
  { name, description, deliveries }: Sample,
  entries: readonly Entry[],
  before: Snapshot,
  after: Snapshot,
) {
  console.log(paint('bold', printable(name)));
  if (description !== undefined) console.log(paint('dim', wrap(description, '  ')));
  const addresses = addressesOf(deliveries);
  const rows = entries.flatMap((entry) => {
    if (entry.kind !== 'recipient') return [];
    const decision = paint(styles[entry.status], decisions[entry.status]);
    const known = entry.isDuplicate ? ' (known already)' : '';
    const address = printable(addresses.get(entry.eventId) ?? entry.address);
    return [
      [
        address,
        entry.suspected ? `${entry.class}, suspected` : entry.class,
        `by rule ${entry.rule}`,
        `→ ${decision}${known}`,
      ],
    ];
  });
  if (rows.length > 0) console.log(columns(rows, '  '));
  for (const entry of entries) {
    if (entry.kind !== 'message') continue;
    const fate =
      entry.outcome === 'ignored' ? '' : ' → handed back to the queue, and in the end to its dead-letter queue';
    console.log(wrap(`${entry.outcome}: ${entry.reason}${fate}`, '  '));
  }
  const written = [...after.records].filter(([key, item]) => before.records.get(key)?.version !== item.version);
  const counted = describeCounts(before, after);
  if (written.length > 0) {
    const records = `${written.length} ${written.length === 1 ? 'record' : 'records'}`;
    console.log(paint('dim', wrap(`written: ${[records, ...counted].join('; ')}`, '  ')));
  }
  console.log('');
}

/** Logs and entries mask addresses; at a demonstration the samples' own may be seen. */
function addressesOf(deliveries: Sample['deliveries']): Map<string, string> {
  const events = deliveries.flatMap((delivery) => {
    const message = parse(delivery, {});
    return message.kind === 'feedback' ? classify(message.event, defaultPolicy) : [];
  });
  return new Map(events.map(({ id, address }) => [id, address]));
}

async function showVerdicts(
  samples: readonly Sample[],
  { records }: Snapshot,
  isSuppressed: (a: string) => Promise<boolean>,
) {
  const addresses = [...new Set(samples.flatMap(({ deliveries }) => [...addressesOf(deliveries).values()]))].sort();
  const rows = [['address', 'isSuppressed()', 'reason', 'until']];
  for (const address of addresses) {
    const verdict = await isSuppressed(address);
    const item = records.get(`${address} account`);
    const reason = String(item?.reason ?? (item === undefined ? 'nothing is held of it' : 'watched only'));
    const end = String(item?.until ?? 'for good').replace(/:\d\d\.\d+Z$/, 'Z');
    const until = verdict ? end : item?.reason === undefined ? '' : `ended ${end}`;
    rows.push([printable(address), paint(verdict ? 'red' : 'green', String(verdict)), reason, until]);
  }
  console.log(columns(rows, '  '));
}

function showRepetition(messages: number, handedBack: number, seed: number, before: Snapshot, after: Snapshot): void {
  const records = [...after.records].filter(([key, item]) => !isDeepStrictEqual(before.records.get(key), item)).length;
  const counters = after.counterItems.filter(
    (item) => !before.counterItems.some((other) => isDeepStrictEqual(item, other)),
  );
  console.log(`  ${messages} messages delivered (seed ${seed}), ${handedBack} unreadable ones handed back again`);
  console.log(`  ${records} of ${after.records.size} records changed`);
  console.log(`  ${counters.length} of ${after.counterItems.length} counters changed\n`);
  if (records + counters.length > 0)
    throw new Error(`A second delivery changed something. To see it again: SEED=${seed} npm run demo`);
  console.log(wrap('SNS and SQS deliver at least once and in any order. Here that is not your problem.', '  '));
  console.log('  Next, with messages of your own:');
  console.log('    npm run demo -- FILE                                      in this demonstration');
  console.log('    npx ses-feedback explain-event FILE                       what it would do, without doing it');
  console.log('    npx sls invoke local -f bounce -p events/bounce.json      the function as it is deployed\n');
}

demo(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
