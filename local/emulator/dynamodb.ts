import { type ChildProcess, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, spawnBound, stop } from './child-process.ts';

/** A running DynamoDB engine. */
export type DynamoDBEngine = {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Of the process that keeps the engine; missing where the engine is not ours. */
  readonly pid?: number;
  stop(): Promise<void>;
};

export type StartOptions = {
  /** A file that keeps the tables; left out: in memory, gone with the engine. */
  readonly file?: string;
};

/**
 * Starts the embedded DynamoDB engine (dynoxide) on a free port of the loopback interface.
 *
 * It ends with this process, however that ends: also on Ctrl-C, on a crash and when it is killed. With
 * LOCAL_DYNAMODB_ENDPOINT set nothing is started, and that one is used.
 *
 * @throws Error with one sentence on what to install, where the engine is not to be had
 */
export async function startDynamoDB({ file }: StartOptions = {}): Promise<DynamoDBEngine> {
  const endpoint = process.env.LOCAL_DYNAMODB_ENDPOINT;
  if (endpoint) return { endpoint, stop: async () => {} };
  const binary = findBinary();
  if (file !== undefined) mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const args = ['--host', '127.0.0.1', '--port', String(port), ...(file === undefined ? [] : ['--db-path', file])];
    const child = spawnBound(binary, args);
    let said = '';
    child.stderr?.on('data', (text) => (said = `${said}${text}`.slice(-2000)));
    if (await isUp(child, () => said)) return running(child, port);
    await stop(child);
    // Between our look for a free port and the engine's bind somebody else may have taken it.
    if (attempt === 3)
      throw new Error(`The DynamoDB engine (${binary}) does not start: ${said.trim() || 'it says nothing'}`);
  }
}

const unavailable =
  'The embedded DynamoDB engine is packaged for Linux on x64 only. Elsewhere install "dynoxide" and have it on the PATH ' +
  '(or name it in DYNOXIDE), or set LOCAL_DYNAMODB_ENDPOINT to a local DynamoDB that is running.';

/**
 * The one named in the environment, the packaged one, or the one on the PATH.
 * @throws Error where there is none
 */
export function findBinary(packagedAs = '@dynoxide/linux-x64/dynoxide'): string {
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

/** Whether the engine says that it listens. Only its own word counts: what answers on the port may be somebody else. */
async function isUp(child: ChildProcess, said: () => string): Promise<boolean> {
  for (let waited = 0; waited < 5000 && child.exitCode === null; waited += 5) {
    if (said().includes('listening')) return true;
    await sleep(5);
  }
  return false;
}

function running(child: ChildProcess, port: number): DynamoDBEngine {
  // Neither the engine nor its pipes keep a program alive that has nothing else to do.
  child.unref();
  for (const pipe of [child.stdin, child.stderr]) (pipe as unknown as { unref?: () => void } | null)?.unref?.();
  return { endpoint: `http://127.0.0.1:${port}`, ...(child.pid && { pid: child.pid }), stop: () => stop(child) };
}
