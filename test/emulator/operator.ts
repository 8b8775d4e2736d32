import { SubscribeCommand } from '@aws-sdk/client-sns';
import type { Finding } from '../../cli/doctor/finding.ts';
import { type SesSimulator, startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import type { ReceivedCall } from '../../local/ses-simulator/state.ts';
import { root, run } from '../support/run.ts';
import { type Emulator, useEmulator } from './emulator.ts';

/** A deployed stack, an SES account, and the command line of an operator. */
export type Operator = {
  readonly aws: Emulator;
  readonly ses: SesSimulator;
  /** Returns an output of the stack. */
  output(name: string): string;
  command(...args: string[]): ReturnType<typeof run>;
  /** Runs `doctor --json` and returns its findings. */
  findings(): Promise<Finding[]>;
};

/**
 * Deploys a stack before the tests of a file and removes everything after them. SES has a domain and an email address
 * of it, both verified and not connected yet.
 */
export function useOperator(): () => Operator {
  const aws = useEmulator();
  let operator: Operator;
  beforeAll(async () => {
    await aws().deploy('deploy', '--stage', 'prod');
    const outputs = await aws().outputs('ses-feedback-prod');
    const output = (name: string) => outputs[name] ?? `no output ${name}`;
    const ses = await startSesSimulator({ publish: () => {}, callsPerSecond: Number.POSITIVE_INFINITY });
    ses.configurationSets['ses-feedback-prod'] = {
      destinations: [
        { isEnabled: true, types: ['BOUNCE'], topicArn: output('BouncesTopicArn') },
        { isEnabled: true, types: ['COMPLAINT'], topicArn: output('ComplaintsTopicArn') },
        { isEnabled: true, types: ['SEND'], topicArn: output('VolumeTopicArn') },
      ],
    };
    ses.identities['shop.example.com'] = { isVerified: true };
    ses.identities['news@shop.example.com'] = { isVerified: true };
    const env = { ...aws().environment, AWS_ENDPOINT_URL_SES: ses.endpoint, AWS_ENDPOINT_URL_SESV2: ses.endpoint };
    const command = async (...args: string[]) =>
      run(process.execPath, ['cli/ses-feedback.js', ...args], { cwd: root, env });
    operator = {
      aws: aws(),
      ses,
      output,
      command,
      async findings() {
        const { stdout, stderr } = await command('doctor', '--json');
        if (stderr !== '') throw new Error(stderr);
        return JSON.parse(stdout).findings;
      },
    };
  }, 180_000);
  afterAll(async () => operator?.ses.close());
  return () => operator;
}

/** Returns the calls that changed the account at SES. */
export function changes({ ses }: Operator): readonly ReceivedCall[] {
  return ses.calls.filter(({ operation, status }) => /^(Put|Set)/.test(operation) && status === 200);
}

/** Makes the next call of each operation fail because of the limit of one call per second. */
export function throttleOnce({ ses }: Operator, ...operations: string[]): void {
  const remaining = new Set(operations);
  ses.fault = ({ operation }) => (remaining.delete(operation) ? 'throttle' : undefined);
}

/** Subscribes an email address to the alarm topic. */
export async function subscribeToAlarms({ aws, output }: Operator): Promise<void> {
  const subscription = { TopicArn: output('AlarmTopicArn'), Protocol: 'email', Endpoint: 'on-call@example.com' };
  await aws.sns.send(new SubscribeCommand(subscription));
}
