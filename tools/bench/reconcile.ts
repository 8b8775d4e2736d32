/**
 * `npm run bench:reconcile`: measures the memory of reconciling a list of a million entries, and one of four million,
 * each with a table of almost twice as many records. It fails if the longer list takes noticeably more memory.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from './bundle.ts';
import type { ReconcileMeasurement } from './reconcile-worker.ts';
import { runBundledWorker } from './run-worker.ts';

const counts = [0, 1_000_000, 4_000_000];
const maxRatio = 1.15;

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-bench-'));
  try {
    const { file } = await bundle('tools/bench/reconcile-worker.ts', folder);
    console.log(`Node ${process.version}; the table of each list is a generated one, and nothing is written\n`);
    console.log('   entries    seconds    memory');
    const memory: number[] = [];
    for (const count of counts) {
      const pages = path.join(folder, String(count));
      mkdirSync(pages);
      const { seconds, megabytes, missing } = await runBundledWorker<ReconcileMeasurement>(file, [
        String(count),
        pages,
      ]);
      if (missing !== count / 10) throw new Error(`${missing} of ${count / 10} unknown entries were found.`);
      memory.push(megabytes);
      const [entries, time, size] = [count.toLocaleString('en-US'), seconds.toFixed(0), megabytes.toFixed(0)];
      console.log(`${entries.padStart(10)} ${time.padStart(10)} ${size.padStart(6)} MB`);
    }
    const [, million = 0, fourMillion = 0] = memory;
    const ratio = fourMillion / million;
    const isMet = ratio <= maxRatio;
    console.log(`\n${isMet ? 'ok   ' : 'FAIL '} memory for four million: ${ratio.toFixed(2)} × (at most ${maxRatio})`);
    if (!isMet) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
