import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** What there is three of: a topic, a queue, a dead-letter queue and a function each. */
export const streams = ['bounces', 'complaints', 'volume'] as const;
export type Stream = (typeof streams)[number];

/** A deployed stack, by its outputs. */
export type Stack = {
  readonly name: string;
  /** `prod`, `dev`, … */
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** ARNs; the first is the stack's own, the others were there before and are adopted. */
  readonly topics: Readonly<Record<Stream, readonly [string, ...string[]]>>;
  readonly alarmTopic: string;
  /** URLs. */
  readonly queues: Readonly<Record<Stream, string>>;
  readonly deadLetterQueues: Readonly<Record<Stream, string>>;
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  readonly configurationSet: string;
};

/** Whether what is published to the topic comes to a queue of the stack: any of the functions takes any event. */
export function belongsToStack(topic: string | undefined, { topics }: Stack): boolean {
  return topic !== undefined && streams.some((stream) => topics[stream].includes(topic));
}

/** The next commands of findings, each on the stack it was found in. */
export function commandsFor({ name, stage, region }: Pick<Stack, 'name' | 'stage' | 'region'>) {
  const ofFramework = `--stage ${stage} --region ${region}`;
  const ofOurs = `--stack ${name} --region ${region}`;
  return {
    deploy: `npx sls deploy ${ofFramework}`,
    logs: (functionName: string) => `npx sls logs -f ${functionName} ${ofFramework}`,
    connect: `npx ses-feedback connect ${ofOurs}`,
    doctor: `npx ses-feedback doctor ${ofOurs}`,
  };
}

/** @throws Error with a sentence on what to do, if there is no such stack, or it is not ours */
export async function readStack(client: CloudFormationClient, name: string): Promise<Stack> {
  const region = await client.config.region();
  const { outputs, createdAt } = await describe(client, name, region);
  const output = (key: string): string => {
    const value = outputs.get(key);
    if (value === undefined)
      throw new Error(`The stack ${name} has no output ${key}: deploy it once more with this version of ses-feedback.`);
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
  const [, partition = 'aws', , , account = ''] = output('AlarmTopicArn').split(':');
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
  };
}

async function describe(client: CloudFormationClient, name: string, region: string) {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const outputs = (stack?.Outputs ?? []).map(
      ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
    );
    return { outputs: new Map(outputs), createdAt: stack?.CreationTime?.getTime() ?? 0 };
  } catch (error) {
    // That is how CloudFormation says that there is no such stack.
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
    throw new Error(
      `There is no stack ${name} in ${region}. Deploy it (npx sls deploy --stage ${name.replace(/^ses-feedback-/, '')}), or say which: --stage, --stack, --region.`,
    );
  }
}
