import type { Deployment, PreflightCheck } from './check.ts';

/**
 * The longest managed policy that IAM accepts, without spaces.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const maxPolicyLength = 6144;

/** Longer than the ARN of any resource whose name CloudFormation makes. */
const longestArn = 160;

/** Reports a managed policy that would be too long: adopted topics, and a long stage or Region, make it longer. */
export const checkPolicySize: PreflightCheck = async (deployment) =>
  Object.entries(deployment.template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::IAM::ManagedPolicy') return [];
    const { length } = JSON.stringify(resolve(Properties.PolicyDocument, deployment));
    if (length <= maxPolicyLength) return [];
    return `${id} would have about ${length.toLocaleString('en-US')} characters, and IAM accepts ${maxPolicyLength.toLocaleString('en-US')}. Adopt fewer topics (bounceTopics, complaintTopics, volumeTopics), or choose a shorter stage.`;
  });

/** Replaces the functions of a template by texts that are as long as what they become. */
function resolve(value: unknown, deployment: Deployment): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, deployment));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, argument] = ['', undefined]] = entries;
  if (entries.length === 1 && name === 'Fn::Sub') return substitute(String([argument].flat()[0]), deployment);
  if (entries.length === 1 && name === 'Fn::If') return resolve((argument as unknown[])[1], deployment);
  if (entries.length === 1 && name === 'Ref') return argument === 'AWS::NoValue' ? '' : 'x'.repeat(longestArn);
  if (entries.length === 1 && name === 'Fn::GetAtt') return arnLike(argument, deployment);
  return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner, deployment)]));
}

function substitute(text: string, { region, account }: Deployment): string {
  const known: Readonly<Record<string, string>> = { Partition: 'aws', Region: region, AccountId: account };
  return text.replaceAll(/\$\{(?:AWS::)?([^}]+)\}/g, (_, name: string) => known[name] ?? 'x'.repeat(longestArn));
}

/** An ARN of this template ends with the name of its resource, which has up to three properties for it. */
function arnLike(argument: unknown, { template, region, account }: Deployment): string {
  const [id = ''] = [argument].flat().map(String);
  const { QueueName, TopicName, LogGroupName } = template.Resources[id]?.Properties ?? {};
  const name = [QueueName, TopicName, LogGroupName].find((one) => typeof one === 'string');
  return name === undefined ? 'x'.repeat(longestArn) : `arn:aws:logs:${region}:${account}:log-group:${name}:*`;
}
