/**
 * `npm run bench:cold`: from spawning a process to its first answer, beside a handler with nothing but the DynamoDB client that
 * makes the same two calls. They take turns, so whatever else the machine does meets both.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from './bundle.ts';
import { median, quartiles } from './statistics.ts';
import { startStub, stubEnvironment } from './stub.ts';
import { createBatches } from './workload.ts';

const runs = 21;

/** What a Lambda runtime does: load the bundle, call the handler once, say that it has answered. */
const boot = `
const [, , bundle, event] = process.argv;
const { handler } = require(bundle);
handler(JSON.parse(require('node:fs').readFileSync(event, 'utf8')), { getRemainingTimeInMillis: () => 30000 })
  .then(({ batchItemFailures }) => process.stdout.write(batchItemFailures.length === 0 ? 'answered' : 'failed'))
  .then(() => process.exit());
`;

/** @returns milliseconds */
async function timeToAnswer(args: readonly string[], environment: Record<string, string>): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0 || !said.endsWith('answered')) throw new Error(`${args[1]} did not answer: ${said || code}`);
  return performance.now() - start;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-bench-'));
  const stub = await startStub();
  try {
    const file = (name: string, content: string) => {
      writeFileSync(path.join(folder, name), content);
      return path.join(folder, name);
    };
    const [batch] = createBatches(1, 1);
    const [bootFile, eventFile] = [file('boot.cjs', boot), file('event.json', JSON.stringify(batch))];
    const ours = await bundle('functions/bounce.ts', folder);
    const floor = await bundle('tools/bench/client-only.ts', folder);
    const contenders = [
      { name: 'functions/bounce', file: ours.file, times: [] as number[] },
      { name: 'only the DynamoDB client', file: floor.file, times: [] as number[] },
    ];
    const environment = { PATH: process.env.PATH ?? '', ...stubEnvironment(stub.endpoint) };
    for (let run = -1; run < runs; run++) {
      for (const contender of contenders) {
        const time = await timeToAnswer([bootFile, contender.file, eventFile], environment);
        if (run >= 0) contender.times.push(time);
      }
    }
    console.log(`Node ${process.version}, spawn to first answer, ${runs} runs in turns\n`);
    for (const { name, times } of contenders) {
      const [low, high] = quartiles(times);
      console.log(
        `${name.padEnd(26)} median ${median(times).toFixed(0)} ms (middle half ${low.toFixed(0)} to ${high.toFixed(0)})`,
      );
    }
    const [a, b] = contenders.map(({ times }) => median(times)) as [number, number];
    console.log(`\n${a <= 1.15 * b ? 'ok   ' : 'above'} ${(a / b).toFixed(2)} × the client alone (goal 1.15)`);
  } finally {
    stub.stop();
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
