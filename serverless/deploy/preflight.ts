import { describeKeyProblem, type KeyDetails } from '../../cli/stack/kms-key.ts';
import { parseArn } from '../../shared/domain/arn.ts';
import type { Template } from './resolve-conditions.ts';

/** What a look at AWS before a deployment needs to ask. All answer for the account and Region that is deployed to. */
export type Aws = {
  /** @throws Error if the credentials are missing or not accepted */
  account(): Promise<string>;
  /** @throws Error if SES does not answer there */
  ses(): Promise<void>;
  /** What the stack has built: by logical id the name, ARN or URL; empty if there is no stack. */
  builtBy(stack: string): Promise<ReadonlyMap<string, string>>;
  /** Outputs of the stack; empty if there is no stack. */
  outputsOf(stack: string): Promise<ReadonlyMap<string, string>>;
  /** What a resource of that type and name is like; undefined if there is none. Types that are not asked for are never there. */
  find(type: string, name: string): Promise<Found | undefined>;
};

/** Facts about something that exists. */
export type Found = {
  /** Of a table: attribute names of its key, partition first. */
  readonly keySchema?: readonly string[];
  /** Of a table: names of its indexes. */
  readonly indexes?: readonly string[];
  readonly kmsKey?: KeyDetails;
};

export type PreflightOptions = {
  readonly stack: string;
  readonly region: string;
  readonly template: Template;
  /** ARNs of topics that are said to be there. */
  readonly topics: readonly string[];
  /** Names of tables that are said to be there, with the key and the index they have to have. */
  readonly tables: Readonly<Record<string, { readonly key: readonly string[]; readonly index?: string }>>;
  /** Name of the bucket for import files, which has the account in it. */
  readonly importBucket: (account: string) => string;
  /** The parameter encryptionKey: `aws`, `create`, or the ARN of a KMS key that is said to be there. */
  readonly key: string;
  /** Logical ids of what the stack has and may lose. */
  readonly removes: readonly string[];
};

/**
 * What stands in the way of a deployment, a sentence each, before anything is created. Empty: nothing is known to.
 */
export async function preflight(aws: Aws, options: PreflightOptions): Promise<string[]> {
  const { stack, region, template, topics, tables, importBucket, key, removes } = options;
  const reach = await reachAws(aws, region);
  if (typeof reach !== 'object') return [reach];
  const { account } = reach;
  const [built, outputs] = await Promise.all([aws.builtBy(stack), aws.outputsOf(stack)]);
  const named = Object.entries(template.Resources).flatMap(([id, { Type = '', Properties = {} }]) => {
    const { property, advice } = names[Type] ?? {};
    const name = property && Properties[property];
    if (typeof name !== 'string' || advice === undefined || isBuilt(name, built.get(id))) return [];
    return [{ type: Type, name, advice }];
  });
  const faults = [
    ...named.map(async ({ type, name, advice }) => ((await aws.find(type, name)) ? advice(name) : undefined)),
    ...topics.map(async (arn) => {
      const { region: at, account: owner } = parseArn(arn) ?? {};
      if (named.some(({ name }) => arn.endsWith(`:${name}`)) || [...built.values()].includes(arn))
        return `The topic ${arn} is the stack's own, and is listened to anyway: leave it out.`;
      if (at !== region || owner !== account)
        return `The topic ${arn} is not of account ${account} in ${region}: SES publishes to topics of its own Region, and what others publish is not acted on.`;
      return (await aws.find('AWS::SNS::Topic', arn)) ? undefined : `There is no topic ${arn}.`;
    }),
    ...Object.entries(tables).map(async ([name, { key: expected, index }]) => {
      const found = await aws.find('AWS::DynamoDB::Table', name);
      if (!found)
        return `With tables=use the table ${name} has to be there, and is not. Deploy this stage with tables: create.`;
      if (found.keySchema?.join() !== expected.join())
        return `The table ${name} has the key ${found.keySchema?.join(', ')} and not ${expected.join(', ')}: it is none of ours.`;
      if (index !== undefined && !found.indexes?.includes(index)) return missingIndex(name, index, region);
      return undefined;
    }),
    ...(built.has('ImportBucket') ? [] : [checkBucket(aws, importBucket(account))]),
    ...(key.startsWith('arn:') ? [checkKey(aws, key, account)] : []),
  ];
  const losses = [
    ...[...built].flatMap(([id, name]) => (id in template.Resources ? [] : loss(id, name))),
    ...loss('Key', changedKey(key, built, outputs)),
  ];
  const unsaid = losses.filter(({ id }) => !removes.includes(id)).map(({ sentence }) => sentence);
  const found = await Promise.all(faults);
  return [...new Set([...found.filter((fault) => fault !== undefined), ...unsaid])];
}

async function reachAws(aws: Aws, region: string): Promise<{ account: string } | string> {
  let account: string;
  try {
    account = await aws.account();
  } catch (error) {
    return `AWS cannot be asked: ${reason(error)}. Give credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) that \`aws sts get-caller-identity\` works with.`;
  }
  try {
    await aws.ses();
  } catch (error) {
    return `SES does not answer in ${region}: ${reason(error)}. Take a Region that has it, with --region: https://docs.aws.amazon.com/general/latest/gr/ses.html`;
  }
  return { account };
}

/** Parameters of the command line last for one deployment: the next one, without them, would take away what they have built. */
function loss(id: string, name: string | undefined): { id: string; sentence: string }[] {
  const [, parameter, matters] = whatMatters.find(([pattern]) => pattern.test(id)) ?? [];
  if (matters === undefined || name === undefined) return [];
  const advice = `Keep its parameter (${parameter}) in serverless.yml, under params; or, if it is meant, say --param="removes=${id}".`;
  return [
    { id, sentence: `The stack has ${id} (${name}), and this deployment would take it away: ${matters}. ${advice}` },
  ];
}

const whatMatters: [RegExp, string, string][] = [
  [/^AlarmEmail$/, 'alarmEmail', 'that address would be told of no alarm any more'],
  [
    /Subscription[0-9a-f]{8}$/,
    'bounceTopics, complaintTopics or volumeTopics',
    'feedback of a topic that was adopted would be lost',
  ],
  [
    /^(Suppressions|Reputation)Table$/,
    'tables: create',
    "with tables: use it is not the stack's any more, and is deleted if onRemoval is Delete",
  ],
  [/^Identity$/, 'identity', 'it would stay at SES, and be no business of the stack any more'],
  [
    /^Key$/,
    'encryptionKey',
    'what lies in the queues and dead-letter queues could not be read any more, so empty them first',
  ],
];

/** What a roll-back leaves behind: CloudFormation deletes no bucket with something in it. */
async function checkBucket(aws: Aws, name: string): Promise<string | undefined> {
  if (!(await aws.find('AWS::S3::Bucket', name))) return undefined;
  return `The bucket ${name} exists already, and is not of this stack. It holds files of a few days; delete it: aws s3 rb s3://${name} --force`;
}

/** CloudFormation adds indexes to tables of the stack alone. Of the attributes, `resources/suppressions-table.yml` knows more. */
function missingIndex(table: string, index: string, region: string): string {
  const attributes = `AttributeName=${index},AttributeType=S AttributeName=${index}Due,AttributeType=N`;
  const KeySchema = [
    { AttributeName: index, KeyType: 'HASH' },
    { AttributeName: `${index}Due`, KeyType: 'RANGE' },
  ];
  const Create = { IndexName: index, KeySchema, Projection: { ProjectionType: 'KEYS_ONLY' } };
  return `The table ${table} is of an earlier version: it has no index ${index}. Add it: aws dynamodb update-table --region ${region} --table-name ${table} --attribute-definitions ${attributes} --global-secondary-index-updates '${JSON.stringify([{ Create }])}'`;
}

/** The key that is in force, if another one, or none, is to follow. */
function changedKey(key: string, built: ReadonlyMap<string, string>, outputs: ReadonlyMap<string, string>) {
  const inForce = outputs.get('KeyArn');
  const next = key === 'create' ? built.get('Key') : key;
  return inForce !== undefined && (next === undefined || !inForce.endsWith(next)) ? inForce : undefined;
}

/** A resource of a stack keeps its logical id when it is given another name, and that name may be somebody else's. */
function isBuilt(name: string, physicalId: string | undefined): boolean {
  return physicalId !== undefined && physicalId.split(/[:/]/).at(-1) === name;
}

async function checkKey(aws: Aws, key: string, account: string): Promise<string | undefined> {
  const found = await aws.find('AWS::KMS::Key', key);
  if (found?.kmsKey === undefined) return `There is no key ${key}.`;
  const fault = describeKeyProblem(found.kmsKey, account);
  return fault && `${fault.replace(/^t/, 'T')}. See resources/encryption-key.yml for what its policy has to say.`;
}

const inServerlessYml = (what: string, where: string) => (name: string) =>
  `The ${what} ${name} exists already and is not of this stack. Give ours another name, under custom.${where} in serverless.yml.`;

/** What has a name of its own, and so can be there already. */
const names: Record<string, { property: string; advice: (name: string) => string }> = {
  'AWS::SNS::Topic': {
    property: 'TopicName',
    advice: (name) =>
      `The topic ${name} exists already and is not of this stack. Give ours another name, under custom.topics in serverless.yml; to listen to that one too, name its ARN in bounceTopics, complaintTopics or volumeTopics.`,
  },
  'AWS::SQS::Queue': { property: 'QueueName', advice: inServerlessYml('queue', 'queues') },
  'AWS::SES::ConfigurationSet': { property: 'Name', advice: inServerlessYml('configuration set', 'configurationSet') },
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    advice: (name) =>
      `The table ${name} exists already, and is not of this stack: one that was removed has kept it. Go on with it: tables: use, under this stage in the params of serverless.yml.`,
  },
  'AWS::SES::EmailIdentity': {
    property: 'EmailIdentity',
    advice: (name) =>
      `SES knows the identity ${name} already. Leave the parameter identity out, and connect it once the stack is there: npx ses-feedback connect.`,
  },
};

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
