import { parseArn } from '../../shared/domain/arn.ts';
import { allows } from './resource-policy.ts';

/** A KMS key, as AWS describes it. */
export type KeyDetails = {
  readonly arn: string;
  /** The policy of an AWS managed key cannot be changed, so it can never grant SES access. */
  readonly isCustomerManaged: boolean;
  /** False if the key is disabled or pending deletion. */
  readonly isEnabled: boolean;
  /** JSON. */
  readonly policy: string;
};

/** Everything that publishes to the stack: SES to the topics, SNS to the queues, CloudWatch to the alarm topic. */
const allPublishers = ['ses.amazonaws.com', 'sns.amazonaws.com', 'cloudwatch.amazonaws.com'];

/** What each service publishes for. A policy may allow its access for these alone. */
const sources: Readonly<Record<string, readonly string[]>> = {
  'ses.amazonaws.com': ['ses:REGION:ACCOUNT:identity/any', 'ses:REGION:ACCOUNT:configuration-set/any'],
  'sns.amazonaws.com': ['sns:REGION:ACCOUNT:any'],
  'cloudwatch.amazonaws.com': ['cloudwatch:REGION:ACCOUNT:alarm:any'],
};
const sourcesOf = (principal: string) => sources[principal] ?? [];

/**
 * Returns what makes a key unusable for encrypting the topics and queues, or `undefined` if it works. With an unusable key
 * the published messages are lost.
 * @param publishers the services that need access; for a topic outside the stack, SES alone
 */
export function describeKeyProblem(
  { arn, isCustomerManaged, isEnabled, policy }: KeyDetails,
  account: string,
  publishers: readonly string[] = allPublishers,
): string | undefined {
  if (!isCustomerManaged)
    return `the key ${arn} is an AWS managed key, which cannot grant SES access: messages are lost`;
  if (!isEnabled) return `the key ${arn} is disabled or pending deletion: messages are lost`;
  const { partition = 'aws', region = '' } = parseArn(arn) ?? {};
  const canUse = (principal: string, source: string) =>
    ['kms:GenerateDataKey', 'kms:Decrypt'].every((action) =>
      allows(policy, {
        principal,
        action,
        resource: arn,
        sourceAccount: account,
        sourceArn: `arn:${partition}:${source.replace('REGION', region).replace('ACCOUNT', account)}`,
      }),
    );
  const denied = publishers.filter((principal) => !sourcesOf(principal).some((source) => canUse(principal, source)));
  if (denied.length > 0) return `the policy of the key ${arn} denies access to ${denied.join(', ')}: messages are lost`;
  if (publishers === allPublishers && !allowsAccount(policy, arn, account))
    return `the policy of the key ${arn} denies access to this account: the functions cannot read their queues`;
  return undefined;
}

/**
 * Whether the key can be used by the account: through IAM, as in the policy AWS gives a new key, or through roles of the
 * account. Which roles the functions have is not known here, so any role of the account counts.
 */
function allowsAccount(policy: string, arn: string, account: string): boolean {
  const partition = parseArn(arn)?.partition ?? 'aws';
  return (
    policy.includes(`:iam::${account}:role/`) ||
    [account, `arn:${partition}:iam::${account}:root`].some((principal) =>
      allows(policy, { principal, action: 'kms:Decrypt', resource: arn }),
    )
  );
}
