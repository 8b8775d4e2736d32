import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a bundled worker in a process of its own, so that its memory contains nothing else, and returns its one message. */
export async function runBundledWorker<Measurement extends object>(
  file: string,
  args: readonly string[],
): Promise<Measurement> {
  const child = fork(file, args, { execArgv: [] });
  const [measured] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (typeof measured === 'object') return measured as Measurement;
  throw new Error(`${file} exited with code ${measured}. See its output above.`);
}
