import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDocumentClient } from '../../local/emulator/document-client.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { type Checkout, createCheckout } from '../support/checkout.ts';
import { emulatorEnvironment, type MiniStack, startMiniStack } from '../support/ministack.ts';
import { root } from '../support/run.ts';

/** An emulated AWS for one test file, and a checkout to deploy from. */
export type Emulator = ReturnType<typeof clients> & {
  readonly checkout: Checkout;
  readonly environment: Record<string, string>;
  /** Runs `sls` against the emulator. */
  sls(...args: string[]): ReturnType<Checkout['sls']>;
  /** Runs `sls`. @throws Error if it fails */
  deploy(...args: string[]): Promise<void>;
  /** Returns the outputs of a stack. */
  outputs(stack: string): Promise<Record<string, string>>;
};

/** Starts an emulator before the tests of a file and stops it after them. Call the returned function inside a test. */
export function useEmulator(): () => Emulator {
  let miniStack: MiniStack;
  let emulator: Emulator;
  const before = { ...process.env };
  beforeAll(async () => {
    miniStack = await startMiniStack(path.join(root, '.local', 'python', 'bin', 'ministack'));
    const environment = emulatorEnvironment(miniStack.endpoint);
    Object.assign(process.env, environment);
    const checkout = createCheckout();
    const made = clients();
    const sls = async (...args: string[]) => checkout.sls(args, environment);
    emulator = {
      ...made,
      checkout,
      environment,
      sls,
      async deploy(...args) {
        const { code, stdout, stderr } = await sls(...args);
        if (code !== 0) throw new Error(`sls ${args.join(' ')}: ${stdout}${stderr}`);
      },
      async outputs(stack) {
        const { Stacks = [] } = await made.cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
        return Object.fromEntries(
          (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
        );
      },
    };
  });
  afterAll(async () => {
    for (const name of Object.keys(emulator?.environment ?? {})) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    emulator?.checkout.remove();
    await miniStack?.stop();
  });
  return () => emulator;
}

function clients() {
  return {
    sns: new SNSClient(),
    sqs: new SQSClient(),
    ses: new SESv2Client(),
    cloudWatch: new CloudWatchClient(),
    cloudFormation: new CloudFormationClient(),
    tables: createDocumentClient(createDynamoDBClient()),
  };
}

/** Repeats a request until its response is the expected one. @throws Error with the last response, after 90 seconds */
export async function eventually<Response>(
  request: () => Promise<Response>,
  isExpected: (response: Response) => boolean,
): Promise<Response> {
  for (let waited = 0; ; waited += 250) {
    const response = await request();
    if (isExpected(response)) return response;
    if (waited >= 90_000) throw new Error(`Timed out after 90 seconds. Last response: ${JSON.stringify(response)}`);
    await sleep(250);
  }
}
