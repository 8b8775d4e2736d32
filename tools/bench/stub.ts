import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** The only table in which the stub contains items. */
export const campaignTable = 'campaign';

/** What requests would have cost at DynamoDB. */
export type ConsumedCapacity = { calls: number; writeUnits: number };

export type Stub = {
  readonly endpoint: string;
  /** Does the work, and returns what its requests would have cost. */
  measure(work: () => Promise<unknown>): Promise<ConsumedCapacity>;
  stop(): void;
};

/** Starts dynamodb-stub.ts in its own process. */
export async function startStub(): Promise<Stub> {
  const child = fork(path.join(__dirname, 'dynamodb-stub.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ endpoint }] = (await once(child, 'message')) as [{ endpoint: string }];
  return {
    endpoint,
    async measure(work) {
      child.send('start-count');
      await work();
      child.send('end-count');
      const [{ consumed }] = (await once(child, 'message')) as [{ consumed: ConsumedCapacity }];
      return consumed;
    },
    stop: () => child.disconnect(),
  };
}

/** Returns the environment variables of a process that uses a stub. */
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
