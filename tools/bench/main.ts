/** `npm run bench`: compares the cost of a message with its floors. See README.md in this folder. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from './bundle.ts';
import { measureReputation } from './reputation.ts';
import type { Measurement, Task } from './worker.ts';

const usualSizes = [1, 10, 100, 500];
/** The batch size that the requirements and goals are for. */
const goalSize = 500;
const rounds = 11;

/** Reads the batch sizes: `npm run bench -- 500` measures batches of 500 only. */
function readSizes(args: readonly string[]): number[] {
  const sizes = args.map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 10_000)) return sizes;
  throw new Error(`Batch sizes are whole numbers from 1 to 10,000, not "${args.join(' ')}".`);
}

/** Limits for batches of 500. They do not depend on the machine, and the benchmark fails if one is exceeded. */
const requirements: readonly [string, (row: Measurement) => number, number][] = [
  ['calls per message', ({ calls }) => calls, 0.03],
  ['write units per message', ({ writeUnits }) => writeUnits, 2.1],
  ['bytes of log per message', ({ logBytes }) => logBytes, 200],
];

const columns = ['batch', 'contender', 'messages/s', 'CPU µs', 'calls', 'write units', 'log bytes'];
const widths = [5, 26, 11, 8, 8, 12, 10];

function print(cells: readonly (string | number)[]): void {
  console.log(
    cells
      .map((cell, i) => (i === 1 ? String(cell).padEnd(widths[i] ?? 0) : String(cell).padStart(widths[i] ?? 0)))
      .join('  '),
  );
}

async function runWorker(task: Task, logFile: string): Promise<Measurement[]> {
  const log = openSync(logFile, 'w');
  const child = fork(path.join(__dirname, 'worker.ts'), { stdio: ['ignore', log, 'inherit', 'ipc'] });
  const rows: Measurement[] = [];
  child.on('message', (row) => rows.push(row as Measurement));
  child.send(task);
  const [code] = await once(child, 'exit');
  closeSync(log);
  if (code !== 0)
    throw new Error(`The worker for batches of ${task.batchSize} exited with code ${code}. See its output above.`);
  return rows;
}

async function main(args: readonly string[]): Promise<void> {
  const batchSizes = args.length === 0 ? usualSizes : readSizes(args);
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-bench-'));
  try {
    const [handler, floors] = [
      await bundle('functions/bounce.ts', folder),
      await bundle('tools/bench/floors.ts', folder),
    ];
    const [processor] = cpus();
    console.log(
      `Node ${process.version}, ${processor?.model.trim()}, one process on one core; medians of ${rounds} rounds\n`,
    );
    print(columns);
    let last: Measurement[] = [];
    for (const batchSize of batchSizes) {
      last = await runWorker(
        { handler: handler.file, floors: floors.file, batchSize, rounds },
        path.join(folder, 'log'),
      );
      for (const row of last) {
        const { contender, wallMicroseconds, cpuMicroseconds, calls, writeUnits, logBytes } = row;
        const figures = [calls.toFixed(3), writeUnits.toFixed(2), logBytes.toFixed(0)];
        print([batchSize, contender, Math.round(1e6 / wallMicroseconds), cpuMicroseconds.toFixed(0), ...figures]);
      }
    }
    if (batchSizes.at(-1) === goalSize) printGoals(last, handler.bytes);
    if (args.length === 0 && !(await measureReputation(folder))) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function printGoals([product, floor]: readonly Measurement[], bundleBytes: number): void {
  if (product === undefined || floor === undefined) throw new Error('The worker returned no measurements.');
  const share = floor.wallMicroseconds / product.wallMicroseconds;
  console.log(`\nBatches of ${product.batchSize}:`);
  for (const [name, valueIn, limit] of requirements) {
    const value = valueIn(product);
    console.log(`  ${value <= limit ? 'ok  ' : 'FAIL'}  ${name}: ${Number(value.toPrecision(3))} (at most ${limit})`);
    if (value > limit) process.exitCode = 1;
  }
  console.log(
    `  ${share >= 0.7 ? 'ok  ' : 'below'}  throughput: ${share.toFixed(2)} of BatchGet + TransactWrite (goal 0.7)`,
  );
  const kilobytes = bundleBytes / 1000;
  console.log(`  ${kilobytes <= 450 ? 'ok  ' : 'above'}  bundle of bounce: ${kilobytes.toFixed(0)} KB (goal 450)`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
