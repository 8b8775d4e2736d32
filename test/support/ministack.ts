import { setTimeout as sleep } from 'node:timers/promises';
import { startChildProcess, stopChildProcess } from '../../local/emulator/child-process.ts';
import { findFreePort } from '../../local/emulator/free-port.ts';
import { accountId } from './ses.ts';

/** An emulated AWS on loopback: MiniStack, as its package from PyPI. */
export type MiniStack = {
  readonly endpoint: string;
  stop(): Promise<void>;
};

/** What makes the SDK and the framework talk to it. */
export const emulated = (endpoint: string) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
});

/** @throws Error with what it said, where it does not start within a minute */
export async function startMiniStack(program: string): Promise<MiniStack> {
  const port = await findFreePort();
  const child = startChildProcess(program, [], {
    ...process.env,
    // It would listen on every interface.
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    // What it puts into the addresses of queues.
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_ACCOUNT_ID: accountId,
  });
  let said = '';
  child.stderr?.on('data', (text) => (said = `${said}${text}`.slice(-4000)));
  const endpoint = `http://127.0.0.1:${port}`;
  for (let waited = 0; waited < 60_000 && child.exitCode === null; waited += 100) {
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return { endpoint, stop: async () => stopChildProcess(child) };
    await sleep(100);
  }
  await stopChildProcess(child);
  throw new Error(`MiniStack (${program}) does not start: ${said || 'it says nothing'}`);
}
