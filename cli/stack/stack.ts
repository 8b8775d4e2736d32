import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { parseArn } from '../../shared/domain/arn.ts';
import { defined } from '../../shared/domain/defined.ts';

/** The streams of a stack. Each has a topic, a queue, a dead-letter queue and a function. */
export const streams = ['bounces', 'complaints', 'volume'] as const;
export type Stream = (typeof streams)[number];

/** A deployed stack, as its CloudFormation outputs describe it. */
export type Stack = {
  readonly name: string;
  /** `prod`, `dev`, … */
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** ARNs. The first topic is the stack's own; the others existed before and were adopted. */
  readonly topics: Readonly<Record<Stream, readonly [string, ...string[]]>>;
  readonly alarmTopic: string;
  /** URLs. */
  readonly queues: Readonly<Record<Stream, string>>;
  readonly deadLetterQueues: Readonly<Record<Stream, string>>;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  readonly configurationSet: string;
  /** The receipt rule set of the relay. Missing if the stack has no relay. */
  readonly inboundRuleSet?: string;
};

/** Whether the topic is one of the stack's. The stream does not matter, as every function accepts every event. */
export function belongsToStack(topic: string | undefined, { topics }: Stack): boolean {
  return topic !== undefined && streams.some((stream) => topics[stream].includes(topic));
}

/** Where the commands of {@link commandsFor} work: `npx` finds `sls` and `ses-feedback` only there. */
export const commandLocation = 'Run npx commands in your ses-feedback checkout.';

/** Returns the commands that output recommends, with the options that select the stack. */
export function commandsFor({ name, stage, region }: Pick<Stack, 'name' | 'stage' | 'region'>) {
  const serverlessOptions = `--stage ${stage} --region ${region}`;
  const cliOptions = `--stack ${name} --region ${region}`;
  return {
    deploy: `npx sls deploy ${serverlessOptions}`,
    logs: (functionName: string) => `npx sls logs -f ${functionName} ${serverlessOptions}`,
    connect: `npx ses-feedback connect ${cliOptions}`,
    doctor: `npx ses-feedback doctor ${cliOptions}`,
    contributors: `npx ses-feedback rates --by configuration-set ${cliOptions}`,
    rates: (scope: string) => `npx ses-feedback rates --scope ${scope} ${cliOptions}`,
    deadLetters: `npx ses-feedback dlq list ${cliOptions}`,
    replay: `npx ses-feedback dlq replay --readable ${cliOptions}`,
    release: (address: string) => `npx ses-feedback release ${address} --note "…" ${cliOptions}`,
  };
}

/**
 * Reads the outputs of a stack.
 * @throws Error that says what to do, if the stack does not exist or was not deployed by this version of ses-feedback
 */
export async function readStack(client: CloudFormationClient, name: string): Promise<Stack> {
  const region = await client.config.region();
  const { outputs, createdAt } = await describeStack(client, name, region);
  const output = (key: string): string => {
    const value = outputs.get(key);
    if (value === undefined)
      throw new Error(`Stack ${name} has no output ${key}. Deploy it again with this version of ses-feedback.`);
    return value;
  };
  const perStream = (suffix: string): Record<Stream, string> => ({
    bounces: output(`Bounces${suffix}`),
    complaints: output(`Complaints${suffix}`),
    volume: output(`Volume${suffix}`),
  });
  const own = perStream('TopicArn');
  const adopted = (prefix: string) =>
    (outputs.get(`${prefix}AdoptedTopicArns`) ?? '').split(',').flatMap((arn) => arn.trim() || []);
  const { partition = 'aws', account = '' } = parseArn(output('AlarmTopicArn')) ?? {};
  return {
    name,
    stage: output('Stage'),
    createdAt,
    partition,
    region,
    account,
    topics: {
      bounces: [own.bounces, ...adopted('Bounces')],
      complaints: [own.complaints, ...adopted('Complaints')],
      volume: [own.volume, ...adopted('Volume')],
    },
    alarmTopic: output('AlarmTopicArn'),
    queues: perStream('QueueUrl'),
    deadLetterQueues: perStream('DeadLetterQueueUrl'),
    suppressionsTable: output('SuppressionsTableName'),
    reputationTable: output('ReputationTableName'),
    configurationSet: output('ConfigurationSetName'),
    ...defined({ inboundRuleSet: outputs.get('InboundRuleSetName') }),
  };
}

async function describeStack(client: CloudFormationClient, name: string, region: string) {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const outputs = (stack?.Outputs ?? []).map(
      ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
    );
    return { outputs: new Map(outputs), createdAt: stack?.CreationTime?.getTime() ?? 0 };
  } catch (error) {
    // CloudFormation's error for a stack that does not exist.
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
    // A deployment creates only stacks that are named ses-feedback-<stage>.
    const [, stage] = /^ses-feedback-(.+)$/.exec(name) ?? [];
    const next =
      stage === undefined
        ? 'Select another'
        : `Deploy it (${commandsFor({ name, stage, region }).deploy}), or select another`;
    throw new Error(`Stack ${name} does not exist in ${region}. ${next} stack with --stage, --stack or --region.`);
  }
}
