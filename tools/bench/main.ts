/** `npm run bench`: what a message costs, beside what it must cost at least. See README.md here. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from './bundle.ts';
import { measureReputation } from './reputation.ts';
import type { Measured, Task } from './worker.ts';

const usualSizes = [1, 10, 100, 500];
const judgedSize = 500;
const rounds = 11;

/** `npm run bench -- 500` measures that size alone. */
function readSizes(args: readonly string[]): number[] {
  const sizes = args.map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 10_000)) return sizes;
  throw new Error(`Batch sizes are whole numbers from 1 to 10,000, not "${args.join(' ')}".`);
}

/** What has to hold at batches of 500, whatever the machine. */
const musts: readonly [string, (row: Measured) => number, number][] = [
  ['calls a message', ({ calls }) => calls, 0.03],
  ['write units a message', ({ writeUnits }) => writeUnits, 2.1],
  ['bytes of log a message', ({ logBytes }) => logBytes, 200],
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

async function runWorker(task: Task, logFile: string): Promise<Measured[]> {
  const log = openSync(logFile, 'w');
  const child = fork(path.join(__dirname, 'worker.ts'), { stdio: ['ignore', log, 'inherit', 'ipc'] });
  const rows: Measured[] = [];
  child.on('message', (row) => rows.push(row as Measured));
  child.send(task);
  const [code] = await once(child, 'exit');
  closeSync(log);
  if (code !== 0) throw new Error(`The worker for batches of ${task.batchSize} ended with ${code}: see above.`);
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
    let last: Measured[] = [];
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
    if (batchSizes.at(-1) === judgedSize) judge(last, handler.bytes);
    if (args.length === 0 && !(await measureReputation(folder))) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function judge([ours, floor]: readonly Measured[], bundleBytes: number): void {
  if (ours === undefined || floor === undefined) throw new Error('Nothing was measured.');
  const share = floor.wallMicroseconds / ours.wallMicroseconds;
  console.log(`\nAt batches of ${ours.batchSize}:`);
  for (const [what, of, limit] of musts) {
    const value = of(ours);
    console.log(
      `  ${value <= limit ? 'ok  ' : 'FAIL'}  ${what}: ${Number(value.toPrecision(3))} (must be at most ${limit})`,
    );
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
