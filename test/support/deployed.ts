import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stackOutputs, startCloudFormationStub } from '../../local/emulator/cloudformation.ts';
import { type QueueStub, startQueueStub } from '../../local/emulator/queues.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import { runCli } from './run-cli.ts';
import { createSystem, type System } from './system.ts';

/** A simulated stack for the commands: its outputs, its tables, and SES. Uses the real clock, as the commands do. */
export type Deployed = {
  readonly system: System;
  readonly ses: SesSimulator;
  /** The queues of the stack, and CloudWatch. */
  readonly queues: QueueStub;
  /** The working directory of the commands, with the files that they write. */
  readonly folder: string;
  /** The environment of the commands: where the parts of the stack are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs a `ses-feedback` command against the stack. */
  command(...args: string[]): ReturnType<typeof runCli>;
  /** Runs a command at a terminal of 80 columns, or others, at which a person types `input`. */
  terminal(args: readonly string[], input?: string, columns?: number): ReturnType<typeof runCli>;
  /** Marks the record of an address as synced with SES, as the account-list function does. */
  synced(address: string): Promise<void>;
  /** Runs a command with other variables in its environment. */
  commandWith(env: Readonly<Record<string, string>>, ...args: string[]): ReturnType<typeof runCli>;
  /** Makes CloudFormation, and SES in both versions, throttle every call, or no more. */
  throttle(isThrottled: boolean): void;
  /** Denies the commands to list stacks. */
  denyStacks(): void;
  close(): Promise<void>;
};

/**
 * Starts a simulated stack named `ses-feedback-prod`.
 * @param callsPerSecond limit of the calls to SES; by default that of SES
 */
export async function startDeployed({ callsPerSecond = 1 } = {}): Promise<Deployed> {
  const system = await createSystem();
  system.now = Date.now();
  const ses = await startSesSimulator({
    // As the topics, the queues and the functions of the stack do.
    publish: async (_topic, message) => void (await system.deliver([JSON.parse(message)])),
    callsPerSecond,
  });
  const queues = await startQueueStub();
  const cloudFormation = await startCloudFormationStub({
    'ses-feedback-prod': stackOutputs(system.tables, queues.endpoint),
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // SNS, Lambda and KMS, which are not simulated, must not be looked for in the internet.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    AWS_ENDPOINT_URL_STS: cloudFormation.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    AWS_ENDPOINT_URL_SES: ses.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: queues.endpoint,
  };
  return {
    system,
    ses,
    queues,
    folder,
    environment: env,
    command: (...args) => runCli(args, { env, cwd: folder }),
    terminal: (args, input = '', columns = 80) => runCli(args, { env, cwd: folder, isTTY: true, input, columns }),
    async synced(address) {
      const { mirror: _mirror, mirrorDue: _due, ...record } = (await system.record(address)) ?? {};
      await system.putItem(record);
    },
    commandWith: (others, ...args) => runCli(args, { env: { ...env, ...others }, cwd: folder }),
    throttle(isThrottled) {
      cloudFormation.isThrottled = isThrottled;
      ses.fault = isThrottled ? () => 'throttle' : undefined;
    },
    denyStacks: () => void cloudFormation.deniedActions.add('DescribeStacks'),
    async close() {
      await Promise.all([ses.close(), queues.close(), cloudFormation.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}
