import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Consumed } from './dynamodb-stub.ts';

/** Of this table the stub holds something. */
export const campaignTable = 'campaign';

export type Stub = {
  readonly endpoint: string;
  /** What the requests made meanwhile would have cost. */
  weigh(work: () => Promise<unknown>): Promise<Consumed>;
  stop(): void;
};

/** Starts the stub in a process of its own. */
export async function startStub(): Promise<Stub> {
  const child = fork(path.join(__dirname, 'dynamodb-stub.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ endpoint }] = (await once(child, 'message')) as [{ endpoint: string }];
  return {
    endpoint,
    async weigh(work) {
      child.send('count');
      await work();
      child.send('tell');
      const [{ consumed }] = (await once(child, 'message')) as [{ consumed: Consumed }];
      return consumed;
    },
    stop: () => child.disconnect(),
  };
}

/** Environment of a process that works against a stub. */
export function stubEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    SUPPRESSIONS_TABLE: 'suppressions',
    REPUTATION_TABLE: 'reputation',
  };
}
