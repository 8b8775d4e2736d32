/**
 * `npm run bench:cli`: measures how long the command of the package takes, next to Node without a program. They take turns, so that other load
 * on the machine affects all of them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleCli } from '../package/cli.ts';
import { bin, root } from '../package/entries.ts';
import { median } from './statistics.ts';

const runs = 21;
const maxRatio = 4;
const maxMs = 300;

const commands = [['--version'], ['--help'], ['backtest', '--help'], ['explain', 'events/bounce.json']];

type Contender = { readonly name: string; readonly args: readonly string[]; readonly times: number[] };

/** Returns the milliseconds from the start of the process to its end. */
function timeOf({ name, args }: Contender): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} failed: ${stderr || status}`);
  return performance.now() - start;
}

/** Writes the command as the package contains it and returns its file. */
async function writeCommand(folder: string): Promise<string> {
  for (const { file, text } of (await bundleCli()).files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return path.join(folder, bin['ses-feedback']);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-bench-'));
  try {
    const packaged = await writeCommand(folder);
    const contender = (name: string, ...args: string[]): Contender => ({ name, args, times: [] });
    const node = contender('node -e 0', '-e', '0');
    const measured = commands.map((args) => contender(args.join(' '), packaged, ...args));
    const source = contender('--version, from source', 'cli/ses-feedback.js', '--version');
    for (let run = -1; run < runs; run++) {
      for (const one of [node, ...measured, source]) {
        const time = timeOf(one);
        if (run >= 0) one.times.push(time);
      }
    }
    console.log(`Node ${process.version}, process start to end, medians of ${runs} runs in turns\n`);
    const floor = median(node.times);
    const row = (state: string, { name, times }: Contender) => {
      const time = median(times);
      console.log(
        `${state.padEnd(6)}${name.padEnd(36)}${time.toFixed(0).padStart(5)} ms  ${(time / floor).toFixed(2)}`,
      );
    };
    row('', node);
    for (const one of measured) {
      const isFast = median(one.times) <= Math.min(maxMs, maxRatio * floor);
      row(isFast ? 'ok' : 'above', one);
      if (median(one.times) > maxRatio * floor) process.exitCode = 1;
    }
    row('', source);
    console.log(`\nAt most ${maxRatio} × node -e 0 (required), and at most ${maxMs} ms (goal)`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
