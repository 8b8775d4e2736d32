import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChildProcess, stopChildProcess } from './child-process.ts';
import { type EngineProgram, findEngine } from './find-engine.ts';
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
  /** @default the one that {@link findEngine} finds */
  readonly program?: EngineProgram;
};

/**
 * Starts the embedded DynamoDB engine (see {@link findEngine}) on a free port of the loopback interface.
 *
 * The engine stops when this process ends, also on Ctrl-C, on a crash and on SIGKILL. If LOCAL_DYNAMODB_ENDPOINT is
 * set, nothing is started and that endpoint is used.
 *
 * @throws Error if there is no engine or it does not start; the message says what to install
 */
export async function startDynamoDB({ file, program: given }: DynamoDBOptions = {}): Promise<DynamoDBEngine> {
  const endpoint = process.env.LOCAL_DYNAMODB_ENDPOINT;
  if (endpoint) return { endpoint, stop: async () => {} };
  const program = given ?? findEngine();
  if (!program.printsReadiness) process.stderr.write(`Starting ${program.name} …\n`);
  if (file !== undefined) mkdirSync(path.dirname(file), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    const child = startChildProcess(program.command, program.arguments(port, file));
    let output = '';
    child.stderr?.on('data', (text) => (output = `${output}${text}`.slice(-2000)));
    if (await isListening(child, program, port, () => output)) return toEngine(child, port);
    await stopChildProcess(child);
    // Another process may have taken the port before the engine could bind it.
    if (attempt === 3)
      throw new Error(`The DynamoDB engine (${program.name}) does not start: ${output.trim() || 'it printed nothing'}`);
  }
}

/**
 * Waits until the engine accepts requests. An engine that prints when it does is not asked, because another program may be the one that
 * answers at its port.
 */
async function isListening(child: ChildProcess, program: EngineProgram, port: number, output: () => string) {
  const { printsReadiness, startTimeoutMs } = program;
  for (let waitedMs = 0; waitedMs < startTimeoutMs && child.exitCode === null; ) {
    if (printsReadiness ? output().includes('listening') : await answers(port)) return true;
    const pauseMs = printsReadiness ? 5 : 100;
    await sleep(pauseMs);
    waitedMs += pauseMs;
  }
  return false;
}

/** Returns whether the port answers an HTTP request, whatever the answer is. */
async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(1000) }).then(
    () => true,
    () => false,
  );
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
