import { allows } from './resource-policy.ts';

/** A KMS key, as it was found. */
export type KeyDetails = {
  readonly arn: string;
  /** AWS's own keys cannot let SES in. */
  readonly isCustomerManaged: boolean;
  /** Neither disabled nor about to be deleted. */
  readonly isEnabled: boolean;
  /** JSON. */
  readonly policy: string;
};

/** Who publishes to what the stack has: SES to the topics, SNS to the queues, CloudWatch to the topic of the alarms. */
const publishersOfAll = ['ses.amazonaws.com', 'sns.amazonaws.com', 'cloudwatch.amazonaws.com'];

/**
 * What is wrong with a key that topics and queues are encrypted with: undefined, or a sentence. What is published would be lost.
 * @param publishers who has to be let in: to a topic that is not the stack's, SES alone
 */
export function describeKeyProblem(
  { arn, isCustomerManaged, isEnabled, policy }: KeyDetails,
  account: string,
  publishers: readonly string[] = publishersOfAll,
): string | undefined {
  if (!isCustomerManaged)
    return `the key ${arn} is AWS's own, and nobody can let SES in on it: what it publishes is lost`;
  if (!isEnabled) return `the key ${arn} is disabled or about to be deleted: what is published is lost`;
  const shutOut = publishers.filter((principal) =>
    ['kms:GenerateDataKey', 'kms:Decrypt'].some(
      (action) =>
        !allows(policy, {
          principal,
          action,
          resource: arn,
          sourceAccount: account,
          sourceArn: `arn:aws:any:any:${account}:any`,
        }),
    ),
  );
  if (shutOut.length === 0 && publishers === publishersOfAll && !letsAccountIn(policy, arn, account))
    return `the policy of the key ${arn} does not let this account use it: the functions could not read their queues`;
  if (shutOut.length === 0) return undefined;
  return `the policy of the key ${arn} does not let in ${shutOut.join(', ')}: what they publish is lost`;
}

/** By IAM, as AWS writes it into each new key's policy; or functions by their roles, which are not known here. */
function letsAccountIn(policy: string, arn: string, account: string): boolean {
  const [, partition = 'aws'] = arn.split(':');
  return (
    policy.includes(`:iam::${account}:role/`) ||
    [account, `arn:${partition}:iam::${account}:root`].some((principal) =>
      allows(policy, { principal, action: 'kms:Decrypt', resource: arn }),
    )
  );
}
