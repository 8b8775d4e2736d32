import { SubscribeCommand } from '@aws-sdk/client-sns';
import type { Finding } from '../../cli/doctor/finding.ts';
import { root, run } from '../support/run.ts';
import { healthyIdentity, type SesAccount, startSesAccount } from '../support/ses-account.ts';
import { type Emulator, useEmulator } from './emulator.ts';

/** A deployed stack, an account at SES, and somebody with the command line. */
export type Operator = {
  readonly aws: Emulator;
  readonly ses: SesAccount;
  /** An output of the stack. */
  output(name: string): string;
  command(...args: string[]): ReturnType<typeof run>;
  /** Of `doctor --json`. */
  findings(): Promise<Finding[]>;
};

/**
 * Deploys before the tests of a file, and removes everything after them. SES knows a domain and an address of it, both verified and not
 * connected yet.
 */
export function useOperator(): () => Operator {
  const aws = useEmulator();
  let operator: Operator;
  beforeAll(async () => {
    await aws().deploy('deploy', '--stage', 'prod');
    const outputs = await aws().outputs('ses-feedback-prod');
    const output = (name: string) => outputs[name] ?? `no output ${name}`;
    const ses = await startSesAccount();
    ses.configurationSets['ses-feedback-prod'] = {
      sendingEnabled: true,
      destinations: [
        { enabled: true, types: ['BOUNCE'], topic: output('BouncesTopicArn') },
        { enabled: true, types: ['COMPLAINT'], topic: output('ComplaintsTopicArn') },
        { enabled: true, types: ['SEND'], topic: output('VolumeTopicArn') },
      ],
    };
    ses.identities['shop.example.com'] = healthyIdentity();
    ses.identities['news@shop.example.com'] = healthyIdentity();
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

/** Somebody who is told of alarms. */
export async function listen({ aws, output }: Operator): Promise<void> {
  const listener = { TopicArn: output('AlarmTopicArn'), Protocol: 'email', Endpoint: 'on-call@example.com' };
  await aws.sns.send(new SubscribeCommand(listener));
}
