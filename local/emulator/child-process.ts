import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Runs a program that cannot outlive us: its keeper holds the reading end of a pipe from this process and ends the program
 * when the pipe closes, which the kernel does even for a process that was killed.
 */
export function spawnBound(binary: string, args: readonly string[], env = process.env): ChildProcess {
  const keeper =
    'trap "" INT; "$@" >/dev/null & program=$!; (read -r _; kill "$program" 2>/dev/null) <&3 & wait "$program"';
  return spawn('sh', ['-c', `exec 3<&0; ${keeper}`, 'keeper', binary, ...args], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env,
  });
}

/** A port of the loopback interface nobody listens on now. Between this and the bind somebody may come first. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

/** Ends a program that was started by {@link spawnBound}, and waits for its end. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}
