import type { Output } from './cli-io.ts';

/** The exit code of a process that Ctrl-C ends, as shells expect it: 128 and the number of the signal. */
const interruptedCode = 130;

/**
 * Does work that Ctrl-C may end at any time, and then says what was and what was not done.
 *
 * @param describe returns a sentence about what has been done so far, and how to continue
 */
export async function explainInterrupt<Result>(
  stderr: Output,
  describe: () => string,
  work: () => Promise<Result>,
): Promise<Result> {
  const stop = () => {
    stderr.write(`\nInterrupted. ${describe()}\n`);
    process.exit(interruptedCode);
  };
  process.once('SIGINT', stop);
  try {
    return await work();
  } finally {
    process.removeListener('SIGINT', stop);
  }
}
