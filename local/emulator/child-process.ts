import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a program that never outlives this process. A shell waits beside the program for the end of a pipe from this
 * process, and then kills the program. The kernel closes the pipe however this process ends, even on SIGKILL.
 */
export function startChildProcess(binary: string, args: readonly string[], env = process.env): ChildProcess {
  if (process.platform === 'win32') return startOnWindows(binary, args, env);
  const supervisor =
    'trap "" INT; "$@" >/dev/null & program=$!; (read -r _; kill "$program" 2>/dev/null) <&3 & wait "$program"';
  return spawn('sh', ['-c', `exec 3<&0; ${supervisor}`, 'supervisor', binary, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env,
  });
}

/** Windows has no `sh`. There, a program outlives this process if this process is killed. This has not been tried. */
function startOnWindows(binary: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(binary, args, { stdio: ['pipe', 'ignore', 'pipe'], env });
  process.once('exit', () => child.kill());
  return child;
}

/** Stops a program started with {@link startChildProcess}, and waits for it to exit. */
export async function stopChildProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, 'exit');
  child.stdin?.end();
  if (process.platform === 'win32') child.kill();
  await exited;
}
