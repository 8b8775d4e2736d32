/**
 * `npm run bench:cold`: measures the time from the start of a process to its first response, next to a handler that has only the DynamoDB client
 * and makes the same two calls. They take turns, so that other load on the machine affects both.
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

/** Does what a Lambda runtime does: loads the bundle, calls the handler once, reports its response. */
const boot = `
const [, , bundle, event] = process.argv;
const { handler } = require(bundle);
handler(JSON.parse(require('node:fs').readFileSync(event, 'utf8')), { getRemainingTimeInMillis: () => 30000 })
  .then(({ batchItemFailures }) => process.stdout.write(batchItemFailures.length === 0 ? 'responded' : 'failed'))
  .then(() => process.exit());
`;

/** Returns the milliseconds from the start of the process to its end. */
async function timeToResponse(args: readonly string[], environment: Record<string, string>): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0 || !output.endsWith('responded')) throw new Error(`${args[1]} did not respond: ${output || code}`);
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
    const product = await bundle('functions/bounce.ts', folder);
    const floor = await bundle('tools/bench/client-only.ts', folder);
    const contenders = [
      { name: 'functions/bounce', file: product.file, times: [] as number[] },
      { name: 'only the DynamoDB client', file: floor.file, times: [] as number[] },
    ];
    const environment = { PATH: process.env.PATH ?? '', ...stubEnvironment(stub.endpoint) };
    for (let run = -1; run < runs; run++) {
      for (const contender of contenders) {
        const time = await timeToResponse([bootFile, contender.file, eventFile], environment);
        if (run >= 0) contender.times.push(time);
      }
    }
    console.log(`Node ${process.version}, process start to first response, ${runs} runs in turns\n`);
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
