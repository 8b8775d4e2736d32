import { setTimeout as sleep } from 'node:timers/promises';
import { startChildProcess, stopChildProcess } from '../../local/emulator/child-process.ts';
import { findFreePort } from '../../local/emulator/free-port.ts';
import { accountId } from './ses.ts';

/** MiniStack, an AWS emulator from PyPI, on loopback. */
export type MiniStack = {
  readonly endpoint: string;
  stop(): Promise<void>;
};

/** Returns the environment variables that send the AWS SDK and the framework to the emulator. */
export const emulatorEnvironment = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
});

/**
 * Starts MiniStack.
 * @throws Error with its output if it does not start within a minute
 */
export async function startMiniStack(program: string): Promise<MiniStack> {
  const port = await findFreePort();
  const child = startChildProcess(program, [], {
    ...process.env,
    // The default listens on every interface.
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    // The host in queue URLs.
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_ACCOUNT_ID: accountId,
  });
  let errorOutput = '';
  child.stderr?.on('data', (text) => (errorOutput = `${errorOutput}${text}`.slice(-4000)));
  const endpoint = `http://127.0.0.1:${port}`;
  for (let waitedMs = 0; waitedMs < 60_000 && child.exitCode === null; waitedMs += 100) {
    const response = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (response?.ok) return { endpoint, stop: async () => stopChildProcess(child) };
    await sleep(100);
  }
  await stopChildProcess(child);
  throw new Error(`MiniStack (${program}) did not start: ${errorOutput || 'no output'}`);
}
