/**
 * `npm run bench:reads`: compares lookups in the suppression list with the same reads by the SDK alone. The contenders take turns in every
 * round, so that other load on the machine affects all of them.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { collectHashes, writeSnapshotFile } from '../../shared/suppression-list/snapshot-file.ts';
import { bundle } from './bundle.ts';
import { runBundledWorker } from './run-worker.ts';
import type { SnapshotMeasurement } from './snapshot-worker.ts';
import { median } from './statistics.ts';
import { campaignTable, startStub, stubEnvironment } from './stub.ts';

const rounds = 11;
const concurrency = 8;

type Contender = { readonly name: string; readonly times: number; readonly run: () => Promise<unknown> };
/** Medians over the rounds, per call. Microseconds. */
type Cost = { readonly wall: number; readonly cpu: number };

const addresses = Array.from({ length: 10_000 }, (_, i) => `recipient-${i}@example.com`);
const key = (address: string) => ({ address: { S: address }, list: { S: 'account' } });

function createContenders(): Contender[] {
  const client = new DynamoDBClient();
  const lean = createSuppressionList({ tableName: campaignTable, concurrency });
  const sdk = createSuppressionList({ tableName: campaignTable, concurrency, client });
  const cached = createSuppressionList({ tableName: campaignTable, cache: { maxAgeMs: 3_600_000 } });
  const inSequence = (times: number, work: (address: string) => Promise<unknown>) => ({
    times,
    run: async () => {
      for (let i = 0; i < times; i++) await work(addresses[i % 1000] as string);
    },
  });
  const batches = Array.from({ length: 100 }, (_, i) => addresses.slice(100 * i, 100 * (i + 1)).map(key));
  const batchGet = async () => {
    const remaining = batches.values();
    const work = async () => {
      for (const Keys of remaining)
        await client.send(new BatchGetItemCommand({ RequestItems: { [campaignTable]: { Keys } } }));
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  };
  const getItem = (address: string) => client.send(new GetItemCommand({ TableName: campaignTable, Key: key(address) }));
  return [
    { name: 'GetItemCommand', ...inSequence(1000, getItem) },
    { name: 'isSuppressed, with client', ...inSequence(1000, (address) => sdk.isSuppressed(address)) },
    { name: 'isSuppressed', ...inSequence(1000, (address) => lean.isSuppressed(address)) },
    { name: 'isSuppressed, cached', ...inSequence(1_000_000, (address) => cached.isSuppressed(address)) },
    { name: 'BatchGetItemCommand of 100', times: addresses.length, run: batchGet },
    {
      name: 'filterSuppressed, with client',
      times: addresses.length,
      run: () => sdk.filterSuppressed(addresses),
    },
    { name: 'filterSuppressed', times: addresses.length, run: () => lean.filterSuppressed(addresses) },
  ];
}

async function measure(contenders: readonly Contender[]): Promise<Map<string, Cost>> {
  const samples = new Map(contenders.map(({ name }) => [name, [] as Cost[]]));
  for (let round = -2; round < rounds; round++) {
    for (const { name, times, run } of contenders) {
      const [cpu, start] = [process.cpuUsage(), performance.now()];
      await run();
      const wall = ((performance.now() - start) * 1000) / times;
      const { user, system } = process.cpuUsage(cpu);
      // The first rounds warm up the compiler, the connections and the cache.
      if (round >= 0) samples.get(name)?.push({ wall, cpu: (user + system) / times });
    }
  }
  return new Map(
    [...samples].map(([name, taken]) => [
      name,
      { wall: median(taken.map(({ wall }) => wall)), cpu: median(taken.map(({ cpu }) => cpu)) },
    ]),
  );
}

/** Runs in processes of its own, so that their memory contains nothing else. */
async function measureSnapshot(): Promise<SnapshotMeasurement> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ses-feedback-bench-'));
  try {
    const file = path.join(folder, 'snapshot');
    const hashes = collectHashes();
    for (let i = 0; i < 1_000_000; i++) hashes.add(`recipient-${i}@example.com`);
    const takenAt = new Date().toISOString();
    await writeSnapshotFile(file, { table: campaignTable, lists: ['account'], takenAt }, hashes.toWords());
    const worker = await bundle('tools/bench/snapshot-worker.ts', folder);
    const runs: SnapshotMeasurement[] = [];
    for (let run = 0; run < 5; run++) {
      runs.push(await runBundledWorker<SnapshotMeasurement>(worker.file, [file]));
    }
    const medianOf = (field: keyof SnapshotMeasurement) => median(runs.map((run) => run[field]));
    return { seconds: medianOf('seconds'), megabytes: medianOf('megabytes'), suppressed: medianOf('suppressed') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function printGoal(name: string, value: number, goal: number, unit: string, isBelow = true): void {
  const isMet = isBelow ? value <= goal : value >= goal;
  const shown = value.toPrecision(3).replace(/e.*/, '');
  const figure = value >= 1000 ? Math.round(value).toLocaleString('en-US') : shown;
  console.log(
    `  ${isMet ? 'ok   ' : isBelow ? 'above' : 'below'}  ${name}: ${figure}${unit} (goal ${goal.toLocaleString('en-US')})`,
  );
}

async function main(): Promise<void> {
  const stub = await startStub();
  try {
    Object.assign(process.env, stubEnvironment(stub.endpoint));
    console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}; medians of ${rounds} rounds, per address\n`);
    const costs = await measure(createContenders());
    console.log(`${'contender'.padEnd(32)}  ${'wall µs'.padStart(9)}  ${'CPU µs'.padStart(9)}`);
    for (const [name, { wall, cpu }] of costs)
      console.log(`${name.padEnd(32)}  ${wall.toFixed(2).padStart(9)}  ${cpu.toFixed(2).padStart(9)}`);
    const cost = (name: string) => costs.get(name) as Cost;
    const [get, batch] = [cost('GetItemCommand'), cost('BatchGetItemCommand of 100')];
    console.log('');
    printGoal(
      'CPU of isSuppressed, with client',
      cost('isSuppressed, with client').cpu / get.cpu,
      1.15,
      ' × GetItemCommand',
    );
    printGoal('CPU of isSuppressed', cost('isSuppressed').cpu / get.cpu, 0.4, ' × GetItemCommand');
    printGoal('cached answers per second', 1e6 / cost('isSuppressed, cached').wall, 1_000_000, '', false);
    printGoal('filterSuppressed', cost('filterSuppressed').wall / batch.wall, 1.15, ' × BatchGetItem');
    const { seconds, megabytes, suppressed } = await measureSnapshot();
    console.log(
      `\nA snapshot of 1,000,000 addresses filters 1,000,000 recipients (10,000 matches are read, ${suppressed} are confirmed)`,
    );
    printGoal('time', seconds, 2, ' s');
    printGoal('memory of the whole process', megabytes, 100, ' MB');
  } finally {
    stub.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
