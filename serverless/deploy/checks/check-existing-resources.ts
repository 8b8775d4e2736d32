import type { ExistingResource } from '../deployment-target.ts';
import type { Deployment, PreflightCheck } from './check.ts';

/** Reports resources that the stack will create and whose names are taken. */
export const checkExistingResources: PreflightCheck = async (deployment) => {
  const problems = await Promise.all(
    newResources(deployment).map(async ({ type, name, describe }) => {
      const found = await deployment.target.findResource(type, name);
      return found === undefined ? [] : [describe(name, deployment, found)];
    }),
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

/** Reports that the bucket of inbound email is taken: a stack that was removed leaves it behind, with emails that may not be delivered. */
export const checkInboundBucket: PreflightCheck = async ({ target, account, region, template, stackResources }) => {
  const name = template.Resources.InboundBucket?.Properties?.BucketName;
  if (typeof name !== 'object' || name === null || !('Fn::Sub' in name) || stackResources.has('InboundBucket'))
    return [];
  const bucket = String(name['Fn::Sub']).replace(/\$\{AWS::(\w+)\}/g, (_, key) =>
    key === 'Region' ? region : account,
  );
  if (!(await target.findResource('AWS::S3::Bucket', bucket))) return [];
  return [
    `The bucket ${bucket} already exists and does not belong to this stack: an earlier stack left it behind, with the inbound email of its last 30 days. If you need none of it: aws s3 rb s3://${bucket} --force. If you do, choose another name under custom.inboundBucket in serverless.yml.`,
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

type Describe = (
  name: string,
  stack: { readonly stack: string; readonly region: string },
  found: ExistingResource,
) => string;

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
    describe: (name, { region }, { isEmpty }) => {
      const left = `The table ${name} already exists and does not belong to this stack: an earlier stack left it behind.`;
      const use = 'set tables: use for this stage under params in serverless.yml.';
      if (!isEmpty) return `${left} To continue with it, ${use}`;
      return `${left} It seems to be empty, as after a first deployment that failed. Make sure that it is: aws dynamodb scan --region ${region} --table-name ${name} --select COUNT --max-items 1. Then delete it, so that the stack creates its own: aws dynamodb update-table --region ${region} --table-name ${name} --no-deletion-protection-enabled && aws dynamodb delete-table --region ${region} --table-name ${name}. If it is not empty, ${use}`;
    },
  },
  'AWS::SES::EmailIdentity': {
    property: 'EmailIdentity',
    describe: (name, { stack, region }) =>
      `SES already has the identity ${name}. Remove the parameter identity, deploy, and then connect it: npx ses-feedback connect --stack ${stack} --region ${region} --identity ${name}`,
  },
};
