import type { Deployment, PreflightCheck } from './check.ts';

/** Reports resources that the stack will create and whose names are taken. */
export const checkExistingResources: PreflightCheck = async (deployment) => {
  const problems = await Promise.all(
    newResources(deployment).map(async ({ type, name, describe }) =>
      (await deployment.target.findResource(type, name)) ? [describe(name, deployment)] : [],
    ),
  );
  return problems.flat();
};

/**
 * Reports that the bucket for import files is taken. A rollback leaves it behind, because CloudFormation deletes only
 * empty buckets.
 */
export const checkImportBucket: PreflightCheck = async ({ target, account, stackResources, importBucketOf }) => {
  const bucket = importBucketOf(account);
  if (stackResources.has('ImportBucket') || !(await target.findResource('AWS::S3::Bucket', bucket))) return [];
  return [
    `The bucket ${bucket} already exists and does not belong to this stack. It contains only import files, which expire after two days. Delete it: aws s3 rb s3://${bucket} --force`,
  ];
};

/** Returns the resources with a fixed name that the stack does not have yet under that name. */
export function newResources({ template, stackResources }: Pick<Deployment, 'template' | 'stackResources'>) {
  return Object.entries(template.Resources).flatMap(([id, { Type: type = '', Properties = {} }]) => {
    const { property, describe } = namedTypes[type] ?? {};
    const name = property && Properties[property];
    if (typeof name !== 'string' || describe === undefined || hasName(stackResources.get(id), name)) return [];
    return [{ type, name, describe }];
  });
}

/** A renamed resource keeps its logical id, and its new name can be taken, so the id alone is not enough. */
function hasName(physicalId: string | undefined, name: string): boolean {
  return physicalId !== undefined && physicalId.split(/[:/]/).at(-1) === name;
}

type Describe = (name: string, stack: { readonly stack: string; readonly region: string }) => string;

function describeTakenName(kind: string, name: string, setting: string): string {
  return `The ${kind} ${name} already exists and does not belong to this stack. Choose another name under custom.${setting} in serverless.yml.`;
}

/** The types of resources with a fixed name: the property with the name, and the message if it is taken. */
const namedTypes: Readonly<Record<string, { readonly property: string; readonly describe: Describe }>> = {
  'AWS::SNS::Topic': {
    property: 'TopicName',
    describe: (name) =>
      `${describeTakenName('topic', name, 'topics')} To receive its messages as well, add its ARN to bounceTopics, complaintTopics or volumeTopics.`,
  },
  'AWS::SQS::Queue': { property: 'QueueName', describe: (name) => describeTakenName('queue', name, 'queues') },
  'AWS::SES::ConfigurationSet': {
    property: 'Name',
    describe: (name) => describeTakenName('configuration set', name, 'configurationSet'),
  },
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    describe: (name) =>
      `The table ${name} already exists and does not belong to this stack: an earlier stack left it behind. To continue with it, set tables: use for this stage under params in serverless.yml.`,
  },
  'AWS::SES::EmailIdentity': {
    property: 'EmailIdentity',
    describe: (name, { stack, region }) =>
      `SES already has the identity ${name}. Remove the parameter identity, deploy, and then connect it: npx ses-feedback connect --stack ${stack} --region ${region} --identity ${name}`,
  },
};
