import { type ChildProcess, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChildProcess, stopChildProcess } from './child-process.ts';
import { findFreePort } from './free-port.ts';

/** A running DynamoDB engine. */
export type DynamoDBEngine = {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /**
   * Process id of the engine's supervisor. Missing if LOCAL_DYNAMODB_ENDPOINT names an engine that was running before.
   */
  readonly pid?: number;
  stop(): Promise<void>;
};

export type DynamoDBOptions = {
  /**
   * Path of a file that stores the tables.
   * @default tables in memory, lost when the engine stops
   */
  readonly file?: string;
};

/**
 * Starts the embedded DynamoDB engine (dynoxide) on a free port of the loopback interface.
 *
 * The engine stops when this process ends, also on Ctrl-C, on a crash and on SIGKILL. If LOCAL_DYNAMODB_ENDPOINT is
 * set, nothing is started and that endpoint is used.
 *
 * @throws Error if there is no engine or it does not start; the message says what to install
 */
export async function startDynamoDB({ file }: DynamoDBOptions = {}): Promise<DynamoDBEngine> {
  const endpoint = process.env.LOCAL_DYNAMODB_ENDPOINT;
  if (endpoint) return { endpoint, stop: async () => {} };
  const binary = findDynamoDBBinary();
  if (file !== undefined) mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    const args = ['--host', '127.0.0.1', '--port', String(port), ...(file === undefined ? [] : ['--db-path', file])];
    const child = startChildProcess(binary, args);
    let output = '';
    child.stderr?.on('data', (text) => (output = `${output}${text}`.slice(-2000)));
    if (await isListening(child, () => output)) return toEngine(child, port);
    await stopChildProcess(child);
    // Another process may have taken the port before the engine could bind it.
    if (attempt === 3)
      throw new Error(`The DynamoDB engine (${binary}) does not start: ${output.trim() || 'it printed nothing'}`);
  }
}

const unavailable =
  'The embedded DynamoDB engine is packaged for Linux on x64 only. On other systems, install "dynoxide" on the PATH ' +
  '(or set DYNOXIDE to its location), or set LOCAL_DYNAMODB_ENDPOINT to a local DynamoDB that is running.';

/**
 * Returns the engine's binary: the one in DYNOXIDE, else the packaged one, else the one on the PATH.
 * @throws Error if there is none; the message says what to install
 */
export function findDynamoDBBinary(packagedAs = '@dynoxide/linux-x64/dynoxide'): string {
  if (process.env.DYNOXIDE) return process.env.DYNOXIDE;
  try {
    const packaged = createRequire(__filename).resolve(packagedAs);
    chmodSync(packaged, 0o755);
    return packaged;
  } catch {
    if (spawnSync('dynoxide', ['--version']).status === 0) return 'dynoxide';
    throw new Error(unavailable);
  }
}

/**
 * Waits until the engine prints that it is listening. Does not connect to the port instead, because another program may
 * be the one that answers there.
 */
async function isListening(child: ChildProcess, output: () => string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 5000 && child.exitCode === null; waitedMs += 5) {
    if (output().includes('listening')) return true;
    await sleep(5);
  }
  return false;
}

function toEngine(child: ChildProcess, port: number): DynamoDBEngine {
  // Neither the engine nor its pipes may keep a program running that has finished its work.
  child.unref();
  for (const pipe of [child.stdin, child.stderr]) (pipe as unknown as { unref?: () => void } | null)?.unref?.();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    ...(child.pid && { pid: child.pid }),
    stop: () => stopChildProcess(child),
  };
}
