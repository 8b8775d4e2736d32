import { setTimeout as sleep } from 'node:timers/promises';
import type { ExitCode } from './cli-io.ts';

/** Does the work again and again until Ctrl-C, and returns the exit code of the last time. */
export async function repeatUntilInterrupted(work: () => Promise<ExitCode>, intervalMs: number): Promise<ExitCode> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGINT', stop);
  try {
    for (;;) {
      const code = await work();
      // The sleep rejects when it is interrupted.
      await sleep(intervalMs, undefined, { signal: controller.signal }).catch(() => {});
      if (controller.signal.aborted) return code;
    }
  } finally {
    process.removeListener('SIGINT', stop);
  }
}
